import { z } from "zod";
import { addressRange, idRange, integer, label, nameRange } from "./fields";

const pool = z
  .strictObject({
    count: integer("Number of machines", 0, 1000).optional(),
    /** Names instead of a number, so that one can be removed from the middle. */
    machines: z
      .record(z.string(), z.strictObject({}))
      .optional()
      .describe("Machines by name, in place of count: { work-00: {}, work-02: {} }"),
    cores: integer("vCPUs of each machine", 1, 512),
    memoryGiB: integer("Memory of each machine in GiB", 1, 16_384),
    diskGiB: integer("System disk of each machine in GiB", 10, 65_536).default(40),
    datastore: z.string().min(1).default("local-lvm").describe("Storage of the system disk"),
    hosts: z
      .array(z.string())
      .min(1)
      .optional()
      .describe("Hosts the machines are spread over in turn, by default all of them in order of name"),
    ids: idRange.optional(),
    addresses: addressRange.optional(),
    names: nameRange.optional(),
  })
  .refine((value) => (value.count === undefined) !== (value.machines === undefined))
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
