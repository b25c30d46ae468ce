import type { PlannedDatastore } from "../plan";
import { SAME, fail, warn } from "./check";
import type { HostExpected } from "./expected";
import type { Pending } from "./made";
import { fileStorage, imagesContent, takesNoDisks } from "./storages";
import type { PreflightCheck, SurveyedStorage } from "./survey";

/** Holds a datastore of the stack file to the storage of that name. */
export function datastoreChecks(
  { host, vms, pending, made, isHidden }: HostExpected,
  { name, sizeGiB, allocatedGiB, shared }: PlannedDatastore,
  storages: readonly SurveyedStorage[],
): PreflightCheck[] {
  if (isHidden(`/storage/${name}`)) return [];
  const subject = `storage ${name} of ${host.name}`;
  const path = `proxmox.hosts.${host.name}.datastores`;
  const bad = vms.some(({ disks }) => disks.some(({ datastore }) => datastore === name)) ? fail : warn;
  const found = storages.find((storage) => storage.name === name);
  if (!found) {
    const others = storages.filter((each) => each.content.includes("images") && !takesNoDisks(each)).map((each) => each.name);
    const instead = others.length > 0 ? `disks can be on ${others.sort().join(", ")}` : "none there takes disks";
    return [bad(subject, "not there, or not to be seen with these rights", `correct ${path}; ${instead}`)];
  }
  const checks: PreflightCheck[] = unreached(found, host.name).map(([what, remedy]) => bad(subject, what, remedy));
  if (takesNoDisks(found)) {
    checks.push(bad(subject, `of the type ${found.type}, which takes no disks of VMs`, `correct ${path}`));
  } else if (!found.content.includes("images")) {
    const set = `pvesm set ${name} --content ${[...found.content, "images"].join(",")}`;
    checks.push(bad(subject, `takes ${taken(found)}, no disks of VMs`, `on ${host.name}: ${set}`));
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
  const isMade = ({ vmId }: { readonly vmId: number | null }): boolean => vmId !== null && made.vmIds.has(vmId);
  const here = (shared ? pending.vms : vms).filter((vm) => !isMade(vm));
  return [...checks, ...room(subject, found, newGiB(here, name))];
}

/** What disks of VMs that are not there yet take of a storage. */
function newGiB(vms: Pending["vms"], datastore: string): number {
  return vms
    .flatMap(({ disks }) => disks.filter((disk) => disk.datastore === datastore))
    .reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
}

/** Volumes of LVM take all of their size at once; whether those of others do is not said. */
function room(subject: string, { type, freeGiB }: SurveyedStorage, wantedGiB: number): PreflightCheck[] {
  if (freeGiB === undefined || wantedGiB <= freeGiB) return [];
  const free = `${Math.floor(freeGiB)} GiB free`;
  const remedy = "make room there, or put disks elsewhere or make them smaller";
  return [
    type === "lvm"
      ? fail(subject, `${free}, disks of new VMs take ${wantedGiB}`, remedy)
      : warn(subject, `${free}, disks of new VMs may grow to ${wantedGiB}`, remedy),
  ];
}

/** What keeps a host from a storage, with what to do. */
function unreached({ name, type, enabled, active }: SurveyedStorage, host: string): [found: string, remedy: string][] {
  if (active) return [];
  if (enabled) return [["not reached", `look on ${host} why: pvesm status, and the server or the disk behind ${name} (${type})`]];
  return [
    [
      "disabled, or not for this host",
      `pvesm set ${name} --disable 0; where the storage is for some hosts only, add ${host} to its nodes`,
    ],
  ];
}

/** Holds the storages that images are put on to what they take. */
export function imageStoreChecks(expected: HostExpected, storages: readonly SurveyedStorage[]): PreflightCheck[] {
  const { plan, host, pending, isHidden } = expected;
  const wanted = imagesContent(plan).filter(({ hosts }) => hosts.includes(host.name));
  return [...new Set(wanted.map(({ datastore }) => datastore))].flatMap((name) => {
    if (isHidden(`/storage/${name}`)) return [];
    const subject = `storage ${name} of ${host.name}`;
    const isFilled = pending.images.some(({ datastore, hosts }) => datastore === name && hosts.includes(host.name));
    const bad = isFilled ? fail : warn;
    const elsewhere = "name another in proxmox.imageDatastore";
    const found = storages.find((storage) => storage.name === name);
    if (!found) return [bad(subject, "not there, or not to be seen with these rights", elsewhere)];
    // As a datastore it was looked at already.
    const isDatastore = host.datastores.some((datastore) => datastore.name === name);
    const away = isDatastore ? [] : unreached(found, host.name).map(([what, remedy]) => bad(subject, what, remedy));
    const left = leftovers(expected, found);
    const missing = wanted
      .filter(({ datastore, content }) => datastore === name && !found.content.includes(content))
      .map(({ content }) => content);
    if (missing.length === 0) return [...away, ...left];
    const contents = [...new Set([...found.content, ...missing])].join(",");
    const isBlocks = !fileStorage(found);
    const takes = isBlocks
      ? `of the type ${found.type}, which takes no files, and so no images`
      : `takes ${taken(found)}, not ${missing.join(" and ")}`;
    return [
      ...away,
      ...left,
      bad(subject, takes, isBlocks ? elsewhere : `on ${host.name}: pvesm set ${name} --content ${contents}`),
    ];
  });
}

/** A file of the name is not written over. An update that was interrupted takes it over, a first one stops there. */
function leftovers({ host, made, pending }: HostExpected, { name, images = [] }: SurveyedStorage): PreflightCheck[] {
  return pending.talosImages
    .filter((image) => image.host === host.name && image.datastore === name && images.includes(image.fileName))
    .map(({ fileName }) => {
      const remedy = `if no other stack has it, on ${host.name}: pvesm free ${name}:import/${fileName}`;
      return made.isBegun
        ? warn(
            `storage ${name} of ${host.name}`,
            `has ${fileName}, and the state does not`,
            `lab up takes it over where it was interrupted; else, ${remedy}`,
          )
        : fail(`storage ${name} of ${host.name}`, `has ${fileName} already, and Proxmox does not write over it`, remedy);
    });
}

function taken({ content }: SurveyedStorage): string {
  return content.join(", ") || "nothing";
}
