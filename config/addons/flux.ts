import { z } from "zod";
import { integer } from "../fields";
import { folder, knownHosts, repositoryUrl, username } from "./gitops";
import { byClass, foundationShape, namespace } from "./release";

/** Controllers of Flux, as a FluxInstance names them. */
export const FLUX_COMPONENTS = [
  "source-controller",
  "kustomize-controller",
  "helm-controller",
  "notification-controller",
  "image-reflector-controller",
  "image-automation-controller",
  "source-watcher",
] as const;

/** What the planner takes where the stack file says nothing. */
export const FLUX_DEFAULTS = {
  distribution: "2.8.7",
  components: ["source-controller", "kustomize-controller", "helm-controller", "notification-controller"],
  size: { homelab: "small", prod: "medium" },
  multitenant: false,
  networkPolicy: true,
  intervalMinutes: 1,
  ref: { git: "refs/heads/main", oci: "latest" },
} as const;

const DEFAULTS = FLUX_DEFAULTS;

/** What Flux follows. Passwords and keys are secrets of the stack: `flux:password`, `flux:sshKey`. */
const sync = z
  .strictObject({
    url: repositoryUrl("Repository that Flux follows", ["https", "ssh", "oci"]),
    ref: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9._/-]*$/)
      .optional()
      .describe(`Reference of it, by default ${DEFAULTS.ref.git}, and the tag ${DEFAULTS.ref.oci} of an oci:// repository`),
    path: folder("Folder of the repository with this cluster's manifests, by default clusters/ and metadata.name").optional(),
    intervalMinutes: integer(`Minutes between two looks at it, by default ${DEFAULTS.intervalMinutes}`, 1, 1440).optional(),
    username: username("Name to log in with at an https:// or oci:// repository").optional(),
    knownHosts: knownHosts.optional(),
  })
  .describe("What Flux follows");

/** Flux, through its operator: the cluster becomes what a repository says. */
export const flux = z
  .strictObject({
    ...foundationShape("flux", "flux-operator"),
    namespace: namespace("flux-system"),
    /** Exact, and one that the pinned operator has the manifests of in its own image: nothing else is downloaded for it. */
    distribution: z
      .string()
      .regex(/^\d+\.\d+\.\d+$/)
      .optional()
      .describe(`Version of Flux, one that the operator's version knows, by default ${DEFAULTS.distribution}`),
    components: z
      .array(z.enum(FLUX_COMPONENTS).describe(`Controller: ${FLUX_COMPONENTS.join(", ")}`))
      .min(1)
      .optional()
      .describe(`Controllers of Flux, at least one, by default ${DEFAULTS.components.join(", ")}`),
    size: z
      .enum(["small", "medium", "large"])
      .optional()
      .describe(`How much the controllers may do at once and use, by default ${byClass(DEFAULTS.size)}: small, medium or large`),
    multitenant: z
      .boolean()
      .optional()
      .describe(
        `Keep what Flux applies to the rights of its namespace's service account, by default ${DEFAULTS.multitenant}: true or false`,
      ),
    networkPolicy: z
      .boolean()
      .optional()
      .describe(
        `Close the namespace to others, but for metrics and webhooks, by default ${DEFAULTS.networkPolicy}: true or false`,
      ),
    sync,
  })
  .describe("Flux: the cluster becomes what a repository says");
