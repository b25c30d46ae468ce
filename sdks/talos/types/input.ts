export type * as client from "./input/client";
export type * as cluster from "./input/cluster";
export type * as imagefactory from "./input/imagefactory";
export type * as machine from "./input/machine";
