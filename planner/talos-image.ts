import type { PoolConfig } from "../config/schema";
import { fnv1a } from "./fnv";
import type { PlannedImage, PlannedSchematic, PlannedMachine } from "./plan";
import { poolsOf } from "./site";
import type { Site } from "./site";
import { TAILSCALE_EXTENSION, joinsTailnet } from "./tailscale";

/** Extension through which Proxmox talks to the machine. */
const GUEST_AGENT = "siderolabs/qemu-guest-agent";

/**
 * The Image Factory schematic as YAML, extensions sorted and each once. Written by hand: the factory hashes the text into the
 * schematic's id, so not a byte may depend on a YAML library.
 */
export function schematicOf(extensions: readonly string[], kernelArgs: readonly string[] = []): string {
  const args = kernelArgs.map((arg) => `        - ${JSON.stringify(arg)}\n`);
  const names = [...new Set(extensions)].sort().map((name) => `            - ${name}\n`);
  if (args.length + names.length === 0) return "customization: {}\n";
  return [
    "customization:\n",
    ...(args.length > 0 ? ["    extraKernelArgs:\n", ...args] : []),
    ...(names.length > 0 ? ["    systemExtensions:\n        officialExtensions:\n", ...names] : []),
  ].join("");
}

/** A pool of the stack file, the control plane being one as well. */
interface NamedPool {
  readonly name: string;
  readonly config: PoolConfig;
}

/** Every flavour a pool asks for, the common one first and always there: pools may come and go. */
export function planSchematics(site: Site): PlannedSchematic[] {
  const pools = poolsOf(site).map((pool) => ({ key: schematicKey(site, pool), yaml: yamlOf(site, pool) }));
  const common = { key: "", yaml: schematicOf(site.talos.extensions, site.talos.kernelArgs) };
  return [common, ...pools].filter(({ key }, index, all) => all.findIndex((other) => other.key === key) === index);
}

/** Empty for the common flavour. */
export function schematicKey(site: Site, pool: NamedPool): string {
  const yaml = yamlOf(site, pool);
  return yaml === schematicOf(site.talos.extensions, site.talos.kernelArgs) ? "" : digest(yaml);
}

/** Whether the pool's image has the guest agent. */
export function hasGuestAgent({ talos }: Site, pool: PoolConfig): boolean {
  return [...talos.extensions, ...pool.extensions].includes(GUEST_AGENT);
}

/**
 * One image for every host and flavour that carries VMs. Its name holds version and flavour: another of either is another file. The
 * cluster's name is in it, too: two stacks on one host would fight over a file otherwise, and one would take the other's with it.
 */
export function planImages(
  site: Site,
  machines: readonly PlannedMachine[],
  schematics: readonly PlannedSchematic[],
): PlannedImage[] {
  const { talos, proxmox, metadata } = site;
  const flavour = talos.secureBoot ? "nocloud-amd64-secureboot" : "nocloud-amd64";
  return schematics.flatMap(({ key, yaml }) => {
    const fileName = `${metadata.name}-talos-${talos.version}-${digest(yaml)}-${flavour}.qcow2`;
    const hosts = machines.filter((machine) => machine.schematic === key).flatMap(({ host }) => host ?? []);
    return [...new Set(hosts)].sort().map((host) => ({ host, datastore: proxmox.imageDatastore, schematic: key, fileName }));
  });
}

function yamlOf(site: Site, { name, config }: NamedPool): string {
  const { extensions, kernelArgs } = site.talos;
  const tailscale = joinsTailnet(site, name) ? [TAILSCALE_EXTENSION] : [];
  return schematicOf([...extensions, ...config.extensions, ...tailscale], kernelArgs);
}

function digest(yaml: string): string {
  return fnv1a(yaml).toString(16).padStart(8, "0");
}
