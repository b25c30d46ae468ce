import type * as nodeHttps from "node:https";
import * as pulumi from "@pulumi/pulumi";

/** How the wait authenticates: the fields of a kubeconfig, certificates and key base64-encoded PEM. */
export interface KubernetesApiCredentials {
  readonly caCertificate?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** Arguments of a {@link KubernetesApi}. */
export interface KubernetesApiArgs {
  /** `https://<host>:6443`; also the resource's id. */
  readonly endpoint: pulumi.Input<string>;
  /** Always stored as a secret. */
  readonly kubeconfig: pulumi.Input<KubernetesApiCredentials>;
  /** How long to wait for `/readyz`. @default 600 */
  readonly timeoutSeconds?: number;
}

interface Inputs {
  readonly endpoint: string;
  readonly kubeconfig: KubernetesApiCredentials;
  readonly timeoutSeconds: number;
}

/**
 * The provider behind {@link KubernetesApi}. It is serialised into the state and runs in the engine's plugin process, so each
 * function fetches what it needs itself and closes over nothing.
 */
export const kubernetesApiProvider: pulumi.dynamic.ResourceProvider<Inputs, { endpoint: string }> = {
  async create(inputs) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a captured import would be serialised along
    const https = require("node:https") as typeof nodeHttps;
    const decode = (text = ""): Buffer => Buffer.from(text, "base64");
    const url = new URL("/readyz", inputs.endpoint);
    const deadline = Date.now() + inputs.timeoutSeconds * 1000;
    let last = "no attempt was made";
    while (Date.now() < deadline) {
      const ready = await new Promise<boolean>((resolve) => {
        const request = https.get(
          url,
          {
            ca: decode(inputs.kubeconfig.caCertificate),
            cert: decode(inputs.kubeconfig.clientCertificate),
            key: decode(inputs.kubeconfig.clientKey),
            timeout: 5000,
            agent: false,
          },
          (response) => {
            response.resume();
            last = `HTTP ${response.statusCode ?? 0}`;
            resolve(response.statusCode === 200);
          },
        );
        request.on("timeout", () => request.destroy(new Error("no answer within 5 s")));
        request.on("error", (error) => {
          last = error.message;
          resolve(false);
        });
      });
      if (ready) return { id: inputs.endpoint, outs: { endpoint: inputs.endpoint } };
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    throw new Error(`The Kubernetes API at ${inputs.endpoint} was not ready within ${inputs.timeoutSeconds} s (last: ${last})`);
  },
  // The wait happened once, when the API came up: renewed certificates or a newer SDK change nothing about that.
  diff() {
    return Promise.resolve({ changes: false });
  },
};

/**
 * The moment the Kubernetes API answers, as a resource: it waits when it is created and never again, so neither a preview nor
 * a destroy can hang on a cluster that is away.
 */
export class KubernetesApi extends pulumi.dynamic.Resource {
  declare public readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: KubernetesApiArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      kubernetesApiProvider,
      name,
      { endpoint: args.endpoint, kubeconfig: pulumi.secret(args.kubeconfig), timeoutSeconds: args.timeoutSeconds ?? 600 },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["kubeconfig"] }),
      "kubernetes",
      "KubernetesApi",
    );
  }
}
