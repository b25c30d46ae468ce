import { z } from "zod";
import { costOf } from "./cost";
import { freeMap, integer, ip, labelValue, qualifiedName, storageId } from "./fields";
import { cpu, device, diskLimits } from "./pool-hardware";
import { addressRange, idRange, nameRange } from "./range-fields";

/** Effects a taint can have on pods that do not tolerate it. */
const TAINT_EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;

const labels = z.record(qualifiedName, labelValue).describe("Kubernetes labels: { workload: database }");

const taints = z
  .array(
    z
      .strictObject({
        key: qualifiedName,
        value: labelValue.default(""),
        effect: z.enum(TAINT_EFFECTS).describe(`Effect of the taint: ${TAINT_EFFECTS.join(", ")}`),
      })
      .describe("A taint: { key: dedicated, value: database, effect: NoSchedule }"),
  )
  .describe("Kubernetes taints");

const volume = z
  .strictObject({
    sizeGiB: integer("Size in GiB", 1, 65_536),
    datastore: storageId("Storage of the disk, by default that of the system disk").optional(),
    /** Fixed, so that no disk takes another one's place when one is added or removed. */
    slot: integer("Position on the machine's controller, by default 1 for a pool's only further disk", 1, 30).optional(),
    /** Consent, in the file that everybody reviews: without it no disk goes. */
    remove: z.boolean().default(false).describe("Take the disk away with all that is on it: true or false"),
    /** Machines that are no VMs have the disk already: this says which one it is. */
    selector: z
      .string()
      .min(1)
      .optional()
      .describe('Which disk of an existing machine it is, in CEL: disk.transport == "nvme" && !system_disk'),
  })
  .describe("A disk beside the system disk, mounted at /var/mnt/<name>");

const volumeName = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/)
  .describe("Name of a disk: lower-case letters, digits and hyphens, at most 20, beginning with a letter");

/** Name of a Talos system extension. */
export const extension = z
  .string()
  .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/)
  .describe("Name of a system extension, for instance siderolabs/iscsi-tools");

const configPatches = z
  .array(freeMap("Part of a machine configuration, or a document with its kind"))
  .describe("Patches of the machine configuration, last of all; no secrets");

const interfaceName = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_.-]{0,14}$/)
  .describe("Network device of an existing machine that gets its static address, by default the address stays as it is");

const installDisk = z
  .string()
  .regex(/^\/dev\/[a-zA-Z0-9/_.:-]+$/)
  .describe("Disk of an existing machine Talos is installed on, for instance /dev/nvme0n1");

const machine = z
  .strictObject({
    address: ip("Address of an existing machine").optional(),
    interface: interfaceName.optional(),
    installDisk: installDisk.optional(),
    host: z.string().min(1).optional().describe("Host of this machine, by default the pool's"),
    cores: integer("vCPUs of this machine, by default the pool's", 1, 512).optional(),
    memoryGiB: integer("Memory of this machine in GiB, by default the pool's", 1, 16_384).optional(),
    diskGiB: integer("System disk of this machine in GiB, by default the pool's", 10, 65_536).optional(),
    labels: labels.optional(),
    taints: taints.optional(),
    configPatches: configPatches.optional(),
    cost: costOf("What this existing machine costs, by default what the pool says").optional(),
  })
  .describe("A machine of the pool with what differs from it, or {}");

/** Everything a pool can be told. */
export const poolShape = {
  source: z
    .enum(["proxmox", "existing"])
    .default("proxmox")
    .describe("Where machines come from: proxmox (VMs that are created) or existing (machines with known addresses)"),
  count: integer("Number of machines", 0, 1000).optional(),
  /** Names instead of a number, so that one can be removed from the middle. */
  machines: z
    .record(z.string(), machine)
    .optional()
    .describe("Machines by name, in place of count: { work-00: {}, work-02: {} }"),
  cores: integer("vCPUs of each machine", 1, 512),
  memoryGiB: integer("Memory of each machine in GiB", 1, 16_384),
  diskGiB: integer("System disk of each machine in GiB", 10, 65_536).default(40),
  datastore: storageId("Storage of the system disk").default("local-lvm"),
  disks: z.record(volumeName, volume).default({}).describe("Further disks by name: { longhorn: { sizeGiB: 200 } }"),
  diskLimits: diskLimits.optional(),
  networkMiBps: integer("MiB per second the machine may send and receive", 1, 100_000).optional(),
  cpu: cpu.prefault({}),
  devices: z.array(device).max(16).default([]).describe("PCI devices of each machine, at most 16"),
  /** Pinned, machines stay where they are when a host joins; see the finding `placement-unpinned`. */
  hosts: z
    .array(z.string().min(1).describe("Name of a host under proxmox.hosts"))
    .min(1)
    .optional()
    .describe("Hosts the machines are put on in turn, at least one, by default all of them in order of name"),
  spread: z
    .enum(["host", "failureDomain"])
    .optional()
    .describe(
      "What machines are put on in turn: host or failureDomain, by default failureDomain for a control plane without hosts",
    ),
  /** Machine i of a pool takes the i-th id, address and name. */
  ids: idRange.optional(),
  addresses: addressRange.optional(),
  names: nameRange.optional(),
  labels: labels.default({}),
  taints: taints.default([]),
  extensions: z.array(extension).default([]).describe("System extensions of these machines besides talos.extensions"),
  installDisk: installDisk.optional(),
  interface: interfaceName.optional(),
  configPatches: configPatches.default([]),
  /** VMs cost what their hosts do. */
  cost: costOf("What each existing machine costs").optional(),
};

/** A pool before it is judged as a whole. */
export type Pool = z.output<z.ZodObject<typeof poolShape>>;
