import { parse } from "yaml";
import { z } from "zod";

/** A load balancer in a VM, as its seed makes it. */
export interface GuestFacts {
  readonly hostname: string;
  /** Static addresses without prefix length. */
  readonly addresses: readonly string[];
  /** Shared address that it takes part in; empty for none. */
  readonly virtualAddress: string;
  /** Who gets the shared address first has the highest. */
  readonly priority: number;
  /** Addresses of the others it speaks with. */
  readonly peers: readonly string[];
  /** Port it listens on. */
  readonly port: number;
  /** `address:port` of what it passes connections on to. */
  readonly servers: readonly string[];
}

/** Bytes of a sector of ISO 9660, and the first one that is a descriptor. */
const SECTOR = 2048;
const FIRST_DESCRIPTOR = 16;
/** Sectors in which Linux looks for descriptors: an image that ends before, without saying so, is not mounted. */
const LOOKED_AT = 100;

const userData = z.object({
  packages: z.array(z.string()),
  write_files: z.array(z.object({ path: z.string(), content: z.string() })),
});
const metaData = z.object({ "local-hostname": z.string() });
const networkConfig = z.object({ ethernets: z.record(z.string(), z.object({ addresses: z.array(z.string()) })) });

/**
 * Reads what cloud-init would find on an image labelled `cidata`, and what HAProxy and keepalived would be told by it.
 *
 * @returns undefined for a file that is no seed; nobody becomes anything by it
 */
export function readSeed(image: string): GuestFacts | undefined {
  const files = filesOf(image);
  if (!files?.["user-data"]?.startsWith("#cloud-config\n")) return undefined;
  const user = userData.safeParse(parse(files["user-data"]));
  const meta = metaData.safeParse(parse(files["meta-data"] ?? ""));
  const network = networkConfig.safeParse(parse(files["network-config"] ?? ""));
  if (!user.success || !meta.success || !network.success) return undefined;
  const { packages, write_files: written } = user.data;
  const fileOf = (program: string, path: string): string =>
    packages.includes(program) ? (written.find((file) => file.path === path)?.content ?? "") : "";
  const haproxy = fileOf("haproxy", "/etc/haproxy/haproxy.cfg");
  const keepalived = fileOf("keepalived", "/etc/keepalived/keepalived.conf");
  return {
    hostname: meta.data["local-hostname"],
    addresses: Object.values(network.data.ethernets).flatMap(({ addresses }) => addresses.map(withoutPrefix)),
    virtualAddress: withoutPrefix(/virtual_ipaddress \{\s*(\S+)/.exec(keepalived)?.[1] ?? ""),
    priority: Number(/^\s*priority (\d+)$/m.exec(keepalived)?.[1] ?? 0),
    peers: (/unicast_peer \{([^}]*)\}/.exec(keepalived)?.[1] ?? "").split(/\s+/).filter((each) => each !== ""),
    port: Number(/^\s*bind \S*:(\d+)/m.exec(haproxy)?.[1] ?? 0),
    servers: [...haproxy.matchAll(/^\s*server \S+ (\S+)/gm)].flatMap(([, server]) => server ?? []),
  };
}

function withoutPrefix(address: string): string {
  return address.replace(/\/.*$/, "");
}

/** Files of the root folder by name; undefined for what Linux would not mount, or cloud-init not look into. */
function filesOf(image: string): Record<string, string> | undefined {
  const descriptor = image.slice(FIRST_DESCRIPTOR * SECTOR, (FIRST_DESCRIPTOR + 1) * SECTOR);
  const isWhole = image.length >= LOOKED_AT * SECTOR;
  if (!isWhole || !descriptor.startsWith("\x01CD001") || descriptor.slice(40, 72).trim().toLowerCase() !== "cidata")
    return undefined;
  const root = recordAt(descriptor, 156);
  const folder = image.slice(root.extent * SECTOR, root.extent * SECTOR + root.length);
  const files: Record<string, string> = {};
  for (let at = 0; folder.charCodeAt(at) > 0; at += folder.charCodeAt(at)) {
    const { name, extent, length } = recordAt(folder, at);
    files[name.toLowerCase().replace(/\.?;1$/, "")] = image.slice(extent * SECTOR, extent * SECTOR + length);
  }
  return files;
}

function recordAt(text: string, at: number): { readonly name: string; readonly extent: number; readonly length: number } {
  const number = (offset: number): number =>
    [3, 2, 1, 0].reduce((sum, index) => sum * 256 + text.charCodeAt(at + offset + index), 0);
  const size = text.charCodeAt(at + 32);
  return { extent: number(2), length: number(10), name: text.slice(at + 33, at + 33 + size) };
}
