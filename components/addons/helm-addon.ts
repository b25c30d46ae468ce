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
  /** Values the plan decides; the stack file's own come on top. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Whether Helm creates the namespace. @default false: it is there, labelled as the add-on needs it */
  readonly createNamespace?: boolean;
  /** Last word on the release's arguments. @default unchanged */
  readonly transformRelease?: (args: ReleaseArgs) => ReleaseArgs;
}

/** What every add-on of its own class is given. */
export type AddonArgs = Pick<HelmAddonArgs, "provider" | "transformRelease">;

/** A Helm release of a pinned chart that counts as done when everything in it is ready. */
export class HelmAddon extends pulumi.ComponentResource {
  public readonly release: Release;

  constructor(name: string, args: HelmAddonArgs, opts?: pulumi.ComponentResourceOptions, type = "HelmAddon") {
    super(`proxmox-talos:addons:${type}`, name, {}, opts);
    const { release, transformRelease = unchanged } = args;

    this.release = new Release(
      name,
      transformRelease({
        // A fixed name: the generated one would change with every replacement.
        name,
        chart: release.chart,
        version: release.version,
        ...(release.repository === undefined ? {} : { repositoryOpts: { repo: release.repository } }),
        namespace: release.namespace,
        createNamespace: args.createNamespace ?? false,
        values: merged(args.values, release.values),
        timeout: release.timeoutSeconds,
      }),
      // What the component waits for, its release waits for: Pulumi does not hand a component's order down by itself.
      { parent: this, provider: args.provider, dependsOn: opts?.dependsOn },
    );

    this.registerOutputs({});
  }
}

/** Maps are merged and everything else is taken from the second, as Helm does with several files of values. */
export function merged(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over))
    result[key] = isMap(value) && isMap(base[key]) ? merged(base[key], value) : value;
  return result;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
