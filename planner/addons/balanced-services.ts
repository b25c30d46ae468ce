import type { PlannedService } from "../plan";
import { valueAt } from "./layers";

/** What a chart calls its Service of type LoadBalancer, and where it is told more labels. */
interface ServiceOfChart {
  readonly name: string;
  readonly labels: (namespace: string) => Readonly<Record<string, string>>;
  readonly moreLabels: string;
}

/** Services of ingress controllers, as their charts make them. */
const CHARTS: Readonly<Record<"traefik" | "ingressNginx", ServiceOfChart>> = {
  traefik: {
    name: "traefik",
    labels: (namespace) => ({ "app.kubernetes.io/instance": `traefik-${namespace}`, "app.kubernetes.io/name": "traefik" }),
    moreLabels: "service.labels",
  },
  ingressNginx: {
    name: "ingress-nginx-controller",
    labels: () => ({
      "app.kubernetes.io/component": "controller",
      "app.kubernetes.io/instance": "ingress-nginx",
      "app.kubernetes.io/name": "ingress-nginx",
    }),
    moreLabels: "controller.service.labels",
  },
};

/** The Service of an ingress controller that waits for an address. */
export function serviceOfController(
  key: keyof typeof CHARTS,
  {
    namespace,
    values,
    addresses,
  }: { readonly namespace: string; readonly values: object; readonly addresses?: readonly string[] | undefined },
): PlannedService {
  const { name, labels, moreLabels } = CHARTS[key];
  const more = valueAt(values, moreLabels) as Readonly<Record<string, string>> | undefined;
  return withPlace({ namespace, name, labels: { ...labels(namespace), ...more }, addresses: addresses ?? [] });
}

/** The Service that Cilium makes for a Gateway. */
export function serviceOfGateway(
  name: string,
  namespace: string,
  {
    labels,
    addresses,
  }: { readonly labels?: Readonly<Record<string, string>> | undefined; readonly addresses?: readonly string[] | undefined },
): PlannedService {
  const own = { "gateway.networking.k8s.io/gateway-name": name, "io.cilium.gateway/owning-gateway": name };
  return withPlace({ namespace, name: `cilium-gateway-${name}`, labels: { ...labels, ...own }, addresses: addresses ?? [] });
}

/** Pools find a Service by its name and its namespace, too, as if these were labels. */
function withPlace(service: PlannedService): PlannedService {
  const { namespace, name, labels } = service;
  return { ...service, labels: { ...labels, "io.kubernetes.service.name": name, "io.kubernetes.service.namespace": namespace } };
}
