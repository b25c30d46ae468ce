import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rehearsal } from "../../simulator/report";
import type { JudgedStack } from "../judgement";
import { judged } from "../judgement";
import { PROJECT_DIR } from "../stacks";
import type { ReportFiles } from "./files";
import { unwritable } from "./files";
import { floorPlanSvg } from "./floor-plan-svg";
import { reportOf } from "./model";
import { reportPage } from "./page";

/** Larger stacks are not searched for cures, each of which is planned anew: the report must not take minutes. */
const MOST_MACHINES_TO_CURE = 100;

/**
 * Writes what was asked for.
 *
 * @param rehearsal what becomes timeline and graph. @default neither
 * @throws {Failure} `unwritable-report`
 */
export async function writeReport({ html, svg }: ReportFiles, stack: JudgedStack, rehearsal?: Rehearsal): Promise<void> {
  if (svg !== undefined) write(svg, floorPlanSvg(stack.plan));
  if (html !== undefined) write(html, await pageOf(stack, rehearsal));
}

/** The page of a stack and, where there is one, its rehearsal. */
export async function pageOf(stack: JudgedStack, rehearsal?: Rehearsal): Promise<string> {
  const { plan } = stack;
  const documentation = readFileSync(join(PROJECT_DIR, "docs", "findings.md"), "utf8");
  const survivals = await judged(stack, { cures: plan.machines.length <= MOST_MACHINES_TO_CURE });
  return reportPage(reportOf({ plan, survivals, rehearsal, documentation }));
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw unwritable(path, error);
  }
  process.stderr.write(`${path}: ${Math.ceil(Buffer.byteLength(text) / 1024)} KiB\n`);
}
