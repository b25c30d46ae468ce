import type * as pulumi from "@pulumi/pulumi";
import type { Provider } from "@pulumi/kubernetes/provider";
import type { AddonKey, PlannedAddons, PlannedRelease } from "../../planner/plan";
import type { Namespaces } from "../kubernetes/namespaces";
import { HelmAddon } from "./helm-addon";
import { KubePrometheusStack } from "./kube-prometheus-stack";

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
  /** @default those that are more than a release */
  readonly classes?: AddonClasses;
}

/** Declares every add-on of a stack, each after what it waits for, all else side by side. */
export function declareAddons({ opts = {}, provider, addons, namespaces, api, classes = CLASSES }: AddonsArgs): void {
  const declared = new Map<AddonKey, HelmAddon>();
  // The plan has them in an order in which whatever is waited for comes first.
  for (const release of Object.values(addons) as PlannedRelease[]) {
    const waitsFor = [api, namespaces.get(release.namespace), ...release.after.map((key) => declared.get(key)?.release)];
    const dependsOn = waitsFor.filter((each) => each !== undefined);
    const AddonClass = classes[release.key] ?? HelmAddon;
    declared.set(release.key, new AddonClass(release.name, { provider, release }, { ...opts, dependsOn }));
  }
}
