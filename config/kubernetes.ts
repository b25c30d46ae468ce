import { z } from "zod";
import { hostOrAddress, subnet } from "./fields";
import { DEFAULT_VERSIONS } from "./versions";

const args = (component: string): z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodString>> =>
  z
    .record(z.string().regex(/^[a-z0-9-]+$/), z.string().describe("Value, as text"))
    .default({})
    .describe(`Further arguments of the ${component}, each name without its leading hyphens`);

const subnets = (what: string, example: string): z.ZodOptional<z.ZodArray<z.ZodString>> =>
  z
    .array(subnet(what))
    .min(1)
    .max(2)
    .optional()
    .describe(`Networks of ${what.toLowerCase()}, one per address family of the machines, by default ${example}`);

/** Kubernetes itself. */
export const kubernetes = z
  .strictObject({
    version: z
      .string()
      .regex(/^v\d+\.\d+\.\d+$/)
      .default(DEFAULT_VERSIONS.kubernetes)
      .describe("Kubernetes version with the leading v, for instance v1.36.0"),
    podSubnets: subnets("Pods", "10.244.0.0/16 and fd00:10:244::/56"),
    serviceSubnets: subnets("Services", "10.96.0.0/12 and fd00:10:96::/112"),
    domain: hostOrAddress("Domain of the cluster's own names").default("cluster.local"),
    certSans: z
      .array(hostOrAddress("Name or address"))
      .default([])
      .describe("Further names and addresses the API's certificate is valid for, by default none"),
    args: z
      .strictObject({
        apiServer: args("API server"),
        controllerManager: args("controller manager"),
        scheduler: args("scheduler"),
        kubelet: args("kubelet"),
        etcd: args("etcd member"),
      })
      .prefault({})
      .describe("Further arguments of Kubernetes' own programs"),
  })
  .prefault({})
  .describe("Kubernetes version, networks and arguments");
