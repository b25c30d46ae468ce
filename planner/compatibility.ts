import { CHARTS } from "../config/versions";
import type { AddonKey, PlannedVersions } from "./plan";

/** Charts whose versions are compared beside Cilium's. */
type ChartName = Exclude<AddonKey, "cilium">;

/** The major versions whose values the planner knows: of all charts with every row, for none asks for a newer Kubernetes. */
const LINES = Object.fromEntries(
  Object.entries(CHARTS).flatMap(([name, chart]) => ("lines" in chart ? [[name, chart.lines]] : [])),
) as unknown as Readonly<Record<ChartName, readonly string[]>>;

/** Minor releases that are known to work together, each with each of the others. */
export interface CompatibleVersions {
  readonly talos: readonly string[];
  readonly kubernetes: readonly string[];
  readonly cilium: readonly string[];
  /** Charts by name: the first number or two of the versions that are known to run here. */
  readonly charts: Readonly<Partial<Record<ChartName, readonly string[]>>>;
  /** Where that is written. */
  readonly source: string;
}

/** Every version that must agree with another, in one table. Whatever is not in it is a finding, never silently accepted. */
export const COMPATIBILITY: readonly CompatibleVersions[] = [
  {
    talos: ["v1.13"],
    kubernetes: ["v1.36"],
    cilium: ["1.20", "1.19"],
    charts: LINES,
    source: "pulumi-talos 0.8.1 (machinery v1.13.0, default Kubernetes 1.36.0); cilium/charts@009b5e9",
  },
  {
    talos: ["v1.13"],
    kubernetes: ["v1.33", "v1.32", "v1.31"],
    cilium: ["1.18"],
    charts: LINES,
    source: "support matrix of Talos 1.13 (Kubernetes 1.31 to 1.36); Cilium 1.18.14's compatibility page (1.30 to 1.33)",
  },
  {
    talos: ["v1.12"],
    kubernetes: ["v1.33", "v1.32", "v1.31", "v1.30"],
    cilium: ["1.18"],
    charts: LINES,
    source: "support matrix of Talos 1.12 (Kubernetes 1.30 to 1.35); Cilium 1.18.14's compatibility page (1.30 to 1.33)",
  },
];

/** What is not in the table together; empty when all is known. Patch releases do not matter. */
export function unknownTogether({ talos, kubernetes, cilium, ...charts }: PlannedVersions): string[] {
  const row = COMPATIBILITY.find(
    (each) =>
      each.talos.includes(minor(talos)) &&
      each.kubernetes.includes(minor(kubernetes)) &&
      (cilium === undefined || each.cilium.includes(minor(cilium))),
  );
  if (!row) return [`Talos ${talos}`, `Kubernetes ${kubernetes}`, ...(cilium === undefined ? [] : [`Cilium ${cilium}`])];
  const unknown = Object.entries(charts).filter(
    ([name, version]: [string, string]) => !row.charts[name as ChartName]?.some((known) => `${version}.`.startsWith(`${known}.`)),
  );
  return unknown.length === 0
    ? []
    : [`Kubernetes ${kubernetes}`, ...unknown.map(([name, version]: [string, string]) => `${name} ${version}`)];
}

function minor(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}
