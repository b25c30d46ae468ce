import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invokeOptions, pick } from "../utilities";

/** Checks the health of a TalosCluster; runs in previews too and waits until it is healthy or the timeout passes. */
export function getHealth(args: GetHealthArgs, opts?: pulumi.InvokeOptions): Promise<GetHealthResult> {
  return pulumi.runtime.invoke(TOKEN, pick(args, INPUTS), invokeOptions(opts)) as Promise<GetHealthResult>;
}

/** Checks the health of a TalosCluster; runs in previews too and waits until it is healthy or the timeout passes. */
export function getHealthOutput(args: GetHealthOutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<GetHealthResult> {
  return pulumi.runtime.invokeOutput(TOKEN, pick(args, INPUTS), invokeOptions(opts));
}

const TOKEN = "talos:cluster/getHealth:getHealth";
const INPUTS = [
  "clientConfiguration",
  "controlPlaneNodes",
  "endpoints",
  "skipKubernetesChecks",
  "timeouts",
  "workerNodes",
] as const;

/** Arguments of {@link getHealth}. */
export interface GetHealthArgs {
  /** Credentials of the Talos API client. */
  clientConfiguration: inputs.cluster.GetHealthClientConfiguration;
  /** Addresses of the control planes. */
  controlPlaneNodes: string[];
  /** Addresses of the control planes. */
  endpoints: string[];
  /** Check Talos alone. @default false */
  skipKubernetesChecks?: boolean;
  /** How long each operation may take, as Go durations. */
  timeouts?: inputs.cluster.GetHealthTimeouts;
  /** Addresses of the workers. @default none */
  workerNodes?: string[];
}

/** Arguments of {@link getHealthOutput}. */
export interface GetHealthOutputArgs {
  /** Credentials of the Talos API client. */
  clientConfiguration: pulumi.Input<inputs.cluster.GetHealthClientConfigurationArgs>;
  /** Addresses of the control planes. */
  controlPlaneNodes: pulumi.Input<pulumi.Input<string>[]>;
  /** Addresses of the control planes. */
  endpoints: pulumi.Input<pulumi.Input<string>[]>;
  /** Check Talos alone. @default false */
  skipKubernetesChecks?: pulumi.Input<boolean | undefined>;
  /** How long each operation may take, as Go durations. */
  timeouts?: pulumi.Input<inputs.cluster.GetHealthTimeoutsArgs | undefined>;
  /** Addresses of the workers. @default none */
  workerNodes?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

/** What {@link getHealth} answers. */
export interface GetHealthResult {
  /** Credentials of the Talos API client. */
  readonly clientConfiguration: outputs.cluster.GetHealthClientConfiguration;
  /** Addresses of the control planes. */
  readonly controlPlaneNodes: string[];
  /** Addresses of the control planes. */
  readonly endpoints: string[];
  /** Id of the result or entity. */
  readonly id: string;
  /** Check Talos alone. @default false */
  readonly skipKubernetesChecks?: boolean;
  /** How long each operation may take, as Go durations. */
  readonly timeouts?: outputs.cluster.GetHealthTimeouts;
  /** Addresses of the workers. @default none */
  readonly workerNodes?: string[];
}
