import type { Finding, Plan } from "../plan";
import { finding } from "./catalog";
import { judgeRetention } from "./observability-storage";

/** Whether what watches the cluster fits together. */
export function judgeObservability(plan: Pick<Plan, "addons" | "machines">): Finding[] {
  return [...judgeCollector(plan.addons), ...judgeRetention(plan)];
}

function judgeCollector({ alloy, loki, tempo, kubePrometheusStack }: Plan["addons"]): Finding[] {
  if (!alloy || loki || tempo || kubePrometheusStack) return [];
  return [
    finding(
      "collector-without-target",
      "addons.alloy",
      "nothing takes what it collects: neither Loki nor Tempo nor Prometheus is on",
      "add addons.loki, addons.tempo or addons.kubePrometheusStack, or take it away",
    ),
  ];
}
