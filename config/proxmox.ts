import { z } from "zod";
import { costOf } from "./cost";
import { LAST_VM_ID, integer, ip, label, storageId, whenRight } from "./fields";

/** CPU models of QEMU that name what generations of processors have in common, oldest first. */
export const CPU_LEVELS = ["x86-64-v2-AES", "x86-64-v3", "x86-64-v4"] as const;

const datastore = z
  .strictObject({
    sizeGiB: integer("Usable size in GiB", 1, 1_000_000),
    /** Ceph, NFS and the like: only there can a VM be restarted on another host. */
    shared: z.boolean().default(false).describe("Whether all hosts reach the same storage under this name: true or false"),
  })
  .describe("One storage of the host that VM disks are put on");

const domainName = label("Name of one thing that fails, for instance feed-a");

/** Two power supplies on two feeds, or two links to two switches: then it takes both to lose the host. */
const domains = z
  .record(
    label("What may fail: rack, power, switch, room"),
    z
      .union([domainName, z.array(domainName).min(1)])
      .describe("A name, or several of which one is enough: feed-a, or [feed-a, feed-b]"),
  )
  .describe("What the host hangs on, by kind; of several of a kind one is enough: { rack: a, power: [feed-a, feed-b] }");

const processor = z
  .strictObject({
    vendor: z.enum(["intel", "amd"]).describe("Vendor of the processor: intel or amd"),
    model: z.string().min(1).describe("Model of the processor, for instance i5-9500T"),
  })
  .describe("The processor, which decides where VMs migrate to while they run");

const host = z
  .strictObject({
    address: ip("Address of the host"),
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
    /** Every processor since about 2010 has the lowest one. */
    cpuLevel: z
      .enum(CPU_LEVELS)
      .default("x86-64-v2-AES")
      .describe(`Newest level the processor has: ${CPU_LEVELS.join(", ")}`),
    numaNodes: integer("NUMA nodes, each with memory of its own", 1, 64).default(1),
    pciMappings: z
      .record(
        z
          .string()
          .regex(/^[a-zA-Z][a-zA-Z0-9_-]+$/)
          .describe("Name of a PCI resource mapping of the Proxmox cluster, for instance gpu"),
        integer("Devices of the mapping on this host", 1, 64),
      )
      .default({})
      .describe("Devices VMs can have, by resource mapping: { gpu: 1 }"),
    domains: domains.default({}),
    processor: processor.optional(),
    cost: costOf("What the host costs").optional(),
  })
  .refine((value) => value.threads >= value.cores, {
    path: ["threads"],
    error: "fewer threads than cores",
    when: whenRight("threads", "cores"),
  })
  .describe("One Proxmox node");

const hostName = z
  .string()
  .regex(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/)
  .describe("Name of a Proxmox node: letters, digits and hyphens, at most 63");

const ha = z
  .strictObject({
    maxRestart: integer("Restarts on the same host before another is tried", 0, 10).default(1),
    maxRelocate: integer("Moves to another host before it is given up", 0, 10).default(1),
    failback: z.boolean().default(true).describe("Return to the preferred host once it is back: true or false"),
  })
  .describe("Proxmox restarts the VMs of a failed host elsewhere, by default it does not");

const cluster = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-zA-Z][a-zA-Z0-9-]{0,14}$/)
      .describe("Name of the Proxmox cluster: letters, digits and hyphens, at most 15, as corosync has it"),
    qdevice: ip("Machine that runs corosync-qnetd and gives two hosts a third vote").optional(),
  })
  .describe("The Proxmox cluster the hosts form; the plan names the commands that form it");

/** The Proxmox cluster and what VMs have in common. */
export const proxmox = z
  .strictObject({
    endpoint: z
      .url({ protocol: /^https$/ })
      .describe("URL of the Proxmox API, https only, for instance https://192.168.68.51:8006"),
    /** A fresh Proxmox host has a self-signed certificate; say so rather than have it accepted silently. */
    insecure: z.boolean().default(false).describe("Accept any certificate of the Proxmox API: true or false"),
    cluster: cluster.optional(),
    ha: ha.optional(),
    poolId: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,39}$/)
      .optional()
      .describe("Proxmox resource pool of the stack's VMs, by default metadata.name"),
    tags: z
      .array(
        z
          .string()
          .regex(/^[a-z0-9_][a-z0-9_.-]*$/)
          .describe("Tag: lower-case letters, digits, dots, hyphens and underscores"),
      )
      .default([])
      .describe("Tags of every VM besides metadata.name and talos"),
    bridge: z
      .string()
      .regex(/^[a-z][a-z0-9]{0,14}$/)
      .default("vmbr0")
      .describe("Linux bridge the VMs are attached to, for instance vmbr0"),
    vlanId: integer("VLAN tag of the VMs", 1, 4094).optional(),
    firewall: z.boolean().default(false).describe("Apply the Proxmox firewall's rules to the VMs: true or false"),
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
