import { gib } from "../capacity";
import type { Plan, PlannedHost } from "../plan";
import { fail, ok, warn } from "./check";
import { imagesContent } from "./storages";
import type { PreflightCheck, SurveyedHost, SurveyedStorage } from "./survey";

/**
 * What firmware and graphics take of the memory that is installed, and what a filesystem takes of a disk: below that the stack file
 * and the host say the same. A machine sold with 64 GiB says 62.7 or so.
 */
const SAME = 0.93;

/** Holds what the stack file says of one host, and what the plan puts on it, to the host as it is. */
export function hostChecks(plan: Plan, host: PlannedHost, found: SurveyedHost): PreflightCheck[] {
  const name = `host ${host.name}`;
  const problems = [
    ...sizes(host, found),
    ...datastores(host, found.storages),
    ...imageStores(plan, host, found.storages),
    ...bridge(plan, host, found),
  ];
  if (problems.length > 0) return problems;
  const known = [
    ...(found.threads === undefined ? [] : [`${found.threads} threads`]),
    ...(found.memoryMiB === undefined ? [] : [gib(found.memoryMiB)]),
    ...host.datastores.map((datastore) => datastore.name),
  ];
  return [ok(name, known.join(", "))];
}

function sizes(host: PlannedHost, { threads, memoryMiB }: SurveyedHost): PreflightCheck[] {
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
  checks.push(wanted > memoryMiB ? fail(name, `${differ}; VMs get ${gib(wanted)} of it`, remedy) : warn(name, differ, remedy));
  return checks;
}

function datastores(host: PlannedHost, storages: readonly SurveyedStorage[]): PreflightCheck[] {
  return host.datastores.flatMap(({ name, sizeGiB, allocatedGiB, shared }) => {
    const subject = `storage ${name} of ${host.name}`;
    const path = `proxmox.hosts.${host.name}.datastores`;
    const bad = allocatedGiB > 0 ? fail : warn;
    const found = storages.find((storage) => storage.name === name);
    if (!found) {
      const others = storages.filter(({ content }) => content.includes("images")).map((storage) => storage.name);
      const instead = others.length > 0 ? `disks can be on ${others.sort().join(", ")}` : "none there takes disks";
      return bad(subject, "not there, or not to be seen with these rights", `correct ${path}; ${instead}`);
    }
    const checks: PreflightCheck[] = [];
    if (!found.active) checks.push(bad(subject, "disabled or not reached", "enable it, or look why the host does not reach it"));
    if (!found.content.includes("images")) {
      const set = `pvesm set ${name} --content ${[...found.content, "images"].join(",")}`;
      checks.push(bad(subject, `takes ${found.content.join(", ") || "nothing"}, no disks of VMs`, `on ${host.name}: ${set}`));
    }
    if (found.shared !== shared) {
      const is = found.shared ? "shared by hosts" : "the host's own";
      checks.push(warn(subject, `${is}, the stack file says shared: ${shared}`, `correct ${path}.${name}.shared`));
    }
    if (found.sizeGiB !== undefined && found.sizeGiB < sizeGiB * SAME) {
      const differ = `${Math.floor(found.sizeGiB)} GiB, the stack file says ${sizeGiB}`;
      const full = allocatedGiB > found.sizeGiB ? `; disks may grow to ${allocatedGiB}` : "";
      checks.push(warn(subject, `${differ}${full}`, `correct ${path}.${name}.sizeGiB, and plan again`));
    }
    return checks;
  });
}

function imageStores(plan: Plan, host: PlannedHost, storages: readonly SurveyedStorage[]): PreflightCheck[] {
  const wanted = imagesContent(plan).filter(({ hosts }) => hosts.includes(host.name));
  return [...new Set(wanted.map(({ datastore }) => datastore))].flatMap((name) => {
    const subject = `storage ${name} of ${host.name}`;
    const found = storages.find((storage) => storage.name === name);
    if (!found) return fail(subject, "not there, or not to be seen with these rights", "name another in proxmox.imageDatastore");
    const missing = wanted
      .filter(({ datastore, content }) => datastore === name && !found.content.includes(content))
      .map(({ content }) => content);
    if (missing.length === 0) return [];
    const contents = [...new Set([...found.content, ...missing])].join(",");
    const takes = found.content.join(", ") || "nothing";
    return fail(
      subject,
      `takes ${takes}, not ${missing.join(" and ")}`,
      `on ${host.name}: pvesm set ${name} --content ${contents}`,
    );
  });
}

function bridge({ network }: Plan, host: PlannedHost, { bridges }: SurveyedHost): PreflightCheck[] {
  if (host.machines.length === 0 || bridges.includes(network.bridge)) return [];
  const there = bridges.length > 0 ? `there are ${[...bridges].sort().join(", ")}` : "there is none that may be used";
  const remedy = `correct proxmox.bridge, make the bridge, or give SDN.Use on it; ${there}`;
  return [fail(`host ${host.name}`, `no bridge ${network.bridge}`, remedy)];
}
