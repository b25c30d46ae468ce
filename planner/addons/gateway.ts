import { GATEWAY_DEFAULTS } from "../../config/addons/gateway";
import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { PlannedGateway } from "../plan";
import type { Site } from "../site";
import type { AddonContext, AddonResource } from "./definition";
import { serviceOfGateway } from "./balanced-services";
import { WANTED_ADDRESSES } from "./ingress";
import { valueAt } from "./layers";
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

/** Values of Cilium's chart, which is off unless somebody asks; pods start again, for none reads this a second time. */
export function gatewayValues({ setting }: Pick<Context, "setting">): { readonly top: Values; readonly operator: Values } {
  const asked = setting("gateway").asked;
  if (!asked) return { top: {}, operator: {} };
  const on = asked.as(() => true);
  return {
    // HTTP/2 for whoever speaks it. The class is made in any case: whether the API knows its kind, Helm may have asked long ago.
    top: { gatewayAPI: { enabled: on, enableAlpn: on, gatewayClass: { create: on } }, rollOutCiliumPods: on },
    operator: { rollOutPods: on },
  };
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

/** A Gateway that nobody could answer for, and two controllers that want the same class. */
export function judgeGateway({ addons }: Site): UnplacedProblem[] {
  const { gateway, values } = addons.cilium;
  if (!gateway) return [];
  const at = "addons.cilium.gateway";
  const { issuers = {} } = addons.certManager ?? {};
  const known = Object.keys(issuers).sort();
  const wrong = (path: string, value: unknown, message: string, allowed: string, remedy: string): UnplacedProblem[] => [
    problem(path, value, message, allowed, remedy),
  ];
  return [
    ...(addons.cilium.enabled
      ? []
      : wrong(at, gateway, "a Gateway, and no Cilium", "a Gateway where Cilium is the network", "have Cilium, or leave it out")),
    ...(addons.gatewayApi
      ? []
      : wrong(
          at,
          gateway,
          "a Gateway, and nothing that brings its kind",
          "a Gateway where addons.gatewayApi is on",
          "add gatewayApi: {} to addons",
        )),
    ...(values["kubeProxyReplacement"] === false || values["kubeProxyReplacement"] === "false"
      ? wrong(
          "addons.cilium.values.kubeProxyReplacement",
          values["kubeProxyReplacement"],
          "Cilium answers for Gateways only in place of kube-proxy",
          "true, or nothing: it is the plan's own value",
          "take it away, or the gateway",
        )
      : []),
    ...(valueAt(addons.traefik?.values, "gatewayClass.name") === CILIUM_CLASS
      ? wrong(
          "addons.traefik.values.gatewayClass.name",
          CILIUM_CLASS,
          "the class that Cilium answers for: two controllers would write over each other's answers",
          "any other name",
          "leave it out: Traefik's own class is traefik",
        )
      : []),
    // On a fresh cluster, nothing tells when GitOps has brought the kind of its certificate.
    ...(gateway.https && addons.certManager && addons.certManager.managedBy !== "stack"
      ? wrong(
          "addons.certManager.managedBy",
          addons.certManager.managedBy,
          "the certificate of addons.cilium.gateway waits for it and stays behind",
          "stack",
          "leave cert-manager with the stack, or have the Gateway without https",
        )
      : []),
    ...(gateway.https && issuers[gateway.https.issuer] === undefined
      ? wrong(
          `${at}.https.issuer`,
          gateway.https.issuer,
          `no issuer ${gateway.https.issuer}`,
          known.length > 0 ? known.join(", ") : "nothing: addons.certManager has no issuers",
          "correct it, or add it to addons.certManager.issuers",
        )
      : []),
  ];
}
