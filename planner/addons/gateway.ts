import { GATEWAY_DEFAULTS } from "../../config/addons/gateway";
import type { PlannedGateway } from "../plan";
import type { Site } from "../site";
import type { AddonContext, AddonResource } from "./definition";
import { serviceOfGateway } from "./balanced-services";
import { WANTED_ADDRESSES } from "./ingress";
import type { Values } from "./layers";
import { handsOutAddresses } from "./load-balancers";
import { Sourced } from "./sourced";

/** Class that Cilium's chart makes and its operator answers for. */
export const CILIUM_CLASS = "cilium";

type Context = Pick<AddonContext<"cilium">, "site" | "config" | "setting">;

/** The Gateway of a stack; undefined where it asks for none. */
export function gatewayOf({
  site,
  config,
}: {
  readonly site: Pick<Site, "addons">;
  readonly config: Context["config"];
}): PlannedGateway | undefined {
  const { gatewayApi } = site.addons;
  if (!config.gateway || !gatewayApi) return undefined;
  const { name = GATEWAY_DEFAULTS.name } = config.gateway;
  const { namespace } = gatewayApi;
  const service = serviceOfGateway(name, namespace, config.gateway);
  return { name, namespace, lacksAddress: !handsOutAddresses(site), service };
}

/** Values of Cilium's chart, which is off unless somebody asks. */
export function gatewayValues({ setting }: Pick<Context, "setting">): Values {
  const asked = setting("gateway").asked;
  if (!asked) return {};
  const on = asked.as(() => true);
  // HTTP/2 for whoever speaks it. The class is made in any case: whether the API knows its kind, Helm may have asked long ago.
  return { gatewayAPI: { enabled: on, enableAlpn: on, gatewayClass: { create: on } } };
}

/** A Gateway whose routes may be in any namespace, and the certificate it shows. */
export function gatewayResources({ config: { gateway } }: Pick<Context, "config">, planned: PlannedGateway): AddonResource[] {
  const { https, addresses, labels } = gateway ?? {};
  const { name, namespace } = planned;
  const secretName = `${name}-tls`;
  const anywhere = { namespaces: { from: "All" } };
  const listeners = [
    { name: "http", port: 80, protocol: "HTTP", allowedRoutes: anywhere },
    ...(https
      ? [
          {
            name: "https",
            port: 443,
            protocol: "HTTPS",
            allowedRoutes: anywhere,
            tls: { mode: "Terminate", certificateRefs: [{ group: "", kind: "Secret", name: secretName }] },
          },
        ]
      : []),
  ];
  const infrastructure: Values = {
    ...(labels
      ? { labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, asked("labels", value)])) }
      : {}),
    ...(addresses ? { annotations: { [WANTED_ADDRESSES]: asked("addresses", addresses.join(",")) } } : {}),
  };
  return [
    {
      kind: "Gateway",
      name,
      namespace,
      spec: {
        gatewayClassName: CILIUM_CLASS,
        listeners: https ? asked("https", listeners) : listeners,
        ...(labels || addresses ? { infrastructure } : {}),
      },
    },
    ...(https
      ? [
          {
            kind: "Certificate",
            name,
            namespace,
            spec: {
              secretName,
              dnsNames: asked("https.hostnames", https.hostnames),
              issuerRef: { name: asked("https.issuer", https.issuer), kind: "ClusterIssuer", group: "cert-manager.io" },
            },
          },
        ]
      : []),
  ];
}

function asked<T>(path: string, value: T): Sourced<T> {
  return new Sourced(value, { layer: "stack", path: `addons.cilium.gateway.${path}` });
}
