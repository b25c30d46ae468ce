import type { Neighbour } from "../config/neighbours";
import type { UnplacedProblem } from "../config/problem";
import type { StackConfig } from "../config/schema";
import { judgeBalancers, planBalancers } from "./balancers/balancers";
import { addonVersions, judgeAddonSettings, planAddons } from "./addons";
import { allocate, planRanges } from "./allocation";
import { planFootprint } from "./footprint";
import { planHosts } from "./capacity";
import { unknownTogether } from "./compatibility";
import { judgeConflicts } from "./conflicts";
import { planCosts } from "./costs/costs";
import { judgeEndpoint, planEndpoint } from "./endpoint";
import { judgeEtcdBackup, planEtcdBackup } from "./etcd-backup";
import { judgeExternals, planExternals, planNamespaces } from "./externals";
import { acknowledge } from "./findings/acknowledge";
import { judgeAddons } from "./findings/addons";
import { judgeBalancing } from "./findings/balancers";
import { judgeBgp } from "./findings/bgp";
import { judgeCapacity } from "./findings/capacity";
import { finding } from "./findings/catalog";
import { judgeEtcdBackups } from "./findings/etcd-backup";
import { judgeFootprint } from "./findings/footprint";
import { judgeHardware } from "./findings/hardware";
import { judgeKubelets } from "./findings/kubelets";
import { judgeLoadBalancers } from "./findings/load-balancers";
import { judgeNetworks } from "./findings/networks";
import { judgePinning } from "./findings/placement";
import { judgePolicies, judgePolicyReasons } from "./findings/policies";
import { judgeProxmoxSide } from "./findings/proxmox-side";
import { judgeQuorum } from "./findings/quorum";
import { judgeSecretsByHand } from "./findings/secrets";
import { judgeSharing } from "./findings/sharing";
import { judgeSla } from "./findings/sla";
import { judgeTailnet } from "./findings/tailnet";
import { judgeSubnets, planKubernetes } from "./kubernetes";
import { judgeLabels } from "./labels";
import { planPools } from "./machines";
import { judgeNetwork, planNetwork } from "./network";
import { judgePlacement } from "./placement";
import type { Finding, Plan, PlannedMachine, PlannedTalos } from "./plan";
import { parallelism } from "./parallelism";
import { planProxmox } from "./proxmox";
import { guestsOf, memoryOfGuests, withGuests } from "./shared-hosts";
import { judgeNeeds, siteOf } from "./site";
import type { Site } from "./site";
import { judgeSecretNames, judgeSecrets, planSecrets } from "./stack-secrets";
import { judgeTailscale } from "./tailscale";
import { planImages, planSchematics } from "./talos-image";

/** A plan, or why the file asks for something that cannot be planned. */
export type Planned =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly problems: readonly UnplacedProblem[] };

/**
 * Decides everything about a stack. Pure: the same configuration gives the same plan.
 *
 * @param stack name of the stack, for instance `homelab`
 * @param neighbours the stack files beside its own, which it must share nothing with
 * @returns the plan with its findings, or every problem that makes planning impossible
 */
