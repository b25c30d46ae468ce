import * as pulumi from "@pulumi/pulumi";
import { Release } from "@pulumi/kubernetes/helm/v3/release";
import type { ReleaseArgs } from "@pulumi/kubernetes/helm/v3/release";
import type { Provider } from "@pulumi/kubernetes/provider";
import { unchanged } from "../unchanged";

/** Arguments of a {@link HelmAddon}. */
export interface HelmAddonArgs {
  readonly provider: Provider;
  /** Chart name in the repository, or `oci://…`. */
  readonly chart: string;
  /** Exact chart version. */
  readonly version: string;
  /** Chart repository. @default none, for an `oci://` chart */
  readonly repository?: string;
  readonly namespace: string;
  /** Whether Helm creates the namespace. @default true */
  readonly createNamespace?: boolean;
  readonly values: Readonly<Record<string, unknown>>;
  /** How long the release may take until all of it is ready. @default 600 */
  readonly timeoutSeconds?: number;
  /** Last word on the release's arguments. @default unchanged */
  readonly transformRelease?: (args: ReleaseArgs) => ReleaseArgs;
}

/** A Helm release of a pinned chart that counts as done when everything in it is ready. */
export class HelmAddon extends pulumi.ComponentResource {
  public readonly release: Release;

  constructor(name: string, args: HelmAddonArgs, opts?: pulumi.ComponentResourceOptions, type = "HelmAddon") {
    super(`proxmox-talos:addons:${type}`, name, {}, opts);
    const { transformRelease = unchanged } = args;

    this.release = new Release(
      name,
      transformRelease({
        // A fixed name: the generated one would change with every replacement.
        name,
        chart: args.chart,
        version: args.version,
        ...(args.repository === undefined ? {} : { repositoryOpts: { repo: args.repository } }),
        namespace: args.namespace,
        createNamespace: args.createNamespace ?? true,
        values: { ...args.values },
        timeout: args.timeoutSeconds ?? 600,
      }),
      // What the component waits for, its release waits for: Pulumi does not hand a component's order down by itself.
      { parent: this, provider: args.provider, dependsOn: opts?.dependsOn },
    );

    this.registerOutputs({});
  }
}
