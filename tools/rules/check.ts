/**
 * Has Prometheus' own promtool judge the rules, and run the tests in `tests.yaml`: `node --import tsx tools/rules/check.ts [promtool]`.
 *
 * Without a promtool on the PATH or named it says so and ends with 1. It comes with Prometheus; Debian has it in the package `prometheus`.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { prometheusRules } from "../../planner/observability/prometheus-rules";
import { RULES } from "../../planner/observability/rules";
import { queueDepth } from "../../planner/observability/rules/workloads";

const promtool = process.argv[2] ?? "promtool";
const folder = mkdtempSync(join(tmpdir(), "rules-"));
try {
  const groups = prometheusRules([...RULES, queueDepth("jobs_waiting")], "docs/runbooks");
  writeFileSync(join(folder, "rules.yaml"), stringify({ groups }, { lineWidth: 0 }));
  copyFileSync(join(__dirname, "tests.yaml"), join(folder, "tests.yaml"));
  for (const args of [
    ["check", "rules", "rules.yaml"],
    ["test", "rules", "tests.yaml"],
  ])
    run(args);
} finally {
  rmSync(folder, { recursive: true });
}

function run(args: readonly string[]): void {
  const { status, error } = spawnSync(promtool, args, { cwd: folder, stdio: "inherit" });
  if (error) process.stderr.write(`NOT CHECKED: ${promtool} cannot be run (${error.message})\n`);
  if (status !== 0) process.exitCode = 1;
}
