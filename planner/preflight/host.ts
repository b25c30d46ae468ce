import { gib } from "../capacity";
import type { PlannedHost } from "../plan";
import { SAME, fail, ok, warn } from "./check";
import type { HostExpectations, HostExpected } from "./expected";
import { devicesOf } from "./made";
import { datastoreChecks, imageStoreChecks } from "./host-storages";
import type { PreflightCheck, SurveyedHost } from "./survey";

/** Holds what the stack file says of one host, and what the plan puts on it, to the host as it is. */
export function hostChecks(expectations: HostExpectations, host: PlannedHost, found: SurveyedHost): PreflightCheck[] {
  const { pending } = expectations;
  const expected = { ...expectations, host, vms: pending.vms.filter((vm) => vm.host === host.name) };
  const name = `host ${host.name}`;
  if (found.silence !== undefined) {
    const isAsked = expected.vms.length > 0 || pending.images.some(({ hosts }) => hosts.includes(host.name));
    const remedy = `look on ${host.name} whether pveproxy is at work (systemctl status pveproxy), and what is hanging (pvesm status)`;
    return [(isAsked ? fail : warn)(name, `online, but what it has is not known: ${found.silence}`, remedy)];
  }
  const problems = [
    ...sizes(expected, found),
    ...host.datastores.flatMap((datastore) => datastoreChecks(expected, datastore, found.storages)),
    ...imageStoreChecks(expected, found.storages),
    ...bridge(expected, found),
    ...mappings(expected),
  ];
  if (problems.length > 0) return problems;
  const known = [
    ...(found.threads === undefined ? [] : [`${found.threads} threads`]),
    ...(found.memoryMiB === undefined ? [] : [gib(found.memoryMiB)]),
    ...host.datastores.map((datastore) => datastore.name),
  ];
  return [ok(name, known.join(", "))];
}

function sizes({ host, vms }: HostExpected, { threads, memoryMiB }: SurveyedHost): PreflightCheck[] {
  const name = `host ${host.name}`;
  const path = `proxmox.hosts.${host.name}`;
  const checks: PreflightCheck[] = [];
  if (threads !== undefined && threads < host.threads) {
    checks.push(warn(name, `${threads} threads, the stack file says ${host.threads}`, `correct ${path}.threads, and plan again`));
  }
  if (memoryMiB === undefined || memoryMiB >= host.memoryMiB * SAME) return checks;
  const { allocatedMemoryMiB, otherMemoryMiB = 0 } = host;
  const wanted = allocatedMemoryMiB + otherMemoryMiB;
  const differ = `${gib(memoryMiB)}, the stack file says ${gib(host.memoryMiB)}`;
  const remedy = `correct ${path}.memoryGiB, and plan again`;
  const others = otherMemoryMiB > 0 ? " with those of other stacks" : "";
  const found = wanted > memoryMiB ? `${differ}; VMs get ${gib(wanted)} of it${others}` : differ;
  // Other stacks may never be deployed, and what runs already has its memory.
  const isTooMuch = allocatedMemoryMiB > memoryMiB && vms.length > 0;
  checks.push((isTooMuch ? fail : warn)(name, found, remedy));
  return checks;
}

function bridge({ plan: { network }, host, vms, isHidden }: HostExpected, { bridges }: SurveyedHost): PreflightCheck[] {
  if (host.machines.length === 0 && vms.length === 0) return [];
  if (bridges.includes(network.bridge) || isHidden(`/sdn/zones/localnetwork/${network.bridge}`)) return [];
  const there = bridges.length > 0 ? `there are ${[...bridges].sort().join(", ")}` : "there is none that may be used";
  const remedy = `correct proxmox.bridge, make the bridge, or give SDN.Use on it; ${there}`;
  return [(vms.length > 0 ? fail : warn)(`host ${host.name}`, `no bridge ${network.bridge}`, remedy)];
}

function mappings({ host, vms, survey, isHidden }: HostExpected): PreflightCheck[] {
  const { mappings: all } = survey;
  if (!all) return [];
  return [...new Set(vms.flatMap(devicesOf))].sort().flatMap((name) => {
    const found = all.find((mapping) => mapping.name === name);
    if (isHidden(`/mapping/pci/${name}`) || found?.hosts.includes(host.name) === true) return [];
    const others = all.filter(({ hosts }) => hosts.includes(host.name)).map((mapping) => mapping.name);
    const there = others.length > 0 ? `it has ${others.sort().join(", ")}` : "it has none that may be seen";
    const remedy = `map a device of ${host.name} under that name (Datacenter, Resource Mappings), or correct devices; ${there}`;
    return [fail(`host ${host.name}`, found ? `no device of the mapping ${name}` : `no resource mapping ${name}`, remedy)];
  });
}
