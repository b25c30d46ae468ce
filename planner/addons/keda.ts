import { AUTOSCALING_DEFAULTS as DEFAULTS } from "../../config/addons/autoscaling";
import type { AddonContext, AddonDefinition } from "./definition";
import type { Values } from "./layers";
import type { Sourced } from "./sourced";

type Context = AddonContext<"keda">;

/** Port of the operator's metrics, from the chart's values. */
const METRICS_PORT = 8080;

/** Parts by their names in the chart's lists, and the label their pods are found by. */
const PARTS = {
  operator: "keda-operator",
  metricsServer: "keda-operator-metrics-apiserver",
  webhooks: "keda-admission-webhooks",
} as const;

/** What each pod asks for in a lab: assumed; in prod the chart's own. */
const LAB_REQUESTS = { cpu: "25m", memory: "64Mi" } as const;

/** Pods by events, metrics and schedules. */
export const keda: AddonDefinition<"keda"> = {
  key: "keda",
  chart: "keda",
  publisher: "https://kedacore.github.io/charts",
  podSecurity: "baseline",
  needs: ["network"],
  metrics: { service: PARTS.operator, port: METRICS_PORT },
  plan: (context) => ({
    base: base(context),
    overlays: {
      homelab: {
        resources: {
          operator: { requests: LAB_REQUESTS },
          metricServer: { requests: LAB_REQUESTS },
          webhooks: { requests: LAB_REQUESTS },
        },
      },
      prod: prod(context),
    },
    facts: {},
  }),
};

function base(context: Context): Values {
  const replicaCount = replicas(context);
  return {
    clusterName: context.site.metadata.name,
    clusterDomain: context.site.kubernetes.domain,
    operator: { replicaCount },
    metricsServer: { replicaCount },
    webhooks: { replicaCount },
    prometheus: { operator: { enabled: true } },
    // What scales by them has finalizers of the operator, which Helm takes away first and then waits for their kinds to go.
    crds: { additionalAnnotations: { "helm.sh/resource-policy": "keep" } },
  };
}

function prod(context: Context): Values {
  return {
    topologySpreadConstraints: Object.fromEntries(
      Object.entries(PARTS).map(([part, app]) => [part, context.spread.constraints({ app })]),
    ),
    ...(replicas(context).value > 1 ? { podDisruptionBudget: { operator: BUDGET, metricServer: BUDGET, webhooks: BUDGET } } : {}),
  };
}

const BUDGET = { maxUnavailable: 1 } as const;

function replicas({ setting, spread }: Context): Sourced<number> {
  const { homelab, prod: several } = DEFAULTS.replicas;
  return setting("replicas").byClass({ homelab, prod: spread.upTo(several) });
}
