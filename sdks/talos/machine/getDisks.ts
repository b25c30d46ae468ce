import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { invokeOptions, pick } from "../utilities";

/** Lists a machine's disks. */
export function getDisks(args: GetDisksArgs, opts?: pulumi.InvokeOptions): Promise<GetDisksResult> {
  return pulumi.runtime.invoke(TOKEN, pick(args, INPUTS), invokeOptions(opts)) as Promise<GetDisksResult>;
}

/** Lists a machine's disks. */
export function getDisksOutput(args: GetDisksOutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<GetDisksResult> {
  return pulumi.runtime.invokeOutput(TOKEN, pick(args, INPUTS), invokeOptions(opts));
}

const TOKEN = "talos:machine/getDisks:getDisks";
const INPUTS = ["clientConfiguration", "endpoint", "node", "selector", "timeouts"] as const;

/** Arguments of {@link getDisks}. */
export interface GetDisksArgs {
  /** Credentials of the Talos API client. */
  clientConfiguration: inputs.machine.GetDisksClientConfiguration;
  /** Address the Talos API is dialled at. @default `node` */
  endpoint?: string;
  /** Address of the machine the call is for. */
  node: string;
  /** CEL expression a disk must satisfy. */
  selector?: string;
  /** How long each operation may take, as Go durations. */
  timeouts?: inputs.machine.GetDisksTimeouts;
}

/** Arguments of {@link getDisksOutput}. */
export interface GetDisksOutputArgs {
  /** Credentials of the Talos API client. */
  clientConfiguration: pulumi.Input<inputs.machine.GetDisksClientConfigurationArgs>;
  /** Address the Talos API is dialled at. @default `node` */
  endpoint?: pulumi.Input<string | undefined>;
  /** Address of the machine the call is for. */
  node: pulumi.Input<string>;
  /** CEL expression a disk must satisfy. */
  selector?: pulumi.Input<string | undefined>;
  /** How long each operation may take, as Go durations. */
  timeouts?: pulumi.Input<inputs.machine.GetDisksTimeoutsArgs | undefined>;
}

/** What {@link getDisks} answers. */
export interface GetDisksResult {
  /** Credentials of the Talos API client. */
  readonly clientConfiguration: outputs.machine.GetDisksClientConfiguration;
  /** The disks found. */
  readonly disks: outputs.machine.GetDisksDisk[];
  /** Address the Talos API is dialled at. @default `node` */
  readonly endpoint: string;
  /** Id of the result or entity. */
  readonly id: string;
  /** Address of the machine the call is for. */
  readonly node: string;
  /** CEL expression a disk must satisfy. */
  readonly selector?: string;
  /** How long each operation may take, as Go durations. */
  readonly timeouts?: outputs.machine.GetDisksTimeouts;
}
