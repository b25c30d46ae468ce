import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invokeOptions, pick } from "../utilities";

/** Renders talosctl's configuration; needs no machine. */
export function getConfiguration(args: GetConfigurationArgs, opts?: pulumi.InvokeOptions): Promise<GetConfigurationResult> {
  return pulumi.runtime.invoke(TOKEN, pick(args, INPUTS), invokeOptions(opts)) as Promise<GetConfigurationResult>;
}

/** Renders talosctl's configuration; needs no machine. */
export function getConfigurationOutput(
  args: GetConfigurationOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetConfigurationResult> {
  return pulumi.runtime.invokeOutput(TOKEN, pick(args, INPUTS), invokeOptions(opts));
}

const TOKEN = "talos:client/getConfiguration:getConfiguration";
const INPUTS = ["clientConfiguration", "clusterName", "endpoints", "nodes"] as const;

/** Arguments of {@link getConfiguration}. */
export interface GetConfigurationArgs {
  /** Credentials of the Talos API client. */
  clientConfiguration: inputs.client.GetConfigurationClientConfiguration;
  /** Name of the TalosCluster. */
  clusterName: string;
  /** Addresses of the control planes. */
  endpoints?: string[];
  /** Addresses that commands go to when none is named. */
  nodes?: string[];
}

/** Arguments of {@link getConfigurationOutput}. */
export interface GetConfigurationOutputArgs {
  /** Credentials of the Talos API client. */
  clientConfiguration: pulumi.Input<inputs.client.GetConfigurationClientConfigurationArgs>;
  /** Name of the TalosCluster. */
  clusterName: pulumi.Input<string>;
  /** Addresses of the control planes. */
  endpoints?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  /** Addresses that commands go to when none is named. */
  nodes?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

/** What {@link getConfiguration} answers. */
export interface GetConfigurationResult {
  /** Credentials of the Talos API client. */
  readonly clientConfiguration: outputs.client.GetConfigurationClientConfiguration;
  /** Name of the TalosCluster. */
  readonly clusterName: string;
  /** Addresses of the control planes. */
  readonly endpoints?: string[];
  /** Id of the result or entity. */
  readonly id: string;
  /** Addresses that commands go to when none is named. */
  readonly nodes?: string[];
  /** talosctl's configuration as YAML. A secret. */
  readonly talosConfig: string;
}
