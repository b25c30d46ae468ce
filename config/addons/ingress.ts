import { z } from "zod";
import { integer, ip } from "../fields";
import { byClass } from "./release";

/** How requests from outside reach an ingress controller. */
export const EXPOSURES = ["loadBalancer", "hostPort", "nodePort"] as const;

/** One of {@link EXPOSURES}. */
export type Exposure = (typeof EXPOSURES)[number];

/** What an ingress controller runs as. */
export const WORKLOADS = ["Deployment", "DaemonSet"] as const;

/** What the planner takes where the stack file says nothing; never more pods than machines. */
export const INGRESS_DEFAULTS = { replicas: { homelab: 1, prod: 3 }, expose: "loadBalancer" } as const;

/** Ports of machines that Kubernetes gives to Services by default. */
const nodePort = (what: string): z.ZodOptional<z.ZodNumber> =>
  integer(`Port for ${what} on every machine, by default one that Kubernetes chooses`, 30_000, 32_767).optional();

/**
 * What every ingress controller can be told beside its release.
 *
 * @param isDefault whether it takes Ingresses that name no class
 */
export function ingressShape(name: string, isDefault: boolean) {
  return {
    workload: z
      .enum(WORKLOADS)
      .optional()
      .describe(
        "What it runs as: Deployment, or DaemonSet for one pod on each machine; by default DaemonSet with expose hostPort",
      ),
    /** Of a Deployment: a DaemonSet has a pod on every machine, whatever it is told. */
    replicas: integer(`Pods of a Deployment of ${name}, by default ${byClass(INGRESS_DEFAULTS.replicas)}`, 1, 20).optional(),
    expose: z
      .enum(EXPOSURES)
      .optional()
      .describe(
        "How it is reached: loadBalancer (default, an address that something hands out), hostPort (80 and 443 of its machines) or nodePort",
      ),
    addresses: z
      .array(ip("An address of its own"))
      .min(1)
      .optional()
      .describe("Addresses the load balancer is to have, one for each address family, by default any of the pool"),
    nodePorts: z
      .strictObject({ http: nodePort("HTTP"), https: nodePort("HTTPS") })
      .prefault({})
      .describe("Ports with expose nodePort"),
    defaultClass: z
      .boolean()
      .optional()
      .describe(`Take Ingresses that name no class, by default ${isDefault}: true or false, true for one controller at most`),
  };
}
