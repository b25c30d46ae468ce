import { z } from "zod";
import { integer } from "./fields";
import { DEFAULT_VERSIONS } from "./versions";

const cilium = z
  .strictObject({
    version: z
      .string()
      .regex(/^\d+\.\d+\.\d+$/)
      .default(DEFAULT_VERSIONS.cilium)
      .describe("Version of the Cilium chart, for instance 1.20.0"),
    operatorReplicas: integer("Replicas of the Cilium operator, by default 2 in prod and 1 elsewhere", 1, 5).optional(),
    hubble: z
      .strictObject({
        relay: z.boolean().optional().describe("Run the Hubble relay, by default only in prod: true or false"),
        ui: z.boolean().optional().describe("Run the Hubble user interface, by default only in prod: true or false"),
      })
      .prefault({})
      .describe("Cilium's view on network flows"),
  })
  .prefault({})
  .describe("Cilium, the cluster's network");

/** Helm releases the stack owns. */
export const addons = z.strictObject({ cilium }).prefault({}).describe("Add-ons");
