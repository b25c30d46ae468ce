import { AUTOSCALING_DEFAULTS as DEFAULTS } from "../../config/addons/autoscaling";
import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { Site } from "../site";
import type { AddonContext, AddonDefinition } from "./definition";
import type { Values } from "./layers";
import type { Sourced } from "./sourced";
import { BASE, Sourced as Value } from "./sourced";

type Context = AddonContext<"prometheusAdapter">;

/** What a pod asks for: assumed; the chart says nothing. */
const REQUESTS = { homelab: { cpu: "25m", memory: "128Mi" }, prod: { cpu: "100m", memory: "256Mi" } } as const;

/** Labels the chart gives its pods. */
const POD_LABELS = {
  "app.kubernetes.io/instance": "prometheus-adapter",
  "app.kubernetes.io/name": "prometheus-adapter",
} as const;

/** Service of Prometheus in the namespace of kube-prometheus-stack, and its port. */
const SERVICE = "kube-prometheus-stack-prometheus";
const PORT = 9090;

/** Metrics of Prometheus for autoscalers. */
export const prometheusAdapter: AddonDefinition<"prometheusAdapter"> = {
  key: "prometheusAdapter",
  chart: "prometheus-adapter",
  publisher: "oci://ghcr.io/prometheus-community/charts",
  podSecurity: "baseline",
  needs: ["network", "kubePrometheusStack"],
  judge: judgePrometheus,
  plan: (context) => ({
    base: base(context),
    overlays: { homelab: { resources: { requests: REQUESTS.homelab } }, prod: prod(context) },
    idle: [{ at: "podDisruptionBudget", while: { path: "replicas", is: 1 } }],
    facts: {},
  }),
};

function base(context: Context): Values {
  const { setting, site } = context;
  const stack = site.addons.kubePrometheusStack;
  const own = new Value(`http://${SERVICE}.${stack?.namespace ?? ""}.svc:${PORT}`, BASE);
  return {
    replicas: replicas(context),
    // The port stands in the address: the chart appends one otherwise.
    prometheus: { url: setting("prometheusUrl").asked ?? own, port: 0 },
    rules: {
      // Every series of every pod as a metric costs Prometheus more than all that asks for them.
      default: setting("rules.default").or(false),
      custom: setting("rules.custom").asked,
      external: setting("rules.external").asked,
    },
  };
}

function prod(context: Context): Values {
  return {
    resources: { requests: REQUESTS.prod },
    topologySpreadConstraints: context.spread.constraints(POD_LABELS),
    ...(replicas(context).value > 1 ? { podDisruptionBudget: { enabled: true } } : {}),
  };
}

function replicas({ setting, spread }: Context): Sourced<number> {
  const { homelab, prod: several } = DEFAULTS.replicas;
  return setting("replicas").byClass({ homelab, prod: spread.upTo(several) });
}

/** An adapter to nothing. */
function judgePrometheus({ addons }: Site): UnplacedProblem[] {
  if (addons.kubePrometheusStack || addons.prometheusAdapter?.prometheusUrl !== undefined) return [];
  const message = "no Prometheus to take metrics from";
  const allowed = "addons.kubePrometheusStack, or prometheusUrl";
  return [
    problem("addons.prometheusAdapter", {}, message, allowed, "add addons.kubePrometheusStack, or say where Prometheus is"),
  ];
}
