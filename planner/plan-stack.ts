import type { UnplacedProblem } from "../config/problem";
import type { StackConfig } from "../config/schema";
import { allocate } from "./allocation";
import { planHosts } from "./capacity";
import { judgeCilium, planCilium } from "./cilium";
import { areCompatible } from "./compatibility";
import { acknowledge } from "./findings/acknowledge";
import { judgeCapacity } from "./findings/capacity";
import { finding } from "./findings/catalog";
import { judgePinning } from "./findings/placement";
import { judgeQuorum } from "./findings/quorum";
import { judgeNetwork, planEndpoint, planNetwork } from "./network";
import { judgePlacement, place } from "./placement";
import type { Finding, Plan } from "./plan";
import { planImages, schematicOf } from "./talos-image";

/** A plan, or why the file asks for something that cannot be planned. */
export type Planned =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly problems: readonly UnplacedProblem[] };

/**
 * Decides everything about a stack. Pure: the same configuration gives the same plan.
 *
 * @param stack name of the stack, for instance `homelab`
 * @returns the plan with its findings, or every problem that makes planning impossible
 */
export function planStack(config: StackConfig, stack: string): Planned {
  const { pools: allocated, problems } = allocate(config);
  const all = [
    ...problems,
    ...judgeNetwork(config, allocated),
    ...judgePlacement(config, allocated),
    ...judgeControlPlane(config),
    // With other problems the number of machines is not known yet.
    ...(problems.length > 0 ? [] : judgeCilium(config, allocated.flatMap(({ seats }) => seats).length)),
  ];
  if (all.length > 0) return { ok: false, problems: all };

  const pools = place(config, allocated);
  const machines = pools.flatMap((pool) => pool.machines);
  const hosts = planHosts(config, machines);
  const endpoint = planEndpoint(config, allocated);
  const versions = { talos: config.talos.version, kubernetes: config.kubernetes.version, cilium: config.addons.cilium.version };
  const schematic = schematicOf(config.talos.extensions);
  const findings = [
    ...judgeQuorum({ hosts, machines, endpoint }),
    ...judgeCapacity({ hosts, machines }),
    ...judgePinning(allocated, hosts),
    ...judgeVersions(versions),
  ];
  return {
    ok: true,
    plan: {
      stack,
      clusterName: config.metadata.name,
      environment: config.metadata.environment,
      proxmox: {
        endpoint: config.proxmox.endpoint,
        insecure: config.proxmox.insecure,
        poolId: config.proxmox.poolId ?? config.metadata.name,
        tags: [config.metadata.name, "talos"].sort(),
      },
      hosts,
      network: planNetwork(config),
      endpoint,
      images: planImages(config, machines, schematic),
      pools,
      machines,
      talos: {
        version: versions.talos,
        discovery: config.talos.discovery,
        schematic,
        bootstrapMachine: machines[0]?.name ?? "",
        scheduleOnControlPlanes: !machines.some(({ role }) => role === "worker"),
      },
      versions,
      addons: { cilium: planCilium(config, machines.length) },
      findings: acknowledge(findings, config.acknowledge),
    },
  };
}

function judgeControlPlane({ topology: { controlPlane } }: StackConfig): UnplacedProblem[] {
  if (controlPlane.count !== 0 && Object.keys(controlPlane.machines ?? { any: {} }).length > 0) return [];
  const path = controlPlane.count === 0 ? "topology.controlPlane.count" : "topology.controlPlane.machines";
  return [
    {
      path,
      value: controlPlane.count ?? {},
      message: "no control plane",
      allowed: "at least 1, better 3",
      remedy: "ask for 1 or 3",
    },
  ];
}

function judgeVersions({ talos, kubernetes, cilium }: Plan["versions"]): Finding[] {
  if (areCompatible(talos, kubernetes, cilium)) return [];
  return [
    finding(
      "versions-unknown",
      "talos.version",
      `Talos ${talos}, Kubernetes ${kubernetes} and Cilium ${cilium} are not in the compatibility table together`,
      "take versions of one row of planner/compatibility.ts, or test these and acknowledge",
    ),
  ];
}
