import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invokeOptions, pick } from "../utilities";

/** Lists the system extensions of a Talos version. */
export function getExtensionsVersions(
  args: GetExtensionsVersionsArgs,
  opts?: pulumi.InvokeOptions,
): Promise<GetExtensionsVersionsResult> {
  return pulumi.runtime.invoke(TOKEN, pick(args, INPUTS), invokeOptions(opts)) as Promise<GetExtensionsVersionsResult>;
}

/** Lists the system extensions of a Talos version. */
export function getExtensionsVersionsOutput(
  args: GetExtensionsVersionsOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetExtensionsVersionsResult> {
  return pulumi.runtime.invokeOutput(TOKEN, pick(args, INPUTS), invokeOptions(opts));
}

const TOKEN = "talos:imageFactory/getExtensionsVersions:getExtensionsVersions";
const INPUTS = ["exactFilters", "filters", "talosVersion"] as const;

/** Arguments of {@link getExtensionsVersions}. */
export interface GetExtensionsVersionsArgs {
  /** Exact names to look for. */
  exactFilters?: inputs.imagefactory.GetExtensionsVersionsExactFilters;
  /** What to look for. */
  filters?: inputs.imagefactory.GetExtensionsVersionsFilters;
  /** Talos version with the leading `v`. */
  talosVersion: string;
}

/** Arguments of {@link getExtensionsVersionsOutput}. */
export interface GetExtensionsVersionsOutputArgs {
  /** Exact names to look for. */
  exactFilters?: pulumi.Input<inputs.imagefactory.GetExtensionsVersionsExactFiltersArgs | undefined>;
  /** What to look for. */
  filters?: pulumi.Input<inputs.imagefactory.GetExtensionsVersionsFiltersArgs | undefined>;
  /** Talos version with the leading `v`. */
  talosVersion: pulumi.Input<string>;
}

/** What {@link getExtensionsVersions} answers. */
export interface GetExtensionsVersionsResult {
  /** Exact names to look for. */
  readonly exactFilters?: outputs.imagefactory.GetExtensionsVersionsExactFilters;
  /** The extensions found. */
  readonly extensionsInfos: outputs.imagefactory.GetExtensionsVersionsExtensionsInfo[];
  /** What to look for. */
  readonly filters?: outputs.imagefactory.GetExtensionsVersionsFilters;
  /** Id of the result or entity. */
  readonly id: string;
  /** Talos version with the leading `v`. */
  readonly talosVersion: string;
}
