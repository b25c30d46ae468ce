import { z } from "zod";
import { integer, label } from "../fields";
import { domain } from "./dns";
import { folder, knownHosts, repositoryUrl, username } from "./gitops";
import { byClass, foundationShape, namespace } from "./release";

/** What the planner takes where the stack file says nothing; never more pods than machines. */
export const ARGO_CD_DEFAULTS = {
  replicas: { homelab: 1, prod: 2 },
  type: "git",
  project: "default",
  ref: "HEAD",
  sync: "automatic",
  prune: false,
  clusterResources: false,
} as const;

const DEFAULTS = ARGO_CD_DEFAULTS;

const here = "by default the cluster it runs in";

const repository = z
  .strictObject({
    url: repositoryUrl("Repository", ["https", "ssh", "oci"]),
    type: z
      .enum(["git", "helm"])
      .optional()
      .describe(`What is in it, by default ${DEFAULTS.type}: git (manifests) or helm (charts; an oci:// one always is)`),
    username: username("Name to log in with at an https:// or oci:// repository").optional(),
  })
  .describe("A repository, its password or key being a secret of the stack: argocd:repository-<name>");

const destination = z
  .strictObject({
    cluster: label(`One of clusters, ${here}`).optional(),
    namespace: z
      .string()
      .regex(/^[a-z0-9*]([a-z0-9*-]*[a-z0-9*])?$/)
      .describe("Namespace there, * standing for anything"),
  })
  .describe("Where its applications may go");

const project = z
  .strictObject({
    description: z.string().min(1).optional().describe("What it is for"),
    repositories: z.array(label("One of repositories")).min(1).describe("Repositories that its applications come from"),
    destinations: z.array(destination).min(1).describe("Where its applications may go"),
    clusterResources: z
      .boolean()
      .optional()
      .describe(`Whether they may have what is in no namespace, by default ${DEFAULTS.clusterResources}: true or false`),
  })
  .describe("A project: what its applications may be made of, and where they may go");

const application = z
  .strictObject({
    project: label(`One of projects, by default ${DEFAULTS.project}`).optional(),
    repository: label("One of repositories"),
    path: folder("Folder of the repository with the application's manifests, or with those of further applications"),
    ref: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9._/-]*$/)
      .optional()
      .describe(`Branch, tag or commit, by default ${DEFAULTS.ref}`),
    cluster: label(`One of clusters, ${here}`).optional(),
    namespace: label("Namespace of manifests that name none, by default Argo CD's own").optional(),
    sync: z
      .enum(["automatic", "manual"])
      .optional()
      .describe(`When the cluster follows it, by default ${DEFAULTS.sync}: automatic or manual`),
    prune: z
      .boolean()
      .optional()
      .describe(`Delete what is no longer in it, where that is automatic, by default ${DEFAULTS.prune}: true or false`),
  })
  .describe("An application; one that holds further ones is a root");

const cluster = z
  .strictObject({
    server: z.url({ protocol: /^https$/ }).describe("URL of its Kubernetes API, for instance https://10.4.0.99:6443"),
    caData: z
      .string()
      .regex(/^[A-Za-z0-9+/]+=*$/)
      .optional()
      .describe(
        "Its certificate authority as kubeconfigs have it (certificate-authority-data), by default those that everybody trusts",
      ),
  })
  .describe("A further cluster, the token to get in being a secret of the stack: argocd:cluster-<name>");

/** Argo CD. Its administrator's password is made in the cluster and known to nobody here. */
export const argoCd = z
  .strictObject({
    ...foundationShape("argoCd", "argo-cd"),
    namespace: namespace("argocd"),
    domain: domain("Name under which people reach it, by default none").optional(),
    replicas: integer(
      `Pods of the server, the repository server and the ApplicationSet controller, by default ${byClass(DEFAULTS.replicas)}`,
      1,
      5,
    ).optional(),
    redisHa: z
      .boolean()
      .optional()
      .describe(
        "Keep its cache on three machines rather than one, by default in prod with three machines for workloads: true or false",
      ),
    knownHosts: knownHosts.optional(),
    repositories: z
      .record(label("Name of the repository"), repository)
      .refine((all) => Object.keys(all).length > 0, { error: "no repository" })
      .describe("Repositories by name, at least one"),
    projects: z
      .record(
        label("Name of the project").refine((name) => name !== DEFAULTS.project, { error: "Argo CD's own project" }),
        project,
      )
      .default({})
      .describe("Projects by name, by default none but Argo CD's own"),
    applications: z
      .record(label("Name of the application"), application)
      .default({})
      .describe("Applications by name, by default none"),
    clusters: z
      .record(
        label("Name of the cluster").refine((name) => name !== "in-cluster", { error: "the name of the cluster it runs in" }),
        cluster,
      )
      .default({})
      .describe("Further clusters that it manages, by name, by default none"),
  })
  .describe("Argo CD: applications as repositories have them, in this cluster and others");
