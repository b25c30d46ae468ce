import type { KeyPair } from "../wire/certificates";

/** Who a kubeconfig is for. */
export interface KubeconfigOptions {
  /** URL of the API server. */
  readonly server: string;
  /** PEM of the authority that issued the server's certificate. */
  readonly authority: string;
  readonly client: KeyPair;
}

/** A kubeconfig with one context, as JSON, which every reader of kubeconfigs takes for YAML. */
export function kubeconfigOf({ server, authority, client }: KubeconfigOptions): string {
  const base64 = (pem: string): string => Buffer.from(pem).toString("base64");
  const user = { "client-certificate-data": base64(client.certificate), "client-key-data": base64(client.key) };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "rehearsal", cluster: { server, "certificate-authority-data": base64(authority) } }],
    users: [{ name: "rehearsal", user }],
    contexts: [{ name: "rehearsal", context: { cluster: "rehearsal", user: "rehearsal" } }],
    "current-context": "rehearsal",
  });
}
