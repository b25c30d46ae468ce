import type { Datacenter } from "./datacenter";
import type { Vm, VmDisk } from "./model";
import { RuleBroken } from "./model";

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
