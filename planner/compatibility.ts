/** Minor releases that are known to work together, each with each of the others. */
export interface CompatibleVersions {
  readonly talos: readonly string[];
  readonly kubernetes: readonly string[];
  readonly cilium: readonly string[];
  /** Where that is written. */
  readonly source: string;
}

/** Every version that must agree with another, in one table. Whatever is not in it is a finding, never silently accepted. */
export const COMPATIBILITY: readonly CompatibleVersions[] = [
  {
    talos: ["v1.13"],
    kubernetes: ["v1.36"],
    cilium: ["1.20", "1.19"],
    source: "pulumi-talos 0.8.1 (machinery v1.13.0, default Kubernetes 1.36.0); cilium/charts@009b5e9",
  },
  {
    talos: ["v1.13"],
    kubernetes: ["v1.33", "v1.32", "v1.31"],
    cilium: ["1.18"],
    source: "support matrix of Talos 1.13 (Kubernetes 1.31 to 1.36); Cilium 1.18.14's compatibility page (1.30 to 1.33)",
  },
  {
    talos: ["v1.12"],
    kubernetes: ["v1.33", "v1.32", "v1.31", "v1.30"],
    cilium: ["1.18"],
    source: "support matrix of Talos 1.12 (Kubernetes 1.30 to 1.35); Cilium 1.18.14's compatibility page (1.30 to 1.33)",
  },
];

/** Whether the table knows these versions together. Patch releases do not matter. */
export function areCompatible(talos: string, kubernetes: string, cilium: string): boolean {
  return COMPATIBILITY.some(
    (row) => row.talos.includes(minor(talos)) && row.kubernetes.includes(minor(kubernetes)) && row.cilium.includes(minor(cilium)),
  );
}

function minor(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}
