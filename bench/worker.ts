import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { datacenterSpec } from "../automation/datacenter-spec";
import { renderPlan } from "../automation/render/plan";
import { renderSurvivals } from "../automation/render/survival";
import { decided } from "../automation/solver";
import { renderRehearsal } from "../automation/render/rehearsal";
import { createStyle } from "../automation/render/style";
import { parseStackFile } from "../config/parse";
import type { StackConfig } from "../config/schema";
import type { Plan } from "../planner";
import { CureFinder, hasBlockingFindings, placementAdvice, planStack, survivals } from "../planner";
import { rehearse } from "../simulator";
import type { Command, Sample } from "./sample";
import { MEMORY_FILE } from "./sample";
import { stackOf, tightStackOf } from "./stack";

const STACK = "bench";
const PROJECT_DIR = join(__dirname, "..");
const style = createStyle({ columns: 120, unicode: true, color: false });

/** Measures one command on one size in this process, which does nothing else. */
async function measure(command: Command, machines: number, hosts: number): Promise<Sample> {
  const text = stackOf({ machines, hosts });
  const tight = command === "survive" ? tightStackOf({ machines, hosts }) : undefined;
  const began = performance.now();
  const undecidedPercent = tight ? await survive(tight) : 0;
  const programMiB = command === "plan" ? plan(text) : command === "rehearse" ? await rehearsal(text) : 0;
  return {
    workSeconds: (performance.now() - began) / 1000,
    // Since the process began: loading included.
    seconds: performance.now() / 1000,
    memoryMiB: process.resourceUsage().maxRSS / 1024,
    programMiB,
    undecidedPercent,
  };
}

/** Every failure, every pair of hosts, what would cure them and better places; answers how many in a hundred stay undecided. */
async function survive(config: StackConfig): Promise<number> {
  const planned = planStack(config, STACK);
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems.slice(0, 3)));
  const all = await decided(planned.plan, survivals(planned.plan, { pairs: true }));
  const finder = new CureFinder(config, planned.plan);
  const judged = all.map((each) => ({
    ...each,
    search: each.scenario.kind === "pair" ? { tried: 0 } : finder.find(each.scenario),
  }));
  renderSurvivals(planned.plan, judged, placementAdvice(config, planned.plan), style);
  const asked = all.filter(({ relocation }) => relocation !== undefined);
  const open = asked.filter(({ relocation }) => relocation?.packing.verdict === "undecided");
  return (100 * open.length) / Math.max(1, asked.length);
}

function plan(text: string): number {
  renderPlan(decide(text).plan, style);
  return 0;
}

/** Answers the peak memory of the program's own process in MiB. */
async function rehearsal(text: string): Promise<number> {
  const { config, plan: decided } = decide(text);
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  process.env[MEMORY_FILE] = join(folder, "memory");
  try {
    const result = await rehearse({
      stack: STACK,
      stackText: text,
      projectDir: PROJECT_DIR,
      datacenter: datacenterSpec(config),
      main: "bench/measured-program.ts",
    });
    if (result.result !== "succeeded") throw new Error(JSON.stringify([result.violations, result.diagnostics]).slice(0, 2000));
    renderRehearsal(decided, result, style);
    return Number(readFileSync(join(folder, "memory"), "utf8")) / 1024;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function decide(text: string): { config: StackConfig; plan: Plan } {
  const parsed = parseStackFile(text, "bench.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems.slice(0, 3)));
  const planned = planStack(parsed.config, STACK);
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems.slice(0, 3)));
  if (hasBlockingFindings(planned.plan)) throw new Error(JSON.stringify(planned.plan.findings.slice(0, 3)));
  return { config: parsed.config, plan: planned.plan };
}

const [command, machines, hosts] = process.argv.slice(2);
void measure(command as Command, Number(machines), Number(hosts)).then((sample) => {
  process.stdout.write(JSON.stringify(sample));
});
