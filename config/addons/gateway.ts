import { z } from "zod";
import { ip, label, labelValue, qualifiedName } from "../fields";

/** What the planner takes where the stack file says nothing. */
export const GATEWAY_DEFAULTS = { name: "shared" } as const;

const hostname = z
  .string()
  .regex(/^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/)
  .describe("A name, or all below one, for instance *.apps.example.org");

/** One Gateway for the routes of all namespaces, and its certificate. */
export const gateway = z
  .strictObject({
    name: label(`Name of the Gateway, by default ${GATEWAY_DEFAULTS.name}`).optional(),
    https: z
      .strictObject({
        issuer: label("Issuer of the certificate, one of addons.certManager.issuers"),
        hostnames: z.array(hostname).min(1).describe("Names in the certificate, at least one"),
      })
      .optional()
      .describe("Answer on port 443 too, by default on port 80 alone"),
    addresses: z
      .array(ip("An address of its own"))
      .min(1)
      .optional()
      .describe("Addresses it is to have, one for each address family, by default any of the pool"),
    labels: z
      .record(qualifiedName, labelValue)
      .optional()
      .describe("Labels of its Service, by which pools of addresses and announcements find it, by default none"),
  })
  .optional()
  .describe("A Gateway of Cilium's own in the namespace of addons.gatewayApi, by default none");
