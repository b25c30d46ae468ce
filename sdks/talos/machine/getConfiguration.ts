import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invokeOptions, pick } from "../utilities";

/** Generates the configuration of a machine type; needs no machine. */
export function getConfiguration(args: GetConfigurationArgs, opts?: pulumi.InvokeOptions): Promise<GetConfigurationResult> {
  return pulumi.runtime.invoke(TOKEN, pick(args, INPUTS), invokeOptions(opts)) as Promise<GetConfigurationResult>;
}

/** Generates the configuration of a machine type; needs no machine. */
export function getConfigurationOutput(
  args: GetConfigurationOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetConfigurationResult> {
  return pulumi.runtime.invokeOutput(TOKEN, pick(args, INPUTS), invokeOptions(opts));
}

const TOKEN = "talos:machine/getConfiguration:getConfiguration";
const INPUTS = [
  "clusterEndpoint",
  "clusterName",
  "configPatches",
  "docs",
  "examples",
  "kubernetesVersion",
  "machineSecrets",
  "machineType",
  "talosVersion",
] as const;

/** Arguments of {@link getConfiguration}. */
export interface GetConfigurationArgs {
  /** URL of the Kubernetes API, https. */
  clusterEndpoint: string;
  /** Name of the TalosCluster. */
  clusterName: string;
  /** Strategic merge or JSON patches as YAML texts, applied in order. */
  configPatches?: string[];
  /** Keep documentation comments in the result. @default true */
  docs?: boolean;
  /** Keep commented examples in the result. @default true */
  examples?: boolean;
  /** Kubernetes version without `v`. @default the newest this provider knows */
  kubernetesVersion?: string;
  /** The PKI and tokens of a TalosCluster. */
  machineSecrets: inputs.machine.MachineSecrets;
  /** `controlplane` or `worker`. */
  machineType: string;
  /** Talos version with the leading `v`. */
  talosVersion?: string;
}

/** Arguments of {@link getConfigurationOutput}. */
export interface GetConfigurationOutputArgs {
  /** URL of the Kubernetes API, https. */
  clusterEndpoint: pulumi.Input<string>;
  /** Name of the TalosCluster. */
  clusterName: pulumi.Input<string>;
  /** Strategic merge or JSON patches as YAML texts, applied in order. */
  configPatches?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  /** Keep documentation comments in the result. @default true */
  docs?: pulumi.Input<boolean | undefined>;
  /** Keep commented examples in the result. @default true */
  examples?: pulumi.Input<boolean | undefined>;
  /** Kubernetes version without `v`. @default the newest this provider knows */
  kubernetesVersion?: pulumi.Input<string | undefined>;
  /** The PKI and tokens of a TalosCluster. */
  machineSecrets: pulumi.Input<inputs.machine.MachineSecrets>;
  /** `controlplane` or `worker`. */
  machineType: pulumi.Input<string>;
  /** Talos version with the leading `v`. */
  talosVersion?: pulumi.Input<string | undefined>;
}

/** What {@link getConfiguration} answers. */
export interface GetConfigurationResult {
  /** URL of the Kubernetes API, https. */
  readonly clusterEndpoint: string;
  /** Name of the TalosCluster. */
  readonly clusterName: string;
  /** Strategic merge or JSON patches as YAML texts, applied in order. */
  readonly configPatches?: string[];
  /** Keep documentation comments in the result. @default true */
  readonly docs?: boolean;
  /** Keep commented examples in the result. @default true */
  readonly examples?: boolean;
  /** Id of the result or entity. */
  readonly id: string;
  /** Kubernetes version without `v`. @default the newest this provider knows */
  readonly kubernetesVersion?: string;
  /** The generated or effective machine configuration as YAML. A secret. */
  readonly machineConfiguration: string;
  /** The PKI and tokens of a TalosCluster. */
  readonly machineSecrets: outputs.machine.MachineSecrets;
  /** `controlplane` or `worker`. */
  readonly machineType: string;
  /** Talos version with the leading `v`. */
  readonly talosVersion?: string;
}
