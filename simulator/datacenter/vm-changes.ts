import type { Datacenter } from "./datacenter";
import type { Vm, VmDisk } from "./model";
import { RuleBroken } from "./model";

/** A VM leaves a host that is there: nobody can send it from one that is not, and local disks are where their host is. */
export function checkMigration({ spec }: Datacenter, { name, host, disks }: Vm, target: string): void {
  if (host === target || spec.hosts.some((each) => each.name === host)) return;
  const isShared = (datastore: string): boolean =>
    spec.hosts.some(({ datastores }) => datastores.some((each) => each.name === datastore && each.shared));
  const local = [...new Set(disks.map(({ datastore }) => datastore))].filter((datastore) => !isShared(datastore));
  const lost = local.length === 0 ? "" : `, and with it what is on ${local.join(" and ")}`;
  throw new RuleBroken(
    "host-gone",
    `${name} cannot migrate from ${host} to ${target}: ${host} is not there any more${lost}; machines are moved while their host is still in the file`,
  );
}

/** No disk goes, moves to another slot or shrinks, unless somebody has consented: what is on it is lost. */
export function checkLosses(dc: Datacenter, { name, disks }: Vm, after: { readonly disks: readonly VmDisk[] }): void {
  const released = dc.spec.releasedDisks[name] ?? [];
  for (const { slot, serial, sizeGiB } of disks) {
    const label = serial ?? "system";
    if (released.includes(label)) continue;
    const next = after.disks.find((disk) => disk.slot === slot);
    if (next?.serial !== serial || !next) {
      const elsewhere = after.disks.find((disk) => disk.serial === serial);
      throw new RuleBroken(
        "data-disk",
        elsewhere
          ? `${name}: disk ${label} moves from ${slot} to ${elsewhere.slot}, which is another one: what is on it is lost, and nobody has consented`
          : `${name} loses its disk ${label} with all that is on it, and nobody has consented`,
      );
    }
    if (next.sizeGiB < sizeGiB) {
      throw new RuleBroken("disk-shrinks", `${name}: disk ${label} of ${sizeGiB} GiB cannot shrink to ${next.sizeGiB} GiB`);
    }
  }
}
