/** One row of versions that are known to work together. */
export interface CompatibleVersions {
  /** Minor releases. */
  readonly talos: string;
  readonly kubernetes: string;
  readonly cilium: readonly string[];
  readonly source: string;
}

/** Every version that must agree with another, in one table. Whatever is not in it is a finding, never silently accepted. */
export const COMPATIBILITY: readonly CompatibleVersions[] = [
  {
    talos: "v1.13",
    kubernetes: "v1.36",
    cilium: ["1.20", "1.19"],
    source: "pulumi-talos 0.8.1 (machinery v1.13.0, default Kubernetes 1.36.0); cilium/charts@009b5e9",
  },
];

/** Whether the table knows these versions together. */
export function areCompatible(talos: string, kubernetes: string, cilium: string): boolean {
  return COMPATIBILITY.some(
    (row) => minor(talos) === row.talos && minor(kubernetes) === row.kubernetes && row.cilium.includes(minor(cilium)),
  );
}

function minor(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}
