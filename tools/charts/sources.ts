import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { PlannedRelease } from "../../planner";

/** A chart on this machine, with all it depends on; or why it is not. */
export type FoundChart = { readonly folder: string } | { readonly missing: string };

/**
 * Charts by name and version, from a folder that holds them unpacked as `<name>`, or from where they are published.
 *
 * @param chartsDir `$CHARTS_DIR`; undefined to ask the repositories
 * @param cache folder that what is pulled is unpacked into
 */
export class ChartSources {
  private readonly known = new Map<string, FoundChart>();

  constructor(
    private readonly chartsDir: string | undefined,
    private readonly cache: string,
  ) {}

  /** The chart of a release in the very version that was planned. */
  public find(release: PlannedRelease): FoundChart {
    const key = `${release.chart}@${release.version}`;
    const found =
      this.known.get(key) ?? (this.chartsDir === undefined ? this.pull(release) : this.local(release, this.chartsDir));
    this.known.set(key, found);
    return found;
  }

  private local({ name, version }: PlannedRelease, chartsDir: string): FoundChart {
    const folder = join(chartsDir, name);
    if (!existsSync(join(folder, "Chart.yaml"))) return { missing: `CHARTS_DIR has no folder ${name} with a Chart.yaml` };
    const { version: there } = metadataOf(folder);
    if (there !== version) return { missing: `CHARTS_DIR has ${name} ${there ?? "without a version"}, not ${version}` };
    return { folder };
  }

  private pull({ name, chart, repository, version }: PlannedRelease): FoundChart {
    const folder = join(this.cache, version);
    mkdirSync(folder, { recursive: true });
    const where = repository === undefined ? [] : ["--repo", repository];
    const args = ["pull", chart, ...where, "--version", version, "--untar", "--untardir", folder];
    const { status, stderr, error } = spawnSync("helm", args, { encoding: "utf8", timeout: 60_000 });
    if (status !== 0) return { missing: (error?.message ?? stderr).trim().split("\n").at(-1) ?? "helm pull failed" };
    return { folder: join(folder, name) };
  }
}

/** What a chart says of itself. */
export interface ChartMetadata {
  readonly version?: string;
  readonly dependencies?: readonly { readonly name: string; readonly alias?: string; readonly condition?: string }[];
}

/** A chart's `Chart.yaml`. */
export function metadataOf(folder: string): ChartMetadata {
  return parse(readFileSync(join(folder, "Chart.yaml"), "utf8")) as ChartMetadata;
}
