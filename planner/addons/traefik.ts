import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { Site } from "../site";
import type { AddonContext, AddonDefinition } from "./definition";
import { unlessEnabled } from "./idle";
import { ingressPodSecurity, planIngress } from "./ingress";
import type { PlannedIngress } from "./ingress";
import { judgeIngress } from "./ingress-judgement";
import type { Values } from "./layers";

type Context = AddonContext<"traefik">;

/** What a pod asks for: assumed. */
const REQUESTS = { homelab: { cpu: "50m", memory: "64Mi" }, prod: { cpu: "100m", memory: "128Mi" } } as const;

/** Traefik, the ingress controller of a stack that names no other. */
export const traefik: AddonDefinition<"traefik"> = {
  key: "traefik",
  chart: "traefik",
  publisher: "oci://ghcr.io/traefik/helm",
  podSecurity: ingressPodSecurity("traefik"),
  // It asks the API for the kinds it answers for.
  needs: ["network", "gatewayApi"],
  metrics: { service: "traefik-metrics", port: 9100 },
  judge: (site, machineCount) => [...judgeIngress("traefik", site, machineCount), ...judgeKinds(site)],
  plan: (context) => {
    const ingress = planIngress("traefik", context);
    return {
      base: base(context, ingress),
      overlays: { homelab: { resources: { requests: REQUESTS.homelab } }, prod: prod(context, ingress) },
      idle: [
        // A DaemonSet has one pod on each machine, whatever it is told, and drains leave it alone.
        { at: "deployment.replicas", while: { path: "deployment.kind", is: "DaemonSet" } },
        { at: "podDisruptionBudget", while: { path: "deployment.kind", is: "DaemonSet" } },
        // A budget that keeps the only pod where it is lets no machine be drained.
        { at: "podDisruptionBudget", while: { path: "deployment.replicas", is: 1 } },
        unlessEnabled("podDisruptionBudget"),
      ],
      facts: ingress.facts,
    };
  },
};

/** Traefik 3.7 watches TLSRoutes and BackendTLSPolicies in v1 (pkg/provider/kubernetes/gateway), which bundles have from 1.5 on. */
const OLD_BUNDLE = /^1\.[0-4]\./;

/** Kinds that it would wait for in vain, and answer for no Gateway meanwhile. */
function judgeKinds({ addons: { traefik: config, gatewayApi } }: Site): UnplacedProblem[] {
  if (config?.gatewayApi !== true || (gatewayApi && !OLD_BUNDLE.test(gatewayApi.version))) return [];
  return [
    problem(
      "addons.traefik.gatewayApi",
      true,
      gatewayApi
        ? `Traefik watches kinds that Gateway API ${gatewayApi.version} has not got`
        : "Gateways, and nothing that brings their kind",
      "true where addons.gatewayApi is on, with version 1.5 or newer",
      gatewayApi ? "take a newer bundle, or leave it out" : "add gatewayApi: {} to addons, or leave it out",
    ),
  ];
}

function base(
  { setting }: Context,
  { workload, replicas, serviceType, annotations, isDefault, onHostPorts }: PlannedIngress,
): Values {
  const port = (host: number, node: "http" | "https"): Values =>
    onHostPorts ? { hostPort: host } : { nodePort: setting(`nodePorts.${node}`).asked };
  return {
    deployment: { kind: workload, replicas },
    service: { spec: { type: serviceType }, annotations },
    ingressClass: { isDefaultClass: isDefault },
    ports: { web: port(80, "http"), websecure: port(443, "https") },
    // Two pods never have the same port of a machine: the old one goes before the new one comes.
    ...(onHostPorts ? { updateStrategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } } : {}),
    metrics: { prometheus: { service: { enabled: true } } },
    ...gatewayProvider(setting),
    // What runs is what is pinned: nobody needs to ask for newer ones.
    global: { checkNewVersion: false },
  };
}

/** Gateways of its own class; routes of its own one may be in any namespace, as with Ingresses. */
function gatewayProvider(setting: Context["setting"]): Values {
  const enabled = setting("gatewayApi").asked;
  if (enabled?.value !== true) return {};
  return {
    providers: { kubernetesGateway: { enabled } },
    gateway: { listeners: { web: { namespacePolicy: { from: enabled.as(() => "All") } } } },
  };
}

function prod({ spread, config }: Context, { workload, replicas }: PlannedIngress): Values {
  const resources = { requests: REQUESTS.prod };
  if (workload.value === "DaemonSet") return { resources };
  const labels = { "app.kubernetes.io/instance": `traefik-${config.namespace}`, "app.kubernetes.io/name": "traefik" };
  return {
    resources,
    topologySpreadConstraints: spread.constraints(labels),
    ...((replicas?.value ?? 1) > 1 ? { podDisruptionBudget: { enabled: true, maxUnavailable: 1 } } : {}),
  };
}
