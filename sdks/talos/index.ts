import * as client from "./client";
import * as cluster from "./cluster";
import * as config from "./config";
import * as imagefactory from "./imagefactory";
import * as machine from "./machine";
import type * as types from "./types";

export * from "./provider";
export { client, cluster, config, imagefactory, machine };
export type { types };
