import { workloadMachines } from "../machines";
import type { Finding, Plan } from "../plan";
import { judgeAutoscaling } from "./autoscaling";
import { finding } from "./catalog";
import { judgeHandingOver } from "./gitops";
import { judgeIngress } from "./ingress";
import { judgeLonghorn, storesOf } from "./longhorn";
import { judgeObservability } from "./observability";
import { judgeOverrides } from "./overrides";

type Judged = Pick<Plan, "addons" | "machines" | "talos" | "hosts">;

/** Whether the machines can carry the add-ons. */
export function judgeAddons(plan: Judged): Finding[] {
  const { longhorn } = plan.addons;
  return [
    ...judgeWorkloads(plan),
    ...(longhorn ? judgeLonghorn(longhorn, plan) : []),
    ...judgeVolumes(plan),
    ...judgeIngress(plan),
    ...judgeAutoscaling(plan),
    ...judgeObservability(plan),
    ...judgeIdleValues(plan),
    ...judgeOverrides(plan),
    ...judgeHandingOver(plan),
    ...judgeRoom(plan),
  ];
}

function judgeWorkloads({ machines, talos }: Judged): Finding[] {
  if (workloadMachines(machines, talos.scheduleOnControlPlanes).length > 0) return [];
  const workers = machines.filter(({ role }) => role === "worker").length;
  return [
    finding(
      "workloads-nowhere",
      "topology",
      `no machine takes workloads: ${workers === 0 ? "there is no worker and control planes are not schedulable" : `the ${workers} ${workers === 1 ? "worker has" : "workers have"} taints that keep them off`}`,
      "add a worker without such taints, or make the control plane schedulable",
    ),
  ];
}

function judgeVolumes({ addons }: Judged): Finding[] {
  return storesOf(addons)
    .filter(({ storage }) => storage.volume === undefined)
    .map(({ key }) =>
      finding(
        "addon-storage-ephemeral",
        `addons.${key}`,
        `${key} has no volume: what it has collected goes with its pod`,
        addons.proxmoxCsi
          ? "name a class of addons.proxmoxCsi as storageClass, add addons.longhorn, or live with it where the data does not matter"
          : "add addons.longhorn, or live with it where the data does not matter",
      ),
    );
}

/** What the stack file says to a chart that does not listen; what base and overlay say, a test keeps alive. */
function judgeIdleValues({ addons }: Judged): Finding[] {
  const [asked, remedy] = ["stack ", "take it away, or change what makes it idle"];
  return Object.values(addons).flatMap(({ idle }) =>
    idle
      .filter(({ from }) => from.startsWith(asked))
      .map(({ from, because }) =>
        finding("addon-value-idle", from.slice(asked.length), `the chart does not read it: ${because}`, remedy),
      ),
  );
}

/** The only machine that carries workloads also carries what is to tell of its death. */
function judgeRoom({ addons, machines, talos }: Judged): Finding[] {
  if (!addons.kubePrometheusStack) return [];
  const schedulable = workloadMachines(machines, talos.scheduleOnControlPlanes);
  const [only] = schedulable;
  if (schedulable.length !== 1 || !only) return [];
  return [
    finding(
      "observability-single-machine",
      "addons.kubePrometheusStack",
      `${only.name} is the only machine for workloads: what watches it competes with them for its ${only.memoryMiB / 1024} GiB, and is silent when it fails`,
      "add a worker, or watch this cluster from elsewhere",
    ),
  ];
}
