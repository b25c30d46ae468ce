import { z } from "zod";
import { freeMap, integer, label } from "../fields";
import type { ByClass } from "../metadata";
import { CHARTS, EXACT_VERSION } from "../versions";

/** Where charts come from. */
export function repository(what: string): z.ZodString {
  return z
    .string()
    .regex(/^(https|oci):\/\/[a-zA-Z0-9.-]+(:\d+)?(\/[a-zA-Z0-9._-]+)*\/?$/)
    .describe(`${what}, https:// or oci:// without the chart's name`);
}

/** Who installs and upgrades an add-on: the stack, the stack for the last time, whatever reads the GitOps repository. */
export const MANAGERS = ["stack", "leaving", "gitops"] as const;

/** What every add-on can be told about its Helm release, unless a fresh cluster cannot wait for GitOps to install it. */
export function releaseShape(key: keyof typeof CHARTS, chart: string) {
  return {
    ...foundationShape(key, chart),
    /** Two steps, for the engine goes by what its state says of a release that the program no longer asks for. */
    managedBy: z
      .enum(MANAGERS)
      .default("stack")
      .describe(
        "Who manages the release: stack, leaving (the stack, until GitOps takes it over) or gitops (GitOps, after an update with leaving)",
      ),
  };
}

/** The same for what GitOps itself needs to run, or is: it stays with the stack. */
export function foundationShape(key: keyof typeof CHARTS, chart: string) {
  const { pinned } = CHARTS[key];
  return {
    version: z.string().regex(EXACT_VERSION).default(pinned).describe(`Version of the chart ${chart}, for instance ${pinned}`),
    repository: repository("Repository of the chart, by default addons.mirror or its publisher's").optional(),
    /** Merged last: whoever knows the chart better than the planner has the last word. */
    values: freeMap("Values of the chart over those of the plan, null to take the chart's own value away").default({}),
    timeoutSeconds: integer("Seconds the release may take until all of it is ready", 60, 7200).optional(),
  };
}

/** Namespace of an add-on. */
export function namespace(name: string): z.ZodDefault<z.ZodString> {
  return label("Namespace of the release").default(name);
}

/** A volume for what must survive a pod. */
export function storage(what: string, sizeGiB: number): z.ZodOptional<z.ZodNumber> {
  return integer(
    `Size of the volume for ${what} in GiB, by default ${sizeGiB} where Longhorn runs or a storageClass is named, and none elsewhere`,
    1,
    65_536,
  ).optional();
}

/** The class of that volume. */
export function storageClass(): z.ZodOptional<z.ZodString> {
  return label(
    "Class of the volume, by default longhorn where it runs: that, one of addons.longhorn.classes or of addons.proxmoxCsi.storageClasses",
  ).optional();
}

/** Says a default that depends on the environment: `30 in prod and 7 elsewhere`. */
export function byClass({ homelab, prod }: ByClass<number | boolean | string>): string {
  return homelab === prod ? String(prod) : `${prod} in prod and ${homelab} elsewhere`;
}
