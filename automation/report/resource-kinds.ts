import type { RehearsedResource } from "../../simulator/report";
import { kind } from "../render/timeline";

/** What a run goes through, one after the other and partly at once; its position is the number of its fill. */
export const PHASES = ["other", "images", "VMs", "Talos", "Kubernetes", "add-ons"] as const;

/** One of {@link PHASES}. */
export type Phase = (typeof PHASES)[number];

/** What people call a type, in one and in many, and the phase it belongs to, by the last word of its token. */
const KINDS: Readonly<Record<string, readonly [one: string, many: string, phase: Phase]>> = {
  PoolLegacy: ["resource pool", "resource pools", "other"],
  Schematic: ["schematic", "schematics", "images"],
  File: ["image", "images", "images"],
  VmLegacy: ["VM", "VMs", "VMs"],
  Secrets: ["secrets", "secrets", "Talos"],
  ConfigurationApply: ["configuration", "configurations", "Talos"],
  Bootstrap: ["bootstrap", "bootstraps", "Kubernetes"],
  Kubeconfig: ["kubeconfig", "kubeconfigs", "Kubernetes"],
  KubernetesApi: ["Kubernetes API", "Kubernetes APIs", "Kubernetes"],
  Release: ["release", "releases", "add-ons"],
};

type Typed = Pick<RehearsedResource, "type">;

/**
 * What a resource is called, for instance `VM ctrl-00`.
 *
 * @param clusterName what there is one of in the cluster is called like it: then the noun says enough
 */
export function labelOf(resource: Pick<RehearsedResource, "type" | "name">, clusterName: string): string {
  return resource.name === clusterName ? nounOf(resource, 1) : `${nounOf(resource, 1)} ${resource.name}`;
}

/** The noun for one or several of a type. */
export function nounOf(resource: Typed, count: number): string {
  const [one, many] = KINDS[kind(resource)] ?? [kind(resource), `${kind(resource)}s`];
  return count === 1 ? one : many;
}

/** The phase a resource belongs to. */
export function phaseOf(resource: Typed): Phase {
  return KINDS[kind(resource)]?.[2] ?? (resource.type.startsWith("kubernetes:") ? "add-ons" : "other");
}

/** Number of a phase's fill. */
export function toneOf(resource: Typed): number {
  return PHASES.indexOf(phaseOf(resource)) + 1;
}

/** Whether a resource groups others and does nothing itself. */
export function isComponent({ type }: Typed): boolean {
  return type === "pulumi:pulumi:Stack" || type.startsWith("proxmox-talos:");
}

/** Whether a resource is a provider, which everything of its kind waits for. */
export function isProvider({ type }: Typed): boolean {
  return type.startsWith("pulumi:providers:");
}
