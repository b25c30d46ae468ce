/**
 * Reads in the components' own sources that every metric of the inventory is there, at the version that runs: `npm run metrics [-- --json]`.
 *
 * The sources are in the folder `$SOURCES_DIR`, each repository as `<owner>+<name>` with its tags, or as `<owner>+<name>@<version>` without.
 * Ends with 1 on anything that is not so or that could not be told.
 */
import { parseArgs } from "node:util";
import { METRICS } from "../../planner/observability/metrics";
import type { Exporter } from "../../planner/observability/rule";
import { columns } from "../charts/report";
import { judge, subjects } from "./claims";
import type { Verdict } from "./claims";
import { Sources } from "./sources";

const REMEDY =
  "  SOURCES_DIR=<folder>, each there by: git clone --bare --filter=blob:none https://github.com/<owner>/<name> <folder>/<owner>+<name>";

const { values: options } = parseArgs({ options: { json: { type: "boolean" } } });
const sources = new Sources(process.env["SOURCES_DIR"]);
const verdicts = subjects().map((subject) => judge(subject, sources));
process.stdout.write(options.json ? `${JSON.stringify(verdicts, null, 2)}\n` : textOf(verdicts));
process.exitCode = verdicts.every(isTrue) ? 0 : 1;

function isTrue({ wrong, unknown }: Verdict): boolean {
  return wrong.length === 0 && unknown.length === 0;
}

function textOf(all: readonly Verdict[]): string {
  const count = (exporter: Exporter, kind: Verdict["kind"]): string => {
    const own = all.filter((verdict) => verdict.exporter === exporter && verdict.kind === kind);
    return `${own.filter(isTrue).length} of ${own.length}`;
  };
  const rows = (Object.keys(METRICS) as Exporter[]).map((exporter) => {
    const { repository, version } = METRICS[exporter];
    return [exporter, repository, version, count(exporter, "metric"), count(exporter, "label")];
  });
  const wrong = all.flatMap(({ exporter, kind, name, wrong: what }) =>
    what.map((each) => `WRONG: ${exporter}, ${kind} ${name}: ${each}`),
  );
  const unknown = [...new Set(all.flatMap((verdict) => verdict.unknown))].map((what) => `NOT VERIFIED: ${what}`);
  const metrics = all.filter(({ kind }) => kind === "metric");
  return [
    ...columns([["exporter", "repository", "version", "metrics", "labels"], ...rows]),
    "",
    ...wrong,
    ...unknown,
    ...(unknown.length > 0 ? [REMEDY] : []),
    `${metrics.length} metrics, ${metrics.filter(isTrue).length} verified`,
    "",
  ].join("\n");
}
