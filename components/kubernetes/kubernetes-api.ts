import * as pulumi from "@pulumi/pulumi";
import type { KubernetesAccess } from "./kubernetes-answer";
import { kubernetesAnswerProvider } from "./kubernetes-answer";

/** Arguments of a {@link KubernetesApi}, whose id is its endpoint. */
export interface KubernetesApiArgs extends KubernetesAccess {
  /** How long to wait for `/readyz`. @default 600 */
  readonly timeoutSeconds?: number;
}

/**
 * The moment the Kubernetes API answers, as a resource: it waits when it is created and never again, so neither a preview nor
 * a destroy can hang on a cluster that is away.
 */
export class KubernetesApi extends pulumi.dynamic.Resource {
  declare public readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: KubernetesApiArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      kubernetesAnswerProvider,
      name,
      { endpoint: args.endpoint, kubeconfig: pulumi.secret(args.kubeconfig), timeoutSeconds: args.timeoutSeconds ?? 600 },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["kubeconfig"] }),
      "kubernetes",
      "KubernetesApi",
    );
  }
}
