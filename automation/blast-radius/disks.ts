import type { ComparedResource } from "../../simulator";
import type { Change, Found, Judge } from "./danger";
import { VM } from "./machines";
import { at, list, map, text } from "./values";

interface Disk {
  /** What Talos knows it by. */
  readonly label: string;
  readonly slot: string;
  readonly sizeGiB: number;
  readonly datastore: string;
}

/** Disks of VMs that stay: those that go, shrink or move. */
export const judgeDisks: Judge = (change) =>
  change.comparison.resources
    .filter(({ type, operation }) => type === VM && operation === "update")
    .flatMap((vm) => [...lost(vm, change), ...moved(vm)]);

function lost({ name, urn, before, after }: ComparedResource, { after: to }: Change): Found[] {
  const released = to?.plan.machines.find((machine) => machine.name === name)?.releasedDisks ?? [];
  const next = disksOf(after);
  return disksOf(before).flatMap(({ label, slot, sizeGiB }): Found[] => {
    const same = next.find((disk) => disk.slot === slot && disk.label === label);
    if (same && same.sizeGiB >= sizeGiB) return [];
    if (same) {
      return [{ code: "disk-shrunk", of: name, urn, what: `disk ${label} goes from ${sizeGiB} to ${same.sizeGiB} GiB` }];
    }
    const elsewhere = next.find((disk) => disk.label === label);
    const how = elsewhere ? `moves from ${slot} to ${elsewhere.slot}, which is another disk` : "is deleted";
    const consented = released.includes(label) ? { consented: `disks.${label}.remove: true` } : {};
    return [{ code: "disk-deleted", of: name, urn, what: `disk ${label} (${sizeGiB} GiB) ${how}`, ...consented }];
  });
}

function moved({ name, urn, before, after }: ComparedResource): Found[] {
  const next = disksOf(after);
  const parts = [
    ...disksOf(before).map(({ label, slot, datastore }) => {
      const now = next.find((disk) => disk.slot === slot && disk.label === label);
      return { what: `disk ${label}`, from: datastore, to: now?.datastore ?? datastore };
    }),
    ...["efiDisk", "tpmState", "initialization"].map((part) => {
      const [from, to] = [text(at(before, part, "datastoreId")), text(at(after, part, "datastoreId"))];
      return { what: part, from, to: from === "" || to === "" ? from : to };
    }),
  ].filter(({ from, to }) => from !== to);
  if (parts.length === 0) return [];
  const what = parts.map((part) => `${part.what} from ${part.from} to ${part.to}`).join(", ");
  return [{ code: "disk-moved", of: name, urn, what }];
}

function disksOf(inputs: ComparedResource["before"]): Disk[] {
  return list(inputs?.["disks"])
    .map(map)
    .map((disk) => ({
      label: text(disk["serial"]) || "system",
      slot: text(disk["interface"]),
      sizeGiB: Number(disk["size"]),
      datastore: text(disk["datastoreId"]),
    }));
}
