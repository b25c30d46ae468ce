export type * as client from "./output/client";
export type * as cluster from "./output/cluster";
export type * as imagefactory from "./output/imagefactory";
export type * as machine from "./output/machine";
