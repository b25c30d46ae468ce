import { z } from "zod";
import { label } from "../fields";
import { namespace, releaseShape } from "./release";

/** What the planner takes where the stack file says nothing: as the chart does, for policy files are written for these. */
export const TAILSCALE_OPERATOR_DEFAULTS = { tags: ["tag:k8s-operator"], proxyTags: ["tag:k8s"], apiServerProxy: false } as const;

const DEFAULTS = TAILSCALE_OPERATOR_DEFAULTS;

const tag = z
  .string()
  .regex(/^tag:[a-zA-Z][a-zA-Z0-9-]*$/)
  .describe("Tag of the tailnet, for instance tag:k8s");

/** Services of the cluster in a tailnet. Its client's secret is one of the stack: `tailscale:oauthClientSecret`. */
export const tailscaleOperator = z
  .strictObject({
    ...releaseShape("tailscaleOperator", "tailscale-operator"),
    namespace: namespace("tailscale"),
    oauthClientId: z
      .string()
      .regex(/^[a-zA-Z0-9]+$/)
      .describe("Id of the OAuth client that the operator is, with the scopes devices:core and auth_keys"),
    hostname: label("Name of the operator in the tailnet, by default metadata.name and -operator").optional(),
    tags: z
      .array(tag)
      .min(1)
      .optional()
      .describe(`Tags of the operator, at least one, by default ${DEFAULTS.tags.join(", ")}`),
    proxyTags: z
      .array(tag)
      .min(1)
      .optional()
      .describe(`Tags of what it makes, at least one, by default ${DEFAULTS.proxyTags.join(", ")}`),
    apiServerProxy: z
      .boolean()
      .optional()
      .describe(`Lead the tailnet to the Kubernetes API as well, by default ${DEFAULTS.apiServerProxy}: true or false`),
  })
  .describe("Tailscale operator: Services of the cluster in a tailnet, and of the tailnet in the cluster");
