import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "../types/input";
import type * as outputs from "../types/output";
import { isType, resourceInputs, resourceOptions } from "../utilities";

/** Admin kubeconfig of a bootstrapped TalosCluster; fetched again only when its certificate nears its end. */
export class Kubeconfig extends pulumi.CustomResource {
  public static readonly __pulumiType = "talos:cluster/kubeconfig:Kubeconfig";

  /** Looks up an existing Kubeconfig by its id. */
  public static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    state?: KubeconfigState,
    opts?: pulumi.CustomResourceOptions,
  ): Kubeconfig {
    return new Kubeconfig(name, state as KubeconfigArgs, { ...opts, id });
  }

  /** Whether a value is a Kubeconfig, even one from another copy of this package. */
  public static override isInstance(obj: unknown): obj is Kubeconfig {
    return isType(obj, Kubeconfig.__pulumiType);
  }

  /** How long before its end the kubeconfig certificate is renewed. @default "720h" */
  declare public readonly certificateRenewalDuration: pulumi.Output<string>;
  /** Credentials of the Talos API client. */
  declare public readonly clientConfiguration: pulumi.Output<outputs.cluster.KubeconfigClientConfiguration>;
  /** Address the Talos API is dialled at. @default `node` */
  declare public readonly endpoint: pulumi.Output<string>;
  /** Admin kubeconfig as YAML. A secret. */
  declare public readonly kubeconfigRaw: pulumi.Output<string>;
  /** The kubeconfig in parts; certificates and key are base64-encoded PEM. */
  declare public readonly kubernetesClientConfiguration: pulumi.Output<outputs.cluster.KubeconfigKubernetesClientConfiguration>;
  /** Address of the machine the call is for. */
  declare public readonly node: pulumi.Output<string>;
  /** How long each operation may take, as Go durations. */
  declare public readonly timeouts: pulumi.Output<outputs.cluster.KubeconfigTimeouts | undefined>;

  /** @throws when a required argument is missing */
  constructor(name: string, args: KubeconfigArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      Kubeconfig.__pulumiType,
      name,
      resourceInputs(opts, args, {
        required: ["clientConfiguration", "node"],
        inputs: ["certificateRenewalDuration", "clientConfiguration", "endpoint", "node", "timeouts"],
        secretInputs: [],
        outputs: ["kubeconfigRaw", "kubernetesClientConfiguration"],
      }),
      resourceOptions(opts, ["kubeconfigRaw"]),
    );
  }
}

/** Arguments of a {@link Kubeconfig}. */
export interface KubeconfigArgs {
  /** How long before its end the kubeconfig certificate is renewed. @default "720h" */
  certificateRenewalDuration?: pulumi.Input<string | undefined>;
  /** Credentials of the Talos API client. */
  clientConfiguration: pulumi.Input<inputs.cluster.KubeconfigClientConfiguration>;
  /** Address the Talos API is dialled at. @default `node` */
  endpoint?: pulumi.Input<string | undefined>;
  /** Address of the machine the call is for. */
  node: pulumi.Input<string>;
  /** How long each operation may take, as Go durations. */
  timeouts?: pulumi.Input<inputs.cluster.KubeconfigTimeouts | undefined>;
}

/** State by which an existing {@link Kubeconfig} is looked up. */
export interface KubeconfigState {
  /** How long before its end the kubeconfig certificate is renewed. @default "720h" */
  certificateRenewalDuration?: pulumi.Input<string | undefined>;
  /** Credentials of the Talos API client. */
  clientConfiguration?: pulumi.Input<inputs.cluster.KubeconfigClientConfiguration | undefined>;
  /** Address the Talos API is dialled at. @default `node` */
  endpoint?: pulumi.Input<string | undefined>;
  /** Admin kubeconfig as YAML. A secret. */
  kubeconfigRaw?: pulumi.Input<string | undefined>;
  /** The kubeconfig in parts; certificates and key are base64-encoded PEM. */
  kubernetesClientConfiguration?: pulumi.Input<inputs.cluster.KubeconfigKubernetesClientConfiguration | undefined>;
  /** Address of the machine the call is for. */
  node?: pulumi.Input<string | undefined>;
  /** How long each operation may take, as Go durations. */
  timeouts?: pulumi.Input<inputs.cluster.KubeconfigTimeouts | undefined>;
}
