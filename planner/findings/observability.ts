import { familyOf } from "../addresses";
import type { Finding, Plan } from "../plan";
import { finding } from "./catalog";
import { judgeRetention } from "./observability-storage";

/** Whether what watches the cluster fits together. */
export function judgeObservability(plan: Pick<Plan, "addons" | "machines">): Finding[] {
  return [...judgeCollector(plan.addons), ...judgeRetention(plan), ...judgeFamilies(plan)];
}

/** What asks for an IPv4 address of its own pod: GetFirstAddressOf of dskit's netutil, unless they are told otherwise. */
const WANTS_IPV4 = ["loki", "tempo"] as const;

function judgeFamilies({ addons, machines }: Pick<Plan, "addons" | "machines">): Finding[] {
  if (machines.some(({ address }) => familyOf(address) === 4)) return [];
  return WANTS_IPV4.filter((key) => addons[key] !== undefined).map((key) =>
    finding(
      "addon-family-missing",
      `addons.${key}`,
      `${key} looks for an IPv4 address of its pod when it starts, and pods have IPv6 alone: it ends at once, again and again`,
      "give the machines IPv4 with IPv6 beside it (network.ipv6), or leave it out",
    ),
  );
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
