import { z } from "zod";
import { integer, ipv4 } from "./fields";

const datastore = z
  .strictObject({ sizeGiB: integer("Usable size in GiB", 1, 1_000_000) })
  .describe("One storage of the host that VM disks are put on");

const host = z
  .strictObject({
    address: ipv4("Address of the host"),
    cores: integer("Physical cores", 1, 1024),
    threads: integer("Hardware threads", 1, 2048),
    memoryGiB: integer("Installed memory in GiB", 1, 65_536),
    /** What Proxmox itself, its caches and a few services need. */
    reservedMemoryGiB: integer("Memory kept for the host itself in GiB", 0, 65_536).default(4),
    datastores: z.record(z.string(), datastore).describe("Storages for VM disks by their Proxmox id"),
  })
  .refine((value) => value.threads >= value.cores, { path: ["threads"] })
  .describe("One Proxmox node");

const hostName = z.string().regex(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/);

/** The Proxmox cluster and what VMs have in common. */
export const proxmox = z
  .strictObject({
    endpoint: z
      .url({ protocol: /^https$/ })
      .describe("URL of the Proxmox API, https only, for instance https://192.168.68.51:8006"),
    /** A fresh Proxmox host has a self-signed certificate; say so rather than have it accepted silently. */
    insecure: z.boolean().default(false).describe("Accept any certificate of the Proxmox API: true or false"),
    bridge: z
      .string()
      .regex(/^[a-z][a-z0-9]{0,14}$/)
      .default("vmbr0")
      .describe("Linux bridge the VMs are attached to, for instance vmbr0"),
    vlanId: integer("VLAN tag of the VMs", 1, 4094).optional(),
    /** Proxmox creates `local` on every host; it must accept the content type `import`. */
    imageDatastore: z.string().min(1).default("local").describe("Storage for disk images, with content type import"),
    vm: z
      .strictObject({
        idBase: integer("First VM id of the stack", 100, 999_999_999),
        idCount: integer("Number of VM ids the stack may use", 1, 10_000).default(10),
      })
      .describe("Range of VM ids the stack owns"),
    hosts: z
      .record(hostName, host)
      .refine((hosts) => Object.keys(hosts).length > 0)
      .describe("Proxmox nodes by name, at least one"),
  })
  .describe("Proxmox cluster: API, hosts, VM ids");
