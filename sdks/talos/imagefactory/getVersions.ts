import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invokeOptions, pick } from "../utilities";

/** Lists the Talos versions the Image Factory knows. */
export function getVersions(args?: GetVersionsArgs, opts?: pulumi.InvokeOptions): Promise<GetVersionsResult> {
  return pulumi.runtime.invoke(TOKEN, pick(args, INPUTS), invokeOptions(opts)) as Promise<GetVersionsResult>;
}

/** Lists the Talos versions the Image Factory knows. */
export function getVersionsOutput(
  args?: GetVersionsOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetVersionsResult> {
  return pulumi.runtime.invokeOutput(TOKEN, pick(args, INPUTS), invokeOptions(opts));
}

const TOKEN = "talos:imageFactory/getVersions:getVersions";
const INPUTS = ["filters"] as const;

/** Arguments of {@link getVersions}. */
export interface GetVersionsArgs {
  /** What to look for. */
  filters?: inputs.imagefactory.GetVersionsFilters;
}

/** Arguments of {@link getVersionsOutput}. */
export interface GetVersionsOutputArgs {
  /** What to look for. */
  filters?: pulumi.Input<inputs.imagefactory.GetVersionsFiltersArgs | undefined>;
}

/** What {@link getVersions} answers. */
export interface GetVersionsResult {
  /** What to look for. */
  readonly filters?: outputs.imagefactory.GetVersionsFilters;
  /** Id of the result or entity. */
  readonly id: string;
  /** The versions found. */
  readonly talosVersions: string[];
}
