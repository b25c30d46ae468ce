import type * as pulumi from "@pulumi/pulumi";
import type { Release } from "@pulumi/kubernetes/helm/v3/release";
import type { Provider } from "@pulumi/kubernetes/provider";
import type { AddonKey, PlannedAddons, PlannedRelease } from "../../planner/plan";
import type { Namespaces } from "../kubernetes/namespaces";
import { CustomResources } from "../kubernetes/custom-resources";
import type { KubernetesAccess } from "../kubernetes/kubernetes-answer";
import type { SecretsByNamespace } from "../kubernetes/stack-secrets";
import { HelmAddon } from "./helm-addon";
import { KubePrometheusStack } from "./kube-prometheus-stack";
import { declareSecrets } from "./release-secrets";
import type { StackSecrets } from "./release-secrets";

/** A class that declares more than its release. */
export type AddonClasses = { readonly [K in AddonKey]?: typeof HelmAddon };

/**
 * Add-ons that are more than a Helm release, each a class of its own that extends {@link HelmAddon} and declares the rest as its
 * children, one line each. All others need nothing here.
 */
const CLASSES: AddonClasses = { kubePrometheusStack: KubePrometheusStack };

/** What {@link declareAddons} needs. */
export interface AddonsArgs {
  /** What they belong to and are deleted with. @default nothing */
  readonly opts?: Pick<pulumi.ComponentResourceOptions, "parent" | "deletedWith">;
  readonly provider: Provider;
  readonly addons: PlannedAddons;
  readonly namespaces: Namespaces;
  /** Exists once the Kubernetes API answers. */
  readonly api: pulumi.Resource;
  /** Where it answers, and to whom. */
  readonly access: KubernetesAccess;
  /** What Secrets of releases are made of. @default none */
  readonly secrets?: StackSecrets;
  /** Secrets of the stack file, which releases of their namespace may read. @default none */
  readonly made?: SecretsByNamespace;
  /** @default those that are more than a release */
  readonly classes?: AddonClasses;
}

/** Declares every add-on of a stack and its custom resources, each after what it waits for, all else side by side. */
export function declareAddons({
  opts = {},
  provider,
  addons,
  namespaces,
  api,
  access,
  secrets = {},
  made = new Map(),
  classes = CLASSES,
}: AddonsArgs): void {
  const releases = new Map<AddonKey, Release>();
  const planned = Object.values(addons) as PlannedRelease[];
  // The plan has them in an order in which whatever is waited for comes first.
  for (const release of planned) {
    const waitsFor = [api, namespaces.get(release.namespace), ...release.after.map((key) => releases.get(key))];
    const dependsOn = waitsFor.filter((each) => each !== undefined);
    // Nobody has to run for it.
    const place = [api, namespaces.get(release.namespace)].filter((each) => each !== undefined);
    const own = declareSecrets(release, provider, secrets, { ...opts, dependsOn: place });
    const AddonClass = classes[release.key] ?? HelmAddon;
    const after = { ...opts, dependsOn: [...dependsOn, ...own, ...(made.get(release.namespace) ?? [])] };
    const { release: declared } = new AddonClass(release.name, { provider, release }, after);
    if (declared) releases.set(release.key, declared);
  }
  // When all releases are declared: a custom resource may be of a kind that a later one brings.
  for (const { name, resources, managedBy } of planned) {
    // Where GitOps manages the release, these are in its repository as well.
    if (resources.length === 0 || managedBy === "gitops") continue;
    new CustomResources(name, { provider, access, resources, releases, retain: managedBy === "leaving" }, opts);
  }
}
