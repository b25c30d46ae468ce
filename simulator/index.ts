export { StartFailed, rehearse } from "./run/rehearse";
export type { RehearseOptions } from "./run/rehearse";
export type { Program } from "./door/in-process";
export type { Exchange } from "./door/exchange";
export { StateError } from "./run/state";
export type { DatacenterSpec, HostSpec } from "./datacenter/model";
export { DURATIONS, LIMITS, isAssumed } from "./datacenter/durations";
export type { Change, Operation, Rehearsal, RehearsalProgress, RehearsedResource, Sensitivity, Violation } from "./report";
