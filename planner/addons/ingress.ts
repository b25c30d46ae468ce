import type { ByClass } from "../../config/metadata";
import { INGRESS_DEFAULTS as DEFAULTS } from "../../config/addons/ingress";
import type { IngressFacts } from "../plan";
import type { Site } from "../site";
import type { AddonContext } from "./definition";
import { serviceOfController } from "./balanced-services";
import type { Values } from "./layers";
import { handsOutAddresses } from "./load-balancers";
import type { Sourced } from "./sourced";

/** Add-ons that are ingress controllers, and whether each takes Ingresses of no class unless told otherwise. */
export const INGRESS = {
  traefik: { isDefault: true, className: "traefik" },
  ingressNginx: { isDefault: false, className: "nginx" },
} as const;

/** Key of an ingress controller. */
export type IngressKey = keyof typeof INGRESS;

/** What is read of it: the same of each controller, whose settings are alike. */
type Context = Pick<AddonContext<"traefik">, "site" | "setting" | "spread"> & {
  readonly config: { readonly namespace: string; readonly values: object };
};

/** What is decided of an ingress controller, whatever its chart calls it. */
export interface PlannedIngress {
  readonly workload: Sourced<"Deployment" | "DaemonSet">;
  /** Pods of a Deployment; of a DaemonSet only what is asked, which shows as a finding. */
  readonly replicas: Sourced<number> | undefined;
  /** Type of its Service; behind ports of machines the Service only serves inside. */
  readonly serviceType: Sourced<"LoadBalancer" | "ClusterIP" | "NodePort">;
  /** Annotations of its Service. */
  readonly annotations: Values | undefined;
  readonly isDefault: Sourced<boolean>;
  /** Whether it has ports 80 and 443 of its machines. */
  readonly onHostPorts: boolean;
  readonly facts: IngressFacts;
}

const SERVICE_TYPES = { loadBalancer: "LoadBalancer", hostPort: "ClusterIP", nodePort: "NodePort" } as const;

/** Where Cilium reads which addresses a Service is to have. */
export const WANTED_ADDRESSES = "lbipam.cilium.io/ips";

/** Decides what ingress controllers have in common. */
export function planIngress(key: IngressKey, { site, setting, spread, config }: Context): PlannedIngress {
  const expose = setting("expose").or(DEFAULTS.expose);
  const onHostPorts = expose.value === "hostPort";
  // A machine's ports are of use on every machine: whoever asks for them gets a pod everywhere.
  const workload = setting("workload").asked ?? expose.as((of) => (of === "hostPort" ? "DaemonSet" : "Deployment"));
  const counts: ByClass<number> = { homelab: DEFAULTS.replicas.homelab, prod: spread.upTo(DEFAULTS.replicas.prod) };
  const addresses = setting("addresses").asked;
  const isDefault = setting("defaultClass").or(INGRESS[key].isDefault);
  return {
    workload,
    replicas: workload.value === "DaemonSet" ? setting("replicas").asked : setting("replicas").byClass(counts),
    serviceType: expose.as((of) => SERVICE_TYPES[of]),
    annotations: addresses ? { [WANTED_ADDRESSES]: addresses.as((all) => all.join(",")) } : undefined,
    isDefault,
    onHostPorts,
    facts: {
      ingress: {
        className: INGRESS[key].className,
        isDefault: isDefault.value,
        expose: expose.value,
        lacksAddress: expose.value === "loadBalancer" && !handsOutAddresses(site),
        ...(expose.value === "loadBalancer"
          ? { service: serviceOfController(key, { ...config, addresses: addresses?.value }) }
          : {}),
      },
    },
  };
}

/** Ports of machines are forbidden by the baseline standard. */
export function ingressPodSecurity(key: IngressKey): (site: Site) => "privileged" | "baseline" {
  return ({ addons }) => (addons[key]?.expose === "hostPort" ? "privileged" : "baseline");
}

/** Class of Ingresses that a stack has somebody for: the default one, else that of the first controller that is on. */
export function ingressClassOf({ addons }: Pick<Site, "addons">): string | undefined {
  const on = ingressesOn({ addons });
  const key = on.find((each) => takesAll(each, { addons })) ?? on[0];
  return key && INGRESS[key].className;
}

/** Ingress controllers that are on. */
export function ingressesOn({ addons }: Pick<Site, "addons">): IngressKey[] {
  return (Object.keys(INGRESS) as IngressKey[]).filter((key) => addons[key] !== undefined);
}

/** Whether a controller takes Ingresses that name no class. */
export function takesAll(key: IngressKey, { addons }: Pick<Site, "addons">): boolean {
  return addons[key]?.defaultClass ?? INGRESS[key].isDefault;
}
