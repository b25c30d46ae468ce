import type { Plan, PlannedRelease } from "../../planner";
import { CHART_KINDS } from "../../simulator/datacenter/kinds";
import type { Helm, Rendered } from "./helm";
import { objectsIn } from "./helm";
import { unknownKeys } from "./known-keys";
import type { PinnedApi } from "./pinned-api";
import { imagesOf, isFloating, isTest } from "./pods";
import { pathsOf } from "./values";

/** A release of a stack, held against its real chart. */
export interface CheckedRelease {
  readonly stack: string;
  readonly name: string;
  readonly version: string;
  /** How many values were planned. */
  readonly values: number;
  /** How many objects the chart makes of them. */
  readonly objects: number;
  readonly images: readonly string[];
  /** What is wrong, one line each. */
  readonly problems: readonly string[];
}

/** Renders a release and has everything about it judged. */
export class ReleaseCheck {
  /**
   * @param api undefined where no API server is there to ask
   * @param apis groups that every cluster serves
   * @param pinned images by chart, undefined for a version that none are pinned of
   */
  constructor(
    private readonly helm: Helm,
    private readonly api: PinnedApi | undefined,
    private readonly apis: readonly string[],
    private readonly pinned: (release: PlannedRelease) => readonly string[] | undefined,
  ) {}

  public async check(stack: string, plan: Plan, release: PlannedRelease, folder: string): Promise<CheckedRelease> {
    const { name, version, namespace, values } = release;
    const rendering = this.helm.render(folder, release, values, {
      apis: [...this.apis, ...servedBefore(plan, release)],
      crds: true,
    });
    const unknown = unknownKeys(folder, values).map((path) => `${path}: the chart knows no such value`);
    const row = { stack, name, version, values: pathsOf(values).length };
    if (rendering.refused !== undefined)
      return { ...row, objects: 0, images: [], problems: [...unknown, oneLine(rendering.refused)] };
    const objects = objectsIn(rendering.text).filter((object) => !isTest(object));
    const images = imagesOf(objects);
    const problems = [...unknown, ...this.imageProblems(release, images), ...(await this.refusals(objects, namespace))];
    return { ...row, objects: objects.length, images, problems };
  }

  private imageProblems(release: PlannedRelease, images: readonly string[]): string[] {
    const pinned = this.pinned(release);
    return images.flatMap((image) => [
      ...(isFloating(image) ? [`${image}: its tag is not one version`] : []),
      ...(pinned !== undefined && !pinned.includes(image) ? [`${image}: not among the images that are pinned`] : []),
    ]);
  }

  private async refusals(objects: readonly Rendered[], namespace: string): Promise<string[]> {
    if (!this.api) return [];
    const definitions = objects.filter(({ kind }) => kind === "CustomResourceDefinition");
    const refused = await this.api.define(definitions);
    await this.api.provide(objects);
    for (const object of objects) {
      if (object.kind !== "CustomResourceDefinition") refused.push(...(await this.api.refusals(object, namespace)));
    }
    return refused;
  }
}

/** Custom resources that the cluster serves when a release comes: charts look for them. */
function servedBefore({ addons }: Plan, { after }: PlannedRelease): string[] {
  return after.flatMap((key) =>
    Object.entries(CHART_KINDS[addons[key]?.name ?? ""]?.kinds ?? {}).flatMap(([apiVersion, kinds]) => [
      apiVersion,
      ...kinds.map((kind) => `${apiVersion}/${kind}`),
    ]),
  );
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
