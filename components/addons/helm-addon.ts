import * as pulumi from "@pulumi/pulumi";
import { Release } from "@pulumi/kubernetes/helm/v3/release";
import type { ReleaseArgs } from "@pulumi/kubernetes/helm/v3/release";
import type { Provider } from "@pulumi/kubernetes/provider";
import type { PlannedRelease } from "../../planner/plan";
import { unchanged } from "../unchanged";

/** Arguments of a {@link HelmAddon}. */
export interface HelmAddonArgs {
  readonly provider: Provider;
  readonly release: PlannedRelease;
  /** Whether Helm creates the namespace. @default false: it is there, labelled as the add-on needs it */
  readonly createNamespace?: boolean;
  /** Last word on the release's arguments. @default unchanged */
  readonly transformRelease?: (args: ReleaseArgs) => ReleaseArgs;
}

/** A Helm release of a pinned chart that counts as done when everything in it is ready. */
export class HelmAddon extends pulumi.ComponentResource {
  /** Undefined where GitOps manages it: what belongs to it beside the release is the program's all the same. */
  public readonly release?: Release;

  constructor(name: string, args: HelmAddonArgs, opts?: pulumi.ComponentResourceOptions) {
    const { release } = args;
    super(`proxmox-talos:addons:${typeOf(release)}`, name, {}, opts);

    if (release.managedBy !== "gitops") this.release = this.declareRelease(name, args, opts);
    this.registerOutputs({});
  }

  private declareRelease(name: string, args: HelmAddonArgs, opts: pulumi.ComponentResourceOptions | undefined): Release {
    const { release, transformRelease = unchanged } = args;
    return new Release(
      name,
      transformRelease({
        // A fixed name: the generated one would change with every replacement.
        name,
        chart: release.chart,
        version: release.version,
        ...(release.repository === undefined ? {} : { repositoryOpts: { repo: release.repository } }),
        namespace: release.namespace,
        createNamespace: args.createNamespace ?? false,
        values: release.values,
        timeout: release.timeoutSeconds,
      }),
      // What the component waits for, its release waits for: Pulumi does not hand a component's order down by itself. What it is
      // deleted with the engine would, but then only the component's request shows it.
      {
        parent: this,
        provider: args.provider,
        dependsOn: opts?.dependsOn,
        deletedWith: opts?.deletedWith,
        protect: release.protect,
        // The state must say so before the program no longer asks for it: by then the engine has nothing else to go by.
        retainOnDelete: release.managedBy === "leaving",
      },
    );
  }
}

/** Class in the type token: the add-on's key with a capital, for instance `KubePrometheusStack`. */
function typeOf({ key }: PlannedRelease): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}
