import { z } from "zod";
import { amount, integer } from "./fields";
import { CPU_LEVELS } from "./proxmox";

/** How a VM is given processors. */
export const cpu = z
  .strictObject({
    /** A named level rather than `host`: VMs stay movable between hosts of different CPU generations. */
    type: z
      .enum([...CPU_LEVELS, "host"])
      .default("x86-64-v2-AES")
      .describe(`CPU the machine sees: ${CPU_LEVELS.join(", ")} or host`),
    affinity: z
      .string()
      .regex(/^\d+(-\d+)?(,\d+(-\d+)?)*$/, { abort: true })
      .refine((text) => text.split(",").every(isRising), { error: "ends before it begins" })
      .optional()
      .describe("Threads of the host the vCPUs may run on, for instance 0-7,16-23"),
    numaNode: integer("NUMA node of the host that memory comes from", 0, 63).optional(),
    limit: amount("vCPUs' worth of time the machine may use at most", 0.1, 128).optional(),
    units: integer("Share of time under contention, 100 being an ordinary VM's", 1, 10_000).optional(),
  })
  .describe("How vCPUs are given");

/** What a VM may ask of its disks. */
export const diskLimits = z
  .strictObject({
    readIops: integer("Reads per second", 10, 2_000_000).optional(),
    writeIops: integer("Writes per second", 10, 2_000_000).optional(),
    readMiBps: integer("MiB read per second", 1, 100_000).optional(),
    writeMiBps: integer("MiB written per second", 1, 100_000).optional(),
  })
  .describe("Limits of each disk");

/** What a VM is given of its host. */
export const device = z
  .strictObject({
    mapping: z
      .string()
      .regex(/^[a-zA-Z][a-zA-Z0-9_-]+$/)
      .describe("Resource mapping as under proxmox.hosts.*.pciMappings"),
    pcie: z.boolean().default(true).describe("PCI Express rather than PCI: true or false"),
  })
  .describe("A PCI device of the host: { mapping: gpu }");

function isRising(threads: string): boolean {
  const [first = 0, last = first] = threads.split("-").map(Number);
  return first <= last;
}
