import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { runInNamespace } from "../automation/real-engine/namespace";
import { requirements } from "../automation/real-engine/requirements";
import { judge } from "./budgets";
import { measureParallel } from "./parallel";
import { renderBench } from "./render";
import type { Bench, Row } from "./report";
import type { Command, Sample } from "./sample";
import type { Size } from "./stack";
import { SIZES } from "./stack";
import { growthExponent, median } from "./statistics";

const COMMANDS: readonly Command[] = ["plan", "survive", "rehearse"];
const RUNS = 3;
/** A run this slow is not repeated: what its length varies by is small beside it. */
const ONCE_SECONDS = 60;

/** One measurement, in a process of its own. */
function sample(command: Command, { machines, hosts }: Size): Sample {
  const args = ["--import", "tsx", join(__dirname, "worker.ts"), command, String(machines), String(hosts)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", cwd: join(__dirname, "..") })) as Sample;
}

function row(command: Command, size: Size): Row {
  const samples = [sample(command, size)];
  while (samples.length < RUNS && (samples[0]?.seconds ?? 0) < ONCE_SECONDS) samples.push(sample(command, size));
  const of = (value: (each: Sample) => number): number => median(samples.map(value));
  return {
    command,
    ...size,
    runs: samples.length,
    seconds: of(({ seconds }) => seconds),
    workSeconds: of(({ workSeconds }) => workSeconds),
    millisecondsPerMachine: (of(({ workSeconds }) => workSeconds) * 1000) / size.machines,
    memoryMiB: of(({ memoryMiB }) => memoryMiB),
    programMiB: of(({ programMiB }) => programMiB),
    undecidedPercent: of(({ undecidedPercent }) => undecidedPercent),
  };
}

async function main(json: boolean): Promise<void> {
  const rows: Row[] = [];
  for (const command of COMMANDS) {
    for (const size of SIZES) {
      if (!json) process.stderr.write(`${command} ${size.machines} machines on ${size.hosts} hosts\n`);
      rows.push(row(command, size));
    }
  }
  const growth = COMMANDS.map((command) => ({
    command,
    exponent: growthExponent(
      rows.filter((each) => each.command === command).map(({ machines, workSeconds }) => ({ x: machines, y: workSeconds })),
    ),
  }));
  const parallel = await measureParallel((what) => {
    if (!json) process.stderr.write(`${what}\n`);
  });
  const bench: Bench = { node: process.version, rows, growth, parallel, budgets: judge(rows, growth, parallel) };
  process.stdout.write(`${json ? JSON.stringify(bench, null, 2) : renderBench(bench).join("\n")}\n`);
  process.exitCode = bench.budgets.every(({ kept }) => kept) ? 0 : 1;
}

/** With the real engine, in a network namespace, or saying what that needs. */
function withEngine(args: readonly string[]): Promise<number> {
  const missing = requirements().filter(({ found }) => found === undefined);
  if (missing.length === 0)
    return runInNamespace([process.execPath, "--import", "tsx", join(__dirname, "engine", "measure.ts"), ...args]);
  const lines = missing.map(({ name, remedy }) => `  ${name.padEnd(24)} ${remedy}`);
  process.stdout.write(["SKIPPED: nothing was measured. The real engine needs", ...lines, ""].join("\n"));
  return Promise.resolve(0);
}

const args = process.argv.slice(2);
if (args.includes("--engine")) {
  void withEngine(args).then((code) => {
    process.exitCode = code;
  });
} else {
  void main(args.includes("--json"));
}
