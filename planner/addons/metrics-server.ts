import { METRICS_SERVER_DEFAULTS as DEFAULTS } from "../../config/addons/metrics-server";
import { kubeletsVerified } from "../kubelet-certificates";
import type { AddonContext, AddonDefinition } from "./definition";
import type { Values } from "./layers";
import type { Sourced } from "./sourced";

type Context = AddonContext<"metricsServer">;

/** What a pod asks for in a lab: half of the chart's own, which is meant for 100 machines; assumed. */
const LAB_REQUESTS = { cpu: "50m", memory: "100Mi" } as const;

/** Labels the chart gives its pods. */
const POD_LABELS = { "app.kubernetes.io/instance": "metrics-server", "app.kubernetes.io/name": "metrics-server" } as const;

/** Argument with which it believes every kubelet. */
export const UNVERIFIED_KUBELETS = "--kubelet-insecure-tls";

/** Current use of processors and memory. */
export const metricsServer: AddonDefinition<"metricsServer"> = {
  key: "metricsServer",
  chart: "metrics-server",
  publisher: "https://kubernetes-sigs.github.io/metrics-server",
  podSecurity: "baseline",
  // It is ready when it has read from kubelets.
  needs: ["network", "kubeletCsrApprover"],
  plan: (context) => ({
    base: base(context),
    overlays: { homelab: { resources: { requests: LAB_REQUESTS } }, prod: prod(context) },
    idle: [
      // A budget that keeps the only pod where it is lets no machine be drained.
      { at: "podDisruptionBudget", while: { path: "replicas", is: 1 } },
    ],
    facts: {},
  }),
};

/**
 * Chart values for Talos, whose kubelets have certificates of their own making unless somebody approves of better ones: nobody signed
 * them, so that nobody can check them. What is read over such a connection is figures of use; who asks, the kubelet checks all the same.
 */
function base(context: Context): Values {
  return { replicas: replicas(context), ...(kubeletsVerified(context.site) ? {} : { args: [UNVERIFIED_KUBELETS] }) };
}

function prod(context: Context): Values {
  return {
    topologySpreadConstraints: context.spread.constraints(POD_LABELS),
    ...(replicas(context).value > 1 ? { podDisruptionBudget: { enabled: true, maxUnavailable: 1 } } : {}),
  };
}

function replicas({ setting, spread }: Context): Sourced<number> {
  const { homelab, prod: several } = DEFAULTS.replicas;
  return setting("replicas").byClass({ homelab, prod: spread.upTo(several) });
}
