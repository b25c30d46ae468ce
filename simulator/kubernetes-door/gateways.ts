import type { KubernetesObject } from "./api-types";

/** What is read of a Gateway. */
export type Gateway = KubernetesObject & {
  readonly spec?: {
    readonly gatewayClassName?: string;
    readonly infrastructure?: {
      readonly labels?: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly listeners?: readonly { readonly name: string; readonly port: number }[];
  };
  readonly status?: { readonly addresses?: readonly { readonly value: string }[] };
};

/** Whether it is of the class that Cilium answers for. */
export function isCiliums({ spec }: Gateway): boolean {
  return spec?.gatewayClassName === "cilium";
}

/** The Service that Cilium makes for a Gateway (operator/pkg/model/translation/gateway-api); it goes with the Gateway. */
export function serviceOf({ metadata, spec }: Gateway) {
  const { name, namespace = "", uid = "" } = metadata;
  const { infrastructure, listeners = [] } = spec ?? {};
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: `cilium-gateway-${name}`,
      namespace,
      labels: {
        ...infrastructure?.labels,
        "gateway.networking.k8s.io/gateway-name": name,
        "io.cilium.gateway/owning-gateway": name,
      },
      annotations: { ...infrastructure?.annotations },
      ownerReferences: [{ apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", name, uid, controller: true }],
    },
    spec: {
      type: "LoadBalancer",
      ports: [...new Set(listeners.map(({ port }) => port))].map((port) => ({ name: `port-${port}`, port, protocol: "TCP" })),
    },
  };
}

/** What a Gateway says of its addresses; undefined where it says so already. */
export function gatewayStatus({ status }: Gateway, addresses: readonly string[]): object | undefined {
  const said = (status?.addresses ?? []).map(({ value }) => value);
  if (said.join() === addresses.join()) return undefined;
  return { addresses: addresses.map((value) => ({ type: "IPAddress", value })) };
}
