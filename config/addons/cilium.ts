import { z } from "zod";
import { integer, whenRight } from "../fields";
import { bgp, l2, loadBalancerPools } from "./cilium-network";
import { gateway } from "./gateway";
import { byClass, foundationShape } from "./release";

/** Largest packet that Tailscale carries. */
export const TAILSCALE_MTU = 1280;

/** What the planner takes where the stack file says nothing; no more operators than machines, for two never share one. */
export const CILIUM_DEFAULTS = {
  operatorReplicas: { homelab: 1, prod: 2 },
  hubble: { homelab: false, prod: true },
} as const;

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
    ...foundationShape("cilium", "cilium"),
    operatorReplicas: integer(
      `Replicas of the Cilium operator, by default ${byClass(CILIUM_DEFAULTS.operatorReplicas)}, at most one on a machine`,
      1,
      5,
    ).optional(),
    hubble,
    mtu: integer(
      `Largest packet of the pods' network before its own headers, by default ${TAILSCALE_MTU} where a router is reached over Tailscale and as the machines' network has it elsewhere, in bytes`,
      1280,
      9216,
    ).optional(),
    loadBalancerPools,
    l2,
    bgp,
    gateway,
  })
  .prefault({})
  .describe("Cilium, the cluster's network");
