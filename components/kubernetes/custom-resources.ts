import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type { Provider } from "@pulumi/kubernetes/provider";
import type { AddonKey, PlannedResource } from "../../planner/plan";
import type { KubernetesAccess } from "./kubernetes-answer";
import { ServedKind } from "./served-kind";

/** Arguments of {@link CustomResources}. */
export interface CustomResourcesArgs {
  readonly provider: Provider;
  readonly access: KubernetesAccess;
  readonly resources: readonly PlannedResource[];
  /** The release of each add-on. */
  readonly releases: ReadonlyMap<AddonKey, pulumi.Resource>;
  /** Whether they stay when the program no longer asks for them. @default false */
  readonly retain?: boolean;
}

/**
 * Custom resources of an add-on: made when whoever brings their kinds is ready and the API serves them, deleted before that goes, so
 * that there is somebody who lets go of them.
 */
export class CustomResources extends pulumi.ComponentResource {
  constructor(name: string, args: CustomResourcesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-talos:kubernetes:CustomResources", name, {}, opts);
    const child = { parent: this, deletedWith: opts?.deletedWith };
    const kinds = new Map<string, ServedKind>();

    for (const { apiVersion, kind, metadata, spec, after, served } of args.resources) {
      const releases = after.flatMap((key) => args.releases.get(key) ?? []);
      if (served !== undefined && !kinds.has(served)) {
        // With the add-on in its name, for two of them may wait for one kind.
        kinds.set(
          served,
          new ServedKind(
            `${served.split("/").at(-1) ?? served}/${name}`,
            { ...args.access, path: served },
            { ...child, dependsOn: releases },
          ),
        );
      }
      const waited = served === undefined ? undefined : kinds.get(served);
      new CustomResource(
        metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`,
        { apiVersion, kind, metadata, spec },
        {
          ...child,
          provider: args.provider,
          retainOnDelete: args.retain ?? false,
          dependsOn: [...releases, ...(waited ? [waited] : [])],
        },
      );
    }

    this.registerOutputs({});
  }
}
