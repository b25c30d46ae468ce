/**
 * Has Prometheus' own promtool judge the rules, the queries of all dashboards and those of `lab advise`, and run the tests in `tests.yaml`: `node --import tsx tools/rules/check.ts [promtool]`.
 *
 * Without a promtool on the PATH or named it says so and ends with 1. It comes with Prometheus; Debian has it in the package `prometheus`.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { QUERIES } from "../../automation/stages/prometheus";
import { DASHBOARDS } from "../../planner/observability/dashboards";
import { prometheusRules } from "../../planner/observability/prometheus-rules";
import { RULES } from "../../planner/observability/rules";
import { BALANCERS } from "../../planner/observability/rules/balancers";
import { etcdBackups } from "../../planner/observability/rules/etcd-backups";
import { queueDepth } from "../../planner/observability/rules/workloads";

const SNAPSHOTS = { name: "etcd-backup", namespace: "etcd-backup", hours: 6 };
const promtool = process.argv[2] ?? "promtool";
const folder = mkdtempSync(join(tmpdir(), "rules-"));
try {
  const groups = prometheusRules([...RULES, BALANCERS, queueDepth("jobs_waiting"), etcdBackups(SNAPSHOTS)], "docs/runbooks");
  writeFileSync(join(folder, "rules.yaml"), stringify({ groups }, { lineWidth: 0 }));
  writeFileSync(
    join(folder, "queries.yaml"),
    stringify({ groups: [{ name: "dashboards", rules: queries() }] }, { lineWidth: 0 }),
  );
  writeFileSync(join(folder, "advice.yaml"), stringify({ groups: [{ name: "advice", rules: advice() }] }, { lineWidth: 0 }));
  copyFileSync(join(__dirname, "tests.yaml"), join(folder, "tests.yaml"));
  for (const file of ["rules.yaml", "queries.yaml", "advice.yaml"]) run(["check", "rules", file]);
  run(["test", "rules", "tests.yaml"]);
} finally {
  rmSync(folder, { recursive: true });
}

/** Queries of panels, as the rules they could be: one that Prometheus cannot read is none. */
function queries(): object[] {
  const all = DASHBOARDS.flatMap(({ panels }) => panels.flatMap((panel) => Object.values(panel.queries)));
  return all.map((expr, index) => ({ record: `panel:query_${index}:read`, expr }));
}

/** What `lab advise` asks, as rules of the same names. */
function advice(): object[] {
  return Object.entries(QUERIES).map(([key, expr]) => ({ record: `advice:${key}:read`, expr }));
}

function run(args: readonly string[]): void {
  const { status, error } = spawnSync(promtool, args, { cwd: folder, stdio: "inherit" });
  if (error) process.stderr.write(`NOT CHECKED: ${promtool} cannot be run (${error.message})\n`);
  if (status !== 0) process.exitCode = 1;
}
