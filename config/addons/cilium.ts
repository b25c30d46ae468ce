import { z } from "zod";
import { integer, whenRight } from "../fields";
import { DEFAULT_VERSIONS } from "../versions";
import { releaseShape } from "./release";

const hubble = z
  .strictObject({
    relay: z.boolean().optional().describe("Run the Hubble relay, by default in prod and wherever ui is true: true or false"),
    ui: z.boolean().optional().describe("Run the Hubble user interface, by default in prod with a relay: true or false"),
  })
  .refine(({ relay, ui }) => !(relay === false && ui === true), {
    path: ["ui"],
    error: "the interface needs the relay",
    when: whenRight("relay", "ui"),
  })
  .prefault({})
  .describe("Cilium's view on network flows");

/** Cilium, on unless it is switched off. */
export const cilium = z
  .strictObject({
    /** Off, Talos brings Flannel and kube-proxy. */
    enabled: z.boolean().default(true).describe("Have Cilium as the cluster's network rather than Talos' own: true or false"),
    ...releaseShape("cilium", DEFAULT_VERSIONS.cilium),
    operatorReplicas: integer(
      "Replicas of the Cilium operator, by default 2 in prod with two machines or more and 1 elsewhere",
      1,
      5,
    ).optional(),
    hubble,
  })
  .prefault({})
  .describe("Cilium, the cluster's network");
