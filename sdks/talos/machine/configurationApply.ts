import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { isType, resourceInputs, resourceOptions } from "../utilities";

/** Hands a machine its configuration: the first time in maintenance mode, later in place. */
export class ConfigurationApply extends pulumi.CustomResource {
  public static readonly __pulumiType = "talos:machine/configurationApply:ConfigurationApply";

  /** Looks up an existing ConfigurationApply by its id. */
  public static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    state?: ConfigurationApplyState,
    opts?: pulumi.CustomResourceOptions,
  ): ConfigurationApply {
    return new ConfigurationApply(name, state as ConfigurationApplyArgs, { ...opts, id });
  }

  /** Whether a value is a ConfigurationApply, even one from another copy of this package. */
  public static override isInstance(obj: unknown): obj is ConfigurationApply {
    return isType(obj, ConfigurationApply.__pulumiType);
  }

  /** `auto`, `reboot`, `no_reboot`, `staged` or `staged_if_needing_reboot`. @default "auto" */
  declare public readonly applyMode: pulumi.Output<string>;
  /** Credentials of the Talos API client. */
  declare public readonly clientConfiguration: pulumi.Output<outputs.machine.ClientConfiguration | undefined>;
  /** Credentials of the Talos API client, write-only: never stored in the state. */
  declare public readonly clientConfigurationWo: pulumi.Output<
    outputs.machine.ConfigurationApplyClientConfigurationWo | undefined
  >;
  /** Strategic merge or JSON patches as YAML texts, applied in order. */
  declare public readonly configPatches: pulumi.Output<string[] | undefined>;
  /** Address the Talos API is dialled at. @default `node` */
  declare public readonly endpoint: pulumi.Output<string>;
  /** The generated or effective machine configuration as YAML. A secret. */
  declare public readonly machineConfiguration: pulumi.Output<string>;
  /** SHA-256 of the effective machine configuration. */
  declare public readonly machineConfigurationHash: pulumi.Output<string>;
  /** Machine configuration to apply. A secret. */
  declare public readonly machineConfigurationInput: pulumi.Output<string | undefined>;
  /** Machine configuration to apply, write-only: never stored in the state. */
  declare public readonly machineConfigurationInputWo: pulumi.Output<string | undefined>;
  /** Address of the machine the call is for. */
  declare public readonly node: pulumi.Output<string>;
  /** What happens to the machine when the resource is deleted. @default nothing */
  declare public readonly onDestroy: pulumi.Output<outputs.machine.ConfigurationApplyOnDestroy | undefined>;
  /** The mode that was used in the end. */
  declare public readonly resolvedApplyMode: pulumi.Output<string>;
  /** How long each operation may take, as Go durations. */
  declare public readonly timeouts: pulumi.Output<outputs.machine.Timeout | undefined>;

  /** @throws when a required argument is missing */
  constructor(name: string, args: ConfigurationApplyArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      ConfigurationApply.__pulumiType,
      name,
      resourceInputs(opts, args, {
        required: ["node"],
        inputs: [
          "applyMode",
          "clientConfiguration",
          "clientConfigurationWo",
          "configPatches",
          "endpoint",
          "machineConfigurationInput",
          "machineConfigurationInputWo",
          "node",
          "onDestroy",
          "timeouts",
        ],
        secretInputs: ["clientConfigurationWo", "machineConfigurationInput", "machineConfigurationInputWo"],
        outputs: ["machineConfiguration", "machineConfigurationHash", "resolvedApplyMode"],
      }),
      resourceOptions(opts, [
        "clientConfigurationWo",
        "machineConfiguration",
        "machineConfigurationInput",
        "machineConfigurationInputWo",
      ]),
    );
  }
}

/** Arguments of a {@link ConfigurationApply}. */
export interface ConfigurationApplyArgs {
  /** `auto`, `reboot`, `no_reboot`, `staged` or `staged_if_needing_reboot`. @default "auto" */
  applyMode?: pulumi.Input<string | undefined>;
  /** Credentials of the Talos API client. */
  clientConfiguration?: pulumi.Input<inputs.machine.ClientConfiguration | undefined>;
  /** Credentials of the Talos API client, write-only: never stored in the state. */
  clientConfigurationWo?: pulumi.Input<inputs.machine.ConfigurationApplyClientConfigurationWo | undefined>;
  /** Strategic merge or JSON patches as YAML texts, applied in order. */
  configPatches?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  /** Address the Talos API is dialled at. @default `node` */
  endpoint?: pulumi.Input<string | undefined>;
  /** Machine configuration to apply. A secret. */
  machineConfigurationInput?: pulumi.Input<string | undefined>;
  /** Machine configuration to apply, write-only: never stored in the state. */
  machineConfigurationInputWo?: pulumi.Input<string | undefined>;
  /** Address of the machine the call is for. */
  node: pulumi.Input<string>;
  /** What happens to the machine when the resource is deleted. @default nothing */
  onDestroy?: pulumi.Input<inputs.machine.ConfigurationApplyOnDestroy | undefined>;
  /** How long each operation may take, as Go durations. */
  timeouts?: pulumi.Input<inputs.machine.Timeout | undefined>;
}

/** State by which an existing {@link ConfigurationApply} is looked up. */
export interface ConfigurationApplyState {
  /** `auto`, `reboot`, `no_reboot`, `staged` or `staged_if_needing_reboot`. @default "auto" */
  applyMode?: pulumi.Input<string | undefined>;
  /** Credentials of the Talos API client. */
  clientConfiguration?: pulumi.Input<inputs.machine.ClientConfiguration | undefined>;
  /** Credentials of the Talos API client, write-only: never stored in the state. */
  clientConfigurationWo?: pulumi.Input<inputs.machine.ConfigurationApplyClientConfigurationWo | undefined>;
  /** Strategic merge or JSON patches as YAML texts, applied in order. */
  configPatches?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  /** Address the Talos API is dialled at. @default `node` */
  endpoint?: pulumi.Input<string | undefined>;
  /** The generated or effective machine configuration as YAML. A secret. */
  machineConfiguration?: pulumi.Input<string | undefined>;
  /** SHA-256 of the effective machine configuration. */
  machineConfigurationHash?: pulumi.Input<string | undefined>;
  /** Machine configuration to apply. A secret. */
  machineConfigurationInput?: pulumi.Input<string | undefined>;
  /** Machine configuration to apply, write-only: never stored in the state. */
  machineConfigurationInputWo?: pulumi.Input<string | undefined>;
  /** Address of the machine the call is for. */
  node?: pulumi.Input<string | undefined>;
  /** What happens to the machine when the resource is deleted. @default nothing */
  onDestroy?: pulumi.Input<inputs.machine.ConfigurationApplyOnDestroy | undefined>;
  /** The mode that was used in the end. */
  resolvedApplyMode?: pulumi.Input<string | undefined>;
  /** How long each operation may take, as Go durations. */
  timeouts?: pulumi.Input<inputs.machine.Timeout | undefined>;
}
