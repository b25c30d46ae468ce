import { valueAt } from "../addons/layers";
import { workloadMachines } from "../machines";
import type { Finding, Plan } from "../plan";
import { finding } from "./catalog";

type Judged = Pick<Plan, "addons" | "machines" | "talos">;

/** What autoscalers and the descheduler do to each other, and to what runs. */
export function judgeAutoscaling({ addons, machines, talos }: Judged): Finding[] {
  const { verticalPodAutoscaler: vpa, prometheusAdapter: adapter, keda, metricsServer, descheduler } = addons;
  const external = valueAt(adapter?.values, "rules.external");
  const ownsExternal = Array.isArray(external) && external.length > 0;
  const ownsResource = metricsServer !== undefined && valueAt(adapter?.values, "rules.resource") !== undefined;
  const [only, another] = workloadMachines(machines, talos.scheduleOnControlPlanes);
  return [
    ...(vpa && !metricsServer
      ? [
          finding(
            "autoscaler-without-metrics",
            "addons.verticalPodAutoscaler",
            "nothing of the stack serves metrics.k8s.io: the autoscaler has no use to recommend requests from",
            "add addons.metricsServer, or acknowledge where something else serves it",
          ),
        ]
      : []),
    ...(vpa && valueAt(vpa.values, "updater.enabled") === true
      ? [
          finding(
            "autoscaler-restarts-pods",
            "addons.verticalPodAutoscaler.updates",
            "pods whose VerticalPodAutoscaler has the mode Recreate or Auto are evicted to get other requests, databases like any other, and one that an HPA scales by the same metric is pulled both ways",
            "have VerticalPodAutoscalers of databases recommend (updateMode: Off) or set requests at the start alone (Initial), and leave processor and memory to one autoscaler",
          ),
        ]
      : []),
    ...(keda && ownsExternal ? [twice("external.metrics.k8s.io", "addons.prometheusAdapter.rules.external", "KEDA")] : []),
    ...(ownsResource ? [twice("metrics.k8s.io", "addons.prometheusAdapter.values.rules.resource", "metrics-server")] : []),
    ...(keda && adapter
      ? [
          finding(
            "autoscalers-side-by-side",
            "addons.keda",
            "KEDA and prometheus-adapter both feed autoscalers: a workload with a ScaledObject and an HorizontalPodAutoscaler of its own is scaled by both",
            "give each workload one of the two, or keep one of the add-ons",
          ),
        ]
      : []),
    ...(descheduler && only && !another
      ? [
          finding(
            "descheduler-single-machine",
            "addons.descheduler",
            `${only.name} is the only machine for workloads: a pod that is evicted has nowhere else to go`,
            "leave it out until there are several",
          ),
        ]
      : []),
  ];
}

function twice(group: string, path: string, other: string): Finding {
  return finding(
    "metrics-api-twice",
    path,
    `prometheus-adapter and ${other} both want to serve ${group}, of which there is one: the second release is refused`,
    `leave these rules out, or ${other}`,
  );
}
