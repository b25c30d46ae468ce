import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { isType, resourceInputs, resourceOptions } from "../utilities";

/** The PKI, tokens and client credentials of a TalosCluster. Lowering `talosVersion` replaces all of them. */
export class Secrets extends pulumi.CustomResource {
  public static readonly __pulumiType = "talos:machine/secrets:Secrets";

  /** Looks up an existing Secrets by its id. */
  public static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    state?: SecretsState,
    opts?: pulumi.CustomResourceOptions,
  ): Secrets {
    return new Secrets(name, state, { ...opts, id });
  }

  /** Whether a value is a Secrets, even one from another copy of this package. */
  public static override isInstance(obj: unknown): obj is Secrets {
    return isType(obj, Secrets.__pulumiType);
  }

  /** Credentials of the Talos API client. */
  declare public readonly clientConfiguration: pulumi.Output<outputs.machine.ClientConfiguration>;
  /** The PKI and tokens of a TalosCluster. */
  declare public readonly machineSecrets: pulumi.Output<outputs.machine.MachineSecrets>;
  /** Talos version with the leading `v`. */
  declare public readonly talosVersion: pulumi.Output<string>;

  /** @throws when a required argument is missing */
  constructor(name: string, args?: SecretsArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      Secrets.__pulumiType,
      name,
      resourceInputs(opts, args, {
        required: [],
        inputs: ["talosVersion"],
        secretInputs: [],
        outputs: ["clientConfiguration", "machineSecrets"],
      }),
      resourceOptions(opts, []),
    );
  }
}

/** Arguments of a {@link Secrets}. */
export interface SecretsArgs {
  /** Talos version with the leading `v`. */
  talosVersion?: pulumi.Input<string | undefined>;
}

/** State by which an existing {@link Secrets} is looked up. */
export interface SecretsState {
  /** Credentials of the Talos API client. */
  clientConfiguration?: pulumi.Input<inputs.machine.ClientConfiguration | undefined>;
  /** The PKI and tokens of a TalosCluster. */
  machineSecrets?: pulumi.Input<inputs.machine.MachineSecrets | undefined>;
  /** Talos version with the leading `v`. */
  talosVersion?: pulumi.Input<string | undefined>;
}
