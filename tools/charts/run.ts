/**
 * Holds every add-on of every stack and example against its real chart: `npm run charts [-- --write] [-- --json]`.
 *
 * Charts come from the folder `$CHARTS_DIR` (unpacked, each as `<name>`, with those it depends on) or from their repositories. Needs Helm
 * on the PATH; with kube-apiserver, kube-controller-manager and etcd (see `tools/kubernetes/build`) the pinned Kubernetes judges what the
 * charts make, too. `--write` writes the footprints to `planner/addons/footprint.json`; otherwise a stale table is an error.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { PlannedRelease } from "../../planner";
import { findBinaries } from "../../simulator/kubernetes-door/binaries";
import { ReleaseCheck } from "./checked-release";
import type { CheckedRelease } from "./checked-release";
import { committedTable, freshTable, writeTable } from "./footprint-table";
import type { FootprintTable } from "./footprint-table";
import { Helm } from "./helm";
import { PinnedApi } from "./pinned-api";
import { allPlans } from "./planned-releases";
import { textOf } from "./report";
import type { ChartsReport } from "./report";
import { ChartSources } from "./sources";

const HELM = "helm: go install helm.sh/helm/v3/cmd/helm@latest, or https://helm.sh/docs/intro/install/";

/** What every cluster serves and Helm does not know of when it has none to ask. */
const SERVED = ["apiregistration.k8s.io/v1", "apiextensions.k8s.io/v1"];

async function main(): Promise<number> {
  const { values: options } = parseArgs({ options: { write: { type: "boolean" }, json: { type: "boolean" } } });
  if (spawnSync("helm", ["version"]).error) {
    process.stdout.write(`SKIPPED: no chart was rendered. It needs\n  ${HELM}\n`);
    return 0;
  }
  const cache = mkdtempSync(join(tmpdir(), "charts-"));
  const helm = new Helm();
  const progress = (what: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
  };
  try {
    const sources = new ChartSources(process.env["CHARTS_DIR"], cache);
    const table = freshTable(sources, helm, (key) => {
      progress(`footprint of ${key}`);
    });
    const before = committedTable();
    const report = await check(sources, helm, options.write ? table : before, progress);
    progress("");
    const isStale = JSON.stringify(table) !== JSON.stringify(before);
    if (options.write) writeTable(table);
    const whole: ChartsReport = { ...report, footprint: options.write ? "written" : isStale ? "stale" : "fresh" };
    process.stdout.write(options.json ? `${JSON.stringify(whole, null, 2)}\n` : textOf(whole));
    if (whole.rendered.length === 0) return 0;
    const isFine = whole.missing.length === 0 && whole.rendered.every(({ problems }) => problems.length === 0);
    return isFine && whole.footprint !== "stale" ? 0 : 1;
  } finally {
    helm.close();
    rmSync(cache, { recursive: true });
  }
}

async function check(
  sources: ChartSources,
  helm: Helm,
  table: FootprintTable,
  progress: (what: string) => void,
): Promise<Omit<ChartsReport, "footprint">> {
  const { found, missing: binaries = [] } = findBinaries();
  const api = found ? await PinnedApi.start(found) : undefined;
  const rendered: CheckedRelease[] = [];
  const missing = new Map<string, string>();
  const known = new Set<string>();
  try {
    const releases = new ReleaseCheck(helm, api, (await api?.apis()) ?? SERVED, (release) => pinnedImages(table, release));
    for (const [stack, plan] of allPlans()) {
      for (const namespace of plan.namespaces) await api?.namespace(namespace);
      for (const release of Object.values(plan.addons)) {
        const chart = sources.find(release);
        if ("missing" in chart) missing.set(`${release.name} ${release.version}`, chart.missing);
        const key = JSON.stringify([release.name, release.namespace, release.version, release.values, release.after]);
        if ("missing" in chart || known.has(key)) continue;
        known.add(key);
        progress(`${stack}: ${release.name}`);
        rendered.push(await releases.check(stack, plan, release, chart.folder));
      }
    }
  } finally {
    await api?.close();
  }
  return {
    rendered,
    missing: [...missing].map(([chart, reason]) => ({ chart, reason })),
    unjudged: binaries.map(({ name, remedy }) => `${name}: ${remedy}`),
  };
}

/** Images of the table; another version of the chart has others. */
function pinnedImages(table: FootprintTable, { key, version }: PlannedRelease): readonly string[] | undefined {
  const footprint = table[key];
  if (footprint?.version !== version) return undefined;
  return [...footprint.images, ...footprint.workloads.flatMap(({ images = [] }) => images)];
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
