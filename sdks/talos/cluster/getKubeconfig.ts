import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invokeOptions, pick } from "../utilities";

/** Fetches the admin kubeconfig from a machine, at every run. */
export function getKubeconfig(args: GetKubeconfigArgs, opts?: pulumi.InvokeOptions): Promise<GetKubeconfigResult> {
  return pulumi.runtime.invoke(TOKEN, pick(args, INPUTS), invokeOptions(opts)) as Promise<GetKubeconfigResult>;
}

/** Fetches the admin kubeconfig from a machine, at every run. */
export function getKubeconfigOutput(
  args: GetKubeconfigOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetKubeconfigResult> {
  return pulumi.runtime.invokeOutput(TOKEN, pick(args, INPUTS), invokeOptions(opts));
}

const TOKEN = "talos:cluster/getKubeconfig:getKubeconfig";
const INPUTS = ["clientConfiguration", "endpoint", "node", "timeouts", "wait"] as const;

/** Arguments of {@link getKubeconfig}. */
export interface GetKubeconfigArgs {
  /** Credentials of the Talos API client. */
  clientConfiguration: inputs.cluster.GetKubeconfigClientConfiguration;
  /** Address the Talos API is dialled at. @default `node` */
  endpoint?: string;
  /** Address of the machine the call is for. */
  node: string;
  /** How long each operation may take, as Go durations. */
  timeouts?: inputs.cluster.GetKubeconfigTimeouts;
  /** No effect any more. */
  wait?: boolean;
}

/** Arguments of {@link getKubeconfigOutput}. */
export interface GetKubeconfigOutputArgs {
  /** Credentials of the Talos API client. */
  clientConfiguration: pulumi.Input<inputs.cluster.GetKubeconfigClientConfigurationArgs>;
  /** Address the Talos API is dialled at. @default `node` */
  endpoint?: pulumi.Input<string | undefined>;
  /** Address of the machine the call is for. */
  node: pulumi.Input<string>;
  /** How long each operation may take, as Go durations. */
  timeouts?: pulumi.Input<inputs.cluster.GetKubeconfigTimeoutsArgs | undefined>;
  /** No effect any more. */
  wait?: pulumi.Input<boolean | undefined>;
}

/** What {@link getKubeconfig} answers. */
export interface GetKubeconfigResult {
  /** Credentials of the Talos API client. */
  readonly clientConfiguration: outputs.cluster.GetKubeconfigClientConfiguration;
  /** Address the Talos API is dialled at. @default `node` */
  readonly endpoint: string;
  /** Id of the result or entity. */
  readonly id: string;
  /** Admin kubeconfig as YAML. A secret. */
  readonly kubeconfigRaw: string;
  /** The kubeconfig in parts; certificates and key are base64-encoded PEM. */
  readonly kubernetesClientConfiguration: outputs.cluster.GetKubeconfigKubernetesClientConfiguration;
  /** Address of the machine the call is for. */
  readonly node: string;
  /** How long each operation may take, as Go durations. */
  readonly timeouts?: outputs.cluster.GetKubeconfigTimeouts;
  /** No effect any more. */
  readonly wait?: boolean;
}