export function planStack(config: StackConfig, stack: string, neighbours: readonly Neighbour[] = []): Planned {
  const needs = judgeNeeds(config);
  if (needs.length > 0) return { ok: false, problems: needs };
  const site = siteOf(config);
  const { pools: allocated, problems } = allocate(site);
  const all = [
    ...problems,
    ...judgeNetwork(site, allocated),
    ...judgeEndpoint(site, allocated),
    ...judgeBalancers(site, allocated),
    ...judgeSubnets(site),
    ...judgePlacement(site, allocated),
    ...judgeLabels(allocated),
    ...judgeTailscale(site, allocated),
    ...judgeControlPlane(config),
    ...judgeExternals(site),
    ...judgeEtcdBackup(site),
    ...judgeSecrets(site),
    ...judgePolicyReasons(config),
    // With other problems the number of machines is not known yet.
    ...judgeAddonSettings(site, problems.length > 0 ? undefined : allocated.flatMap(({ seats }) => seats).length),
  ];
  if (all.length > 0) return { ok: false, problems: all };

  const pools = planPools(site, allocated);
  const machines = pools.flatMap((pool) => pool.machines);
  const endpoint = planEndpoint(site, allocated);
  const balancers = planBalancers(site, machines);
  const hosts = planHosts(site, [...machines, ...(balancers?.machines ?? [])]);
  const kubernetes = planKubernetes(site, endpoint);
  const versions = { talos: config.talos.version, kubernetes: config.kubernetes.version, ...addonVersions(site) };
  const schematics = planSchematics(site);
  const proxmox = planProxmox(site);
  const talos = planTalos(site, machines, schematics);
  const addons = planAddons(site, machines, talos.scheduleOnControlPlanes);
  // What releases have of their own is known when they are planned.
  const taken = judgeSecretNames(site, addons);
  if (taken.length > 0) return { ok: false, problems: taken };
  const footprint = planFootprint(addons, machines, talos.scheduleOnControlPlanes);
  const network = planNetwork(site);
  const etcdBackup = planEtcdBackup(site);
  const guests = guestsOf(config, neighbours);
  const findings = [
    ...judgeQuorum({ hosts, machines, endpoint, hasQdevice: site.proxmox.cluster?.qdevice !== undefined }),
    ...judgeBalancing(site, { balancers, hosts }),
    ...judgeCapacity({ hosts, machines }, memoryOfGuests(hosts, guests)),
    ...judgeSharing(hosts, guests),
    ...judgeHardware({ hosts, pools, proxmox }),
    ...judgePinning(site, allocated),
    ...judgeNetworks({ kubernetes, machines }),
    ...judgeTailnet(site, { kubernetes, machines }),
    ...judgeAddons({ addons, machines, talos, hosts }),
    ...judgeFootprint({ footprint, machines, hosts }),
    ...judgeKubelets({ kubernetes, addons }),
    ...judgeProxmoxSide(site, { addons, hosts, machines }),
    ...judgeSecretsByHand(site),
    ...judgeEtcdBackups(site, { addons, kubernetes, machines }),
    ...judgeLoadBalancers({ addons, network, kubernetes }, neighbours),
    ...judgeBgp({ addons, network, machines, talos }),
    ...judgeVersions(versions),
    ...judgePolicies(config),
    ...judgeConflicts(config, neighbours),
  ];
  const plan: Plan = {
    stack,
    clusterName: config.metadata.name,
    environment: config.metadata.environment,
    proxmox,
    hosts: withGuests(hosts, guests),
    network,
    endpoint,
    images: planImages(site, machines, schematics),
    ranges: planRanges(site, allocated, balancers?.machines.length),
    pools,
    machines,
    ...(balancers ? { balancers } : {}),
    parallel: parallelism(machines),
    talos,
    kubernetes,
    versions,
    namespaces: planNamespaces(site),
    addons,
    footprint,
    externals: planExternals(site),
    secrets: planSecrets(site),
    costs: planCosts(site, { hosts, machines }, guests),
    ...(config.sla ? { availabilityPercent: config.sla.availabilityPercent } : {}),
    ...(etcdBackup ? { etcdBackup } : {}),
    findings: [],
  };
  return { ok: true, plan: { ...plan, findings: acknowledge([...findings, ...judgeSla(plan)], config.acknowledge) } };
}

function planTalos(
  { talos, topology }: Site,
  machines: readonly PlannedMachine[],
  schematics: PlannedTalos["schematics"],
): PlannedTalos {
  const { version, discovery, imageFactory, secureBoot, timeoutMinutes, encryption, sysctls, registryMirrors } = talos;
  return {
    version,
    discovery,
    imageFactory,
    schematics,
    bootstrapMachine: machines[0]?.name ?? "",
    scheduleOnControlPlanes: topology.controlPlane.schedulable ?? !machines.some(({ role }) => role === "worker"),
    secureBoot,
    ...(timeoutMinutes === undefined ? {} : { timeoutMinutes }),
    ...(encryption ? { encryption } : {}),
    sysctls,
    registryMirrors,
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

function judgeVersions(versions: Plan["versions"]): Finding[] {
  const unknown = unknownTogether(versions);
  if (unknown.length === 0) return [];
  return [
    finding(
      "versions-unknown",
      "talos.version",
      `${unknown.slice(0, -1).join(", ")} and ${unknown.at(-1) ?? ""} are not in the compatibility table together`,
      "take versions of one row of planner/compatibility.ts, or test these and acknowledge",
    ),
  ];
}
