import * as pulumi from "@pulumi/pulumi";
import type { KubernetesAccess } from "./kubernetes-answer";
import { kubernetesAnswerProvider } from "./kubernetes-answer";

/** Arguments of a {@link ServedKind}. */
export interface ServedKindArgs extends KubernetesAccess {
  /** Where the API serves the kind, for instance `/apis/cilium.io/v2/ciliumbgppeerconfigs`; also the resource's id. */
  readonly path: string;
  /** How long to wait for its definition. @default 300: an operator defines its kinds when it starts, and the release waited for that */
  readonly timeoutSeconds?: number;
}

/**
 * The moment the API serves a kind that an operator defines once it runs, as a resource: a release that is ready says nothing about
 * that. The API serves a kind exactly when its definition is established. As {@link KubernetesApi}, it waits once.
 */
export class ServedKind extends pulumi.dynamic.Resource {
  constructor(name: string, args: ServedKindArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      kubernetesAnswerProvider,
      name,
      {
        endpoint: args.endpoint,
        kubeconfig: pulumi.secret(args.kubeconfig),
        timeoutSeconds: args.timeoutSeconds ?? 300,
        path: args.path,
      },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["kubeconfig"] }),
      "kubernetes",
      "ServedKind",
    );
  }
}
