import { z } from "zod";
import { addressRange, idRange, integer, label, nameRange, storageId } from "./fields";

const pool = z
  .strictObject({
    count: integer("Number of machines", 0, 1000).optional(),
    /** Names instead of a number, so that one can be removed from the middle. */
    machines: z
      .record(z.string(), z.strictObject({}).describe("A machine of the pool: {}"))
      .optional()
      .describe("Machines by name, in place of count: { work-00: {}, work-02: {} }"),
    cores: integer("vCPUs of each machine", 1, 512),
    memoryGiB: integer("Memory of each machine in GiB", 1, 16_384),
    diskGiB: integer("System disk of each machine in GiB", 10, 65_536).default(40),
    datastore: storageId("Storage of the system disk").default("local-lvm"),
    /** Pinned, machines stay where they are when a host joins; see the finding `placement-unpinned`. */
    hosts: z
      .array(z.string().min(1).describe("Name of a host under proxmox.hosts"))
      .min(1)
      .optional()
      .describe("Hosts the machines are put on in turn, at least one, by default all of them in order of name"),
    /** Machine i of a pool takes the i-th id, address and name. */
    ids: idRange.optional(),
    addresses: addressRange.optional(),
    names: nameRange.optional(),
  })
  .refine((value) => (value.count === undefined) !== (value.machines === undefined), {
    error: ({ input }) => ("count" in (input as object) ? "both count and machines" : "neither count nor machines"),
  })
  .describe("A pool of like machines, with exactly one of count and machines");

/** Which machines there are. */
export const topology = z
  .strictObject({
    controlPlane: pool.describe("The control plane: a pool with exactly one of count and machines"),
    workers: z
      .record(label("Name of a worker pool"), pool)
      .default({})
      .describe("Worker pools by name; none means that workloads run on the control plane"),
  })
  .describe("Control plane and worker pools");
