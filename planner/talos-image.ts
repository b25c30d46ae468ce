import type { StackConfig } from "../config/schema";
import { fnv1a } from "./fnv";
import type { PlannedImage, PlannedMachine } from "./plan";

/**
 * The Image Factory schematic as YAML, extensions sorted and each once. Written by hand: the factory hashes the text into the
 * schematic's id, so not a byte may depend on a YAML library.
 */
export function schematicOf(extensions: readonly string[]): string {
  const names = [...new Set(extensions)].sort().map((name) => `            - ${name}\n`);
  return names.length === 0
    ? "customization: {}\n"
    : `customization:\n    systemExtensions:\n        officialExtensions:\n${names.join("")}`;
}

/** One image for every host that carries machines. Its name holds version and schematic: another of either is another file. */
export function planImages(
  { proxmox, talos }: StackConfig,
  machines: readonly PlannedMachine[],
  schematic: string,
): PlannedImage[] {
  const digest = fnv1a(schematic).toString(16).padStart(8, "0");
  const fileName = `talos-${talos.version}-${digest}-nocloud-amd64.qcow2`;
  const hosts = [...new Set(machines.map(({ host }) => host))].sort();
  return hosts.map((host) => ({ host, datastore: proxmox.imageDatastore, fileName }));
}
