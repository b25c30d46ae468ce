import { z } from "zod";
import { label, subnet } from "./fields";

/** Tailscale on machines of the stack, as a Talos system extension. Its auth key is a secret: `tailscale:authKey`. */
export const tailscale = z
  .strictObject({
    pools: z
      .array(label("control-plane or the name of a worker pool"))
      .min(1)
      .optional()
      .describe("Pools whose machines join the tailnet, at least one, by default all"),
    /** Without it, machines of two clusters would be called the same, and Tailscale would number them. */
    hostnamePrefix: z
      .string()
      .regex(/^([a-z0-9][a-z0-9-]*)?$/)
      .optional()
      .describe("What the machines' names in the tailnet begin with, by default metadata.name and a hyphen"),
    tags: z
      .array(
        z
          .string()
          .regex(/^tag:[a-zA-Z][a-zA-Z0-9-]*$/)
          .describe("Tag of the tailnet, for instance tag:k8s"),
      )
      .default([])
      .describe("Tags the machines carry there, by default none"),
    routes: z
      .array(
        subnet("Network that the machines lead to")
          .refine((text) => !text.endsWith("/0"), { error: "an exit node, not a route" })
          .describe("Network that the machines lead to in CIDR form, for instance 192.168.68.0/24; no default route"),
      )
      .default([])
      .describe("Networks the tailnet reaches through these machines, by default none"),
    acceptRoutes: z.boolean().default(false).describe("Take the routes of other machines of the tailnet: true or false"),
    authOnce: z
      .boolean()
      .default(true)
      .describe("Log in only where a machine is not logged in yet, not at every start: true or false"),
    loginServer: z
      .url({ protocol: /^https$/ })
      .describe("URL of a control server of your own, for instance https://headscale.example.org, by default Tailscale's")
      .optional(),
  })
  .describe("Tailscale on the machines, by default none");
