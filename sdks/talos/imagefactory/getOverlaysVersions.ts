import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invokeOptions, pick } from "../utilities";

/** Lists the overlays of a Talos version. */
export function getOverlaysVersions(
  args: GetOverlaysVersionsArgs,
  opts?: pulumi.InvokeOptions,
): Promise<GetOverlaysVersionsResult> {
  return pulumi.runtime.invoke(TOKEN, pick(args, INPUTS), invokeOptions(opts)) as Promise<GetOverlaysVersionsResult>;
}

/** Lists the overlays of a Talos version. */
export function getOverlaysVersionsOutput(
  args: GetOverlaysVersionsOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetOverlaysVersionsResult> {
  return pulumi.runtime.invokeOutput(TOKEN, pick(args, INPUTS), invokeOptions(opts));
}

const TOKEN = "talos:imageFactory/getOverlaysVersions:getOverlaysVersions";
const INPUTS = ["filters", "talosVersion"] as const;

/** Arguments of {@link getOverlaysVersions}. */
export interface GetOverlaysVersionsArgs {
  /** What to look for. */
  filters?: inputs.imagefactory.GetOverlaysVersionsFilters;
  /** Talos version with the leading `v`. */
  talosVersion: string;
}

/** Arguments of {@link getOverlaysVersionsOutput}. */
export interface GetOverlaysVersionsOutputArgs {
  /** What to look for. */
  filters?: pulumi.Input<inputs.imagefactory.GetOverlaysVersionsFiltersArgs | undefined>;
  /** Talos version with the leading `v`. */
  talosVersion: pulumi.Input<string>;
}

/** What {@link getOverlaysVersions} answers. */
export interface GetOverlaysVersionsResult {
  /** What to look for. */
  readonly filters?: outputs.imagefactory.GetOverlaysVersionsFilters;
  /** Id of the result or entity. */
  readonly id: string;
  /** The overlays found. */
  readonly overlaysInfos: outputs.imagefactory.GetOverlaysVersionsOverlaysInfo[];
  /** Talos version with the leading `v`. */
  readonly talosVersion: string;
}
