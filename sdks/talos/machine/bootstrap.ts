import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { isType, resourceInputs, resourceOptions } from "../utilities";

/** Starts etcd on the first control plane; to be done exactly once per TalosCluster. */
export class Bootstrap extends pulumi.CustomResource {
  public static readonly __pulumiType = "talos:machine/bootstrap:Bootstrap";

  /** Looks up an existing Bootstrap by its id. */
  public static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    state?: BootstrapState,
    opts?: pulumi.CustomResourceOptions,
  ): Bootstrap {
    return new Bootstrap(name, state as BootstrapArgs, { ...opts, id });
  }

  /** Whether a value is a Bootstrap, even one from another copy of this package. */
  public static override isInstance(obj: unknown): obj is Bootstrap {
    return isType(obj, Bootstrap.__pulumiType);
  }

  /** Credentials of the Talos API client. */
  declare public readonly clientConfiguration: pulumi.Output<outputs.machine.ClientConfiguration | undefined>;
  /** Credentials of the Talos API client, write-only: never stored in the state. */
  declare public readonly clientConfigurationWo: pulumi.Output<outputs.machine.BootstrapClientConfigurationWo | undefined>;
  /** Address the Talos API is dialled at. @default `node` */
  declare public readonly endpoint: pulumi.Output<string>;
  /** Address of the machine the call is for. */
  declare public readonly node: pulumi.Output<string>;
  /** How long each operation may take, as Go durations. */
  declare public readonly timeouts: pulumi.Output<outputs.machine.BootstrapTimeouts | undefined>;

  /** @throws when a required argument is missing */
  constructor(name: string, args: BootstrapArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      Bootstrap.__pulumiType,
      name,
      resourceInputs(opts, args, {
        required: ["node"],
        inputs: ["clientConfiguration", "clientConfigurationWo", "endpoint", "node", "timeouts"],
        secretInputs: ["clientConfigurationWo"],
        outputs: [],
      }),
      resourceOptions(opts, ["clientConfigurationWo"]),
    );
  }
}

/** Arguments of a {@link Bootstrap}. */
export interface BootstrapArgs {
  /** Credentials of the Talos API client. */
  clientConfiguration?: pulumi.Input<inputs.machine.ClientConfiguration | undefined>;
  /** Credentials of the Talos API client, write-only: never stored in the state. */
  clientConfigurationWo?: pulumi.Input<inputs.machine.BootstrapClientConfigurationWo | undefined>;
  /** Address the Talos API is dialled at. @default `node` */
  endpoint?: pulumi.Input<string | undefined>;
  /** Address of the machine the call is for. */
  node: pulumi.Input<string>;
  /** How long each operation may take, as Go durations. */
  timeouts?: pulumi.Input<inputs.machine.BootstrapTimeouts | undefined>;
}

/** State by which an existing {@link Bootstrap} is looked up. */
export interface BootstrapState {
  /** Credentials of the Talos API client. */
  clientConfiguration?: pulumi.Input<inputs.machine.ClientConfiguration | undefined>;
  /** Credentials of the Talos API client, write-only: never stored in the state. */
  clientConfigurationWo?: pulumi.Input<inputs.machine.BootstrapClientConfigurationWo | undefined>;
  /** Address the Talos API is dialled at. @default `node` */
  endpoint?: pulumi.Input<string | undefined>;
  /** Address of the machine the call is for. */
  node?: pulumi.Input<string | undefined>;
  /** How long each operation may take, as Go durations. */
  timeouts?: pulumi.Input<inputs.machine.BootstrapTimeouts | undefined>;
}
