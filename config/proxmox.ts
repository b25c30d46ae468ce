import { z } from "zod";
import { LAST_VM_ID, integer, ipv4, label, storageId } from "./fields";

const datastore = z
  .strictObject({ sizeGiB: integer("Usable size in GiB", 1, 1_000_000) })
  .describe("One storage of the host that VM disks are put on");

const amount = (what: string): z.ZodNumber => z.number().min(0).max(10_000_000).describe(`${what}, a number from 0`);

/** What a host costs. Plain data for now: nothing is decided by it. */
const cost = z
  .strictObject({
    /** By item, so that the sum is written nowhere and cannot disagree with its parts. */
    purchase: z
      .record(z.string().min(1), amount("Price"))
      .optional()
      .describe("Prices paid once, by item: { server: 388.30, memory: 45 }"),
    rentPerMonth: amount("Rent per month").optional(),
    powerWatts: integer("Average power drawn in watts", 0, 100_000).optional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default("EUR")
      .describe("Currency of all amounts, an ISO 4217 code such as EUR"),
  })
  .describe("What the host costs");

const host = z
  .strictObject({
    address: ipv4("Address of the host"),
    cores: integer("Physical cores", 1, 1024),
    threads: integer("Hardware threads, at least as many as cores", 1, 2048),
    memoryGiB: integer("Installed memory in GiB", 1, 65_536),
    /** What Proxmox itself, its caches and a few services need. */
    reservedMemoryGiB: integer("Memory kept for the host itself in GiB", 0, 65_536).default(4),
    datastores: z
      .record(storageId("Name of a datastore"), datastore)
      .refine((datastores) => Object.keys(datastores).length > 0, { error: "no datastore" })
      .describe("Storages for VM disks by their Proxmox id, at least one"),
    failureDomain: label("What fails together with this host (a room, a power feed), by default nothing").optional(),
    cost: cost.optional(),
  })
  .refine((value) => value.threads >= value.cores, { path: ["threads"], error: "fewer threads than cores" })
  .describe("One Proxmox node");

const hostName = z
  .string()
  .regex(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/)
  .describe("Name of a Proxmox node: letters, digits and hyphens, at most 63");

/** The Proxmox cluster and what VMs have in common. */
export const proxmox = z
  .strictObject({
    endpoint: z
      .url({ protocol: /^https$/ })
      .describe("URL of the Proxmox API, https only, for instance https://192.168.68.51:8006"),
    /** A fresh Proxmox host has a self-signed certificate; say so rather than have it accepted silently. */
    insecure: z.boolean().default(false).describe("Accept any certificate of the Proxmox API: true or false"),
    poolId: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,39}$/)
      .optional()
      .describe("Proxmox resource pool of the stack's VMs, by default metadata.name"),
    bridge: z
      .string()
      .regex(/^[a-z][a-z0-9]{0,14}$/)
      .default("vmbr0")
      .describe("Linux bridge the VMs are attached to, for instance vmbr0"),
    vlanId: integer("VLAN tag of the VMs", 1, 4094).optional(),
    /** Proxmox creates `local` on every host; it must accept the content type `import`. */
    imageDatastore: storageId("Storage for disk images, with content type import").default("local"),
    vm: z
      .strictObject({
        idBase: integer("First VM id of the stack", 100, LAST_VM_ID),
        idCount: integer("Number of VM ids the stack may use", 1, 10_000).default(10),
      })
      .refine(({ idBase, idCount }) => idBase + idCount - 1 <= LAST_VM_ID, {
        path: ["idCount"],
        error: `runs past ${LAST_VM_ID}, the last VM id`,
      })
      .describe("Range of VM ids the stack owns"),
    hosts: z
      .record(hostName, host)
      .refine((hosts) => Object.keys(hosts).length > 0, { error: "no host" })
      .describe("Proxmox nodes by name, at least one"),
  })
  .describe("Proxmox cluster: API, hosts, VM ids");
