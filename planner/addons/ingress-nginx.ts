import type { AddonContext, AddonDefinition } from "./definition";
import { unlessEnabled } from "./idle";
import { ingressPodSecurity, planIngress } from "./ingress";
import type { PlannedIngress } from "./ingress";
import { judgeIngress } from "./ingress-judgement";
import type { Values } from "./layers";

type Context = AddonContext<"ingressNginx">;

/** What a pod asks for: assumed; in prod what the chart asks for. */
const LAB_REQUESTS = { cpu: "50m", memory: "90Mi" } as const;

/** Labels the chart gives the controller's pods. */
const POD_LABELS = {
  "app.kubernetes.io/component": "controller",
  "app.kubernetes.io/instance": "ingress-nginx",
  "app.kubernetes.io/name": "ingress-nginx",
} as const;

/** ingress-nginx, which nobody maintains any more: a finding says so. */
export const ingressNginx: AddonDefinition<"ingressNginx"> = {
  key: "ingressNginx",
  chart: "ingress-nginx",
  publisher: "https://kubernetes.github.io/ingress-nginx",
  podSecurity: ingressPodSecurity("ingressNginx"),
  needs: ["network"],
  metrics: { service: "ingress-nginx-controller-metrics", port: 10_254 },
  judge: (site, machineCount) => judgeIngress("ingressNginx", site, machineCount),
  plan: (context) => {
    const ingress = planIngress("ingressNginx", context);
    return {
      base: { controller: base(context, ingress) },
      overlays: {
        homelab: { controller: { resources: { requests: LAB_REQUESTS } } },
        prod: { controller: prod(context, ingress) },
      },
      idle: [
        // A DaemonSet has one pod on each machine, whatever it is told, and drains leave it alone.
        { at: "controller.replicaCount", while: { path: "controller.kind", is: "DaemonSet" } },
        { at: "controller.minAvailable", while: { path: "controller.kind", is: "DaemonSet" } },
        // The chart makes a budget by itself, and none for a single pod.
        { at: "controller.minAvailable", while: { path: "controller.replicaCount", is: 1 } },
        unlessEnabled("defaultBackend"),
      ],
      facts: ingress.facts,
    };
  },
};

function base(
  { setting }: Context,
  { workload, replicas, serviceType, annotations, isDefault, onHostPorts }: PlannedIngress,
): Values {
  return {
    kind: workload,
    replicaCount: replicas,
    service: {
      type: serviceType,
      annotations,
      nodePorts: { http: setting("nodePorts.http").asked, https: setting("nodePorts.https").asked },
    },
    ingressClassResource: { default: isDefault },
    ...(onHostPorts
      ? {
          hostPort: { enabled: true },
          // Ingresses lead to the machines, not to a Service that nobody outside reaches.
          publishService: { enabled: false },
          extraArgs: { "report-node-internal-ip-address": "true" },
          // Two pods never have the same port of a machine: the old one goes before the new one comes.
          updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        }
      : {}),
    metrics: { enabled: true },
  };
}

function prod({ spread }: Context, { workload }: PlannedIngress): Values {
  return workload.value === "DaemonSet" ? {} : { topologySpreadConstraints: spread.constraints(POD_LABELS) };
}
