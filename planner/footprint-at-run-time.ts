import { valueAt } from "./addons/layers";
import type { PlannedAddons, PlannedRelease } from "./plan-addons";
import type { Amounts, PlannedPods } from "./plan-footprint";
import type { PlannedMachine } from "./plan-machine";

/** Share of a machine's CPUs that Longhorn asks for on each machine with volumes: its setting guaranteed-instance-manager-cpu. */
const INSTANCE_MANAGER_PERCENT = 12;

/** Requests and limits of a controller. */
type Resources = Pick<PlannedPods, "requests" | "limits">;

/** Controllers of Flux as its distribution 2.8 has them, by size: internal/builder/profiles.go of the operator 0.49. */
const FLUX_SIZES: Readonly<Record<string, (component: string) => Resources>> = {
  small: () => resources(100, 64, 1000, 512),
  medium: (component) => (HEAVY.includes(component) ? resources(100, 128, 2000, 1024) : resources(100, 64, 1000, 1024)),
  large: (component) =>
    component === "source-controller"
      ? resources(100, 256, 2000, 2048)
      : HEAVY.includes(component)
        ? resources(100, 256, 3000, 3072)
        : resources(100, 64, 1000, 1024),
};

/** Those that a size is about. */
const HEAVY: readonly string[] = ["source-controller", "kustomize-controller", "helm-controller"];

/** Pods that no chart has: their operator makes them. */
export function atRunTime(
  addons: PlannedAddons,
  { key, values }: PlannedRelease,
  machines: readonly PlannedMachine[],
): PlannedPods[] {
  if (key === "longhorn") return instanceManagers(addons, values, machines);
  return key === "flux" ? fluxControllers(addons) : [];
}

function instanceManagers(
  { longhorn }: PlannedAddons,
  values: PlannedRelease["values"],
  machines: readonly PlannedMachine[],
): PlannedPods[] {
  const own = Number(valueAt(values, "defaultSettings.guaranteedInstanceManagerCPU") ?? NaN);
  const percent = Number.isNaN(own) ? INSTANCE_MANAGER_PERCENT : own;
  return machines
    .filter(({ name }) => longhorn?.machines.includes(name))
    .map(({ name, cores }) => ({
      workload: "Pod/instance-manager",
      count: 1,
      on: [name],
      requests: { cpuMillis: Math.round(cores * 10 * percent), memoryMiB: 0 },
      limits: { cpuMillis: 0, memoryMiB: 0 },
    }));
}

function fluxControllers({ flux }: PlannedAddons): PlannedPods[] {
  const spec = flux?.resources.find(({ kind }) => kind === "FluxInstance")?.spec;
  const size = FLUX_SIZES[String(valueAt(spec, "cluster.size"))];
  const components = valueAt(spec, "components") as readonly string[] | undefined;
  return (components ?? []).flatMap((each) => (size ? [{ workload: `Deployment/${each}`, count: 1, ...size(each) }] : []));
}

function resources(requestMillis: number, requestMiB: number, limitMillis: number, limitMiB: number): Resources {
  const amounts = (cpuMillis: number, memoryMiB: number): Amounts => ({ cpuMillis, memoryMiB });
  return { requests: amounts(requestMillis, requestMiB), limits: amounts(limitMillis, limitMiB) };
}
