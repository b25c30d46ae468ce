import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Run } from "../../automation/real-engine/pulumi";
import { changesOf, pulumi } from "../../automation/real-engine/pulumi";
import type { Site } from "../../automation/real-engine/site";
import { openSite } from "../../automation/real-engine/site";
import type { PlannedStack } from "../../automation/stacks";
import { planned, plannedText } from "../../automation/stacks";
import { importQueue, isVm } from "../../planner/machines";
import { findBinaries } from "../../simulator/kubernetes-door/binaries";
import { lowerBound } from "../../simulator/run/lower-bound";
import type { Size } from "../stack";
import { stackOf } from "../stack";
import type { Baseline, EngineBench, EngineRow } from "./report";
import { renderEngineBench } from "./report";

/** Virtual seconds in a real one, as in a rehearsal. */
const SPEED = 20;
const SMALLEST = "examples/homelab-small.yaml";

/** What is measured: a stack with numbers of operations at once; none named is the plan's own. */
const CASES: readonly { readonly of: string | Size; readonly parallel?: readonly number[] }[] = [
  { of: "homelab" },
  { of: "prod" },
  { of: { machines: 30, hosts: 4 }, parallel: [4, 8] },
  { of: { machines: 100, hosts: 4 } },
  { of: { machines: 100, hosts: 20 }, parallel: [8] },
];

async function main(json: boolean): Promise<void> {
  const tell = (what: string): void => {
    process.stderr.write(`${what}\n`);
  };
  tell("an empty program");
  const { baseline, version } = await withSite(planned(SMALLEST), emptyProgram);
  const rows: EngineRow[] = [];
  for (const { of, parallel = [] } of CASES) {
    const stack = typeof of === "string" ? planned(of) : sized(of);
    for (const each of [...parallel, stack.plan.parallel]) {
      tell(`${stack.stack}, --parallel ${each}`);
      rows.push(await withSite(stack, (site) => deployed(site, stack, each)));
    }
  }
  const bench: EngineBench = { speed: SPEED, cores: availableParallelism(), pulumi: version, baseline, rows };
  process.stdout.write(`${json ? JSON.stringify(bench, null, 2) : renderEngineBench(bench).join("\n")}\n`);
}

async function withSite<T>(stack: PlannedStack, what: (site: Site) => Promise<T>): Promise<T> {
  const site = await openSite(stack, { binaries: findBinaries().found, speed: SPEED });
  try {
    return await what(site);
  } finally {
    await site.close();
  }
}

/** The second run counts: the first one fills the file system's caches. */
async function emptyProgram({ sandbox }: Site): Promise<{ baseline: Baseline; version: string }> {
  const entry = join(sandbox.projectDir, "index.ts");
  rmSync(entry);
  writeFileSync(entry, "export {};\n");
  await succeeded(pulumi(sandbox, ["preview"]));
  const preview = await succeeded(pulumi(sandbox, ["preview"]));
  const up = await succeeded(pulumi(sandbox, ["up", "--yes", "--skip-preview"]));
  const version = execFileSync("pulumi", ["version"], { encoding: "utf8" }).trim();
  return { baseline: { previewSeconds: preview.seconds, upSeconds: up.seconds }, version };
}

async function deployed({ doors, sandbox }: Site, { stack, plan }: PlannedStack, parallel: number): Promise<EngineRow> {
  const flags = ["--parallel", String(parallel)];
  const preview = await succeeded(pulumi(sandbox, ["preview", ...flags]));
  const up = await succeeded(pulumi(sandbox, ["up", "--yes", "--skip-preview", ...flags]));
  const again = await succeeded(pulumi(sandbox, ["up", "--yes", "--skip-preview", ...flags]));
  return {
    stack,
    machines: plan.machines.length,
    queues: new Set(plan.machines.filter(isVm).map(importQueue)).size,
    parallel,
    previewSeconds: preview.seconds,
    upSeconds: up.seconds,
    againSeconds: again.seconds,
    boundSeconds: lowerBound(doors.dc).seconds / SPEED,
    created: changesOf(up)["create"] ?? 0,
  };
}

function sized(size: Size): PlannedStack {
  const name = `${size.machines}-on-${size.hosts}`;
  return plannedText({ stack: name, path: name, file: name, text: "" }, stackOf(size));
}

async function succeeded(running: Promise<Run>): Promise<Run> {
  const run = await running;
  if (run.code !== 0) throw new Error(run.output.split("\n").slice(-40).join("\n"));
  return run;
}

void main(process.argv.includes("--json")).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
