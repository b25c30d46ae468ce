import type * as nodeHttps from "node:https";
import type * as pulumi from "@pulumi/pulumi";

/** How a wait authenticates: the fields of a kubeconfig, certificates and key base64-encoded PEM. */
export interface KubernetesApiCredentials {
  readonly caCertificate?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** Which API is waited for, and as whom. */
export interface KubernetesAccess {
  /** `https://<host>:6443` */
  readonly endpoint: pulumi.Input<string>;
  /** Always stored as a secret. */
  readonly kubeconfig: pulumi.Input<KubernetesApiCredentials>;
}

/** What {@link kubernetesAnswerProvider} is given. */
export interface KubernetesAnswerInputs {
  readonly endpoint: string;
  readonly kubeconfig: KubernetesApiCredentials;
  readonly timeoutSeconds: number;
  /** What must answer with 200, for instance `/apis/cilium.io/v2/ciliumbgppeerconfigs`. @default /readyz: the API itself */
  readonly path?: string;
}

/**
 * The provider of resources that exist once the Kubernetes API answers. It is serialised into the state and runs in the engine's plugin
 * process, so each function fetches what it needs itself and closes over nothing.
 */
export const kubernetesAnswerProvider: pulumi.dynamic.ResourceProvider<KubernetesAnswerInputs, { endpoint: string }> = {
  async create(inputs) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a captured import would be serialised along
    const https = require("node:https") as typeof nodeHttps;
    const decode = (text = ""): Buffer => Buffer.from(text, "base64");
    const { path } = inputs;
    // One entry of a collection tells as much as all of them.
    const url = new URL(path === undefined ? "/readyz" : `${path}?limit=1`, inputs.endpoint);
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
      if (ready) return { id: path ?? inputs.endpoint, outs: { endpoint: inputs.endpoint } };
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    const what = path === undefined ? "was not ready" : `did not serve ${path}`;
    throw new Error(`The Kubernetes API at ${inputs.endpoint} ${what} within ${inputs.timeoutSeconds} s (last: ${last})`);
  },
  // The wait happened once, when the API came up: renewed certificates or a newer SDK change nothing about that.
  diff() {
    return Promise.resolve({ changes: false });
  },
};
