import { existsSync } from "node:fs";
import type * as simulator from "../../simulator";
import { blockingFindings } from "../../planner";
import { findBase } from "../blast-radius/base";
import type { Base } from "../blast-radius/base";
import type { BaseProgram } from "../blast-radius/base-program";
import { layOut } from "../blast-radius/base-program";
import { consentOf } from "../blast-radius/consent";
import { isOpen, judge } from "../blast-radius/judge";
import { diffJson, reportOf } from "../blast-radius/report";
import type { DiffReport } from "../blast-radius/report";
import { baseSideOf, sideOf } from "../blast-radius/sides";
import { EXIT, Failure } from "../failure";
import { Git } from "../git";
import { lazy } from "../lazy";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { Progress } from "../progress";
import { renderDiff } from "../render/diff";
import { renderDiffMarkdown } from "../render/diff-markdown";
import type { PlannedStack } from "../stacks";
import { PROJECT_DIR, locateStack, planned, unknownStack } from "../stacks";

/** Options of `lab diff`. */
export interface DiffOptions extends CommonOptions {
  readonly base?: string;
  readonly baseProgram?: boolean;
  readonly markdown?: boolean;
  /** `danger[:name]` each. */
  readonly consent?: readonly string[];
}

/** What the command touches outside of this process, and where. */
export interface DiffDoors {
  /** Folder of `Pulumi.yaml`. */
  readonly projectDir: string;
  readonly compare: typeof simulator.compare;
  /** @default nobody is told how far it is */
  readonly onProgress?: (progress: simulator.RehearsalProgress) => void;
}

/** Says what a change of a stack file does to what is deployed, what of it is dangerous first. */
export async function diff(stack: string, options: DiffOptions): Promise<number> {
  // The simulator brings gRPC along: loaded only when it is needed.
  const { compare } = lazy("../simulator") as typeof simulator;
  const progress = new Progress();
  const onProgress = progress.show.bind(progress);
  const report = await reportWith({ projectDir: PROJECT_DIR, compare, onProgress }, stack, options).finally(() => {
    progress.end();
  });
  if (options.json) printJson(diffJson(report));
  else print(options.markdown ? renderDiffMarkdown(report) : renderDiff(report, stdoutStyle(options)));
  return report.dangers.some(isOpen) ? EXIT.failed : EXIT.fine;
}

/** The report of {@link diff}, through given doors. */
export async function reportWith(doors: DiffDoors, nameOrPath: string, options: DiffOptions): Promise<DiffReport> {
  const consents = (options.consent ?? []).map(consentOf);
  const found = locateStack(nameOrPath, doors.projectDir);
  const base = findBase(found, options.base);
  const isThere = existsSync(found.path);
  if (!isThere && base.text === undefined) throw unknownStack(nameOrPath, doors.projectDir);
  const after = isThere ? unblocked(nameOrPath, doors.projectDir) : undefined;

  const program = options.baseProgram ? programOf(base, doors.projectDir) : undefined;
  try {
    const comparison = await compared(doors, found.stack, base, after, program);
    const change = { comparison, before: base.text === undefined ? null : { text: base.text }, after: after ?? null };
    const ofProgram = programNotes(base, program, doors);
    const notes = notesOf(base, after, { unrehearsed: comparison.unrehearsed, ofProgram });
    const whose = program ? "its own" : "today's";
    return reportOf({ stack: found.stack, file: found.file, notes }, base, whose, comparison, judge(change, consents));
  } finally {
    program?.remove();
  }
}

async function compared(
  { projectDir, compare, onProgress = () => undefined }: DiffDoors,
  stack: string,
  base: Base,
  after: PlannedStack | undefined,
  program: BaseProgram | undefined,
): Promise<simulator.Comparison> {
  const { ProgramFailed } = lazy("../simulator") as typeof simulator;
  const of = { stack, file: base.shown, projectDir: program?.projectDir ?? projectDir, ownProgram: program !== undefined };
  const before = base.text === undefined ? undefined : baseSideOf({ ...of, text: base.text });
  try {
    return await compare({ stack, before, after: after && sideOf(after, projectDir), onProgress });
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    if (error.side === "after") throw new Failure("program-failed", `the program fails: ${error.message}`, EXIT.failed);
    const whose = program ? "its own program" : "this program";
    throw new Failure("base-unplannable", `${base.shown} cannot be planned by ${whose}: ${error.message}`, EXIT.usage);
  }
}

/** A stack that nothing stops: what would not be deployed has no consequences. */
function unblocked(nameOrPath: string, projectDir: string): PlannedStack {
  const found = planned(nameOrPath, projectDir);
  const codes = [...new Set(blockingFindings(found.plan.findings).map(({ code }) => code))];
  if (codes.length === 0) return found;
  const reason = `not compared: mend or acknowledge ${codes.join(", ")} (lab plan ${nameOrPath} says more)`;
  throw new Failure("blocking-findings", reason, EXIT.failed);
}

function programOf({ commit }: Base, projectDir: string): BaseProgram {
  if (commit === null) throw new Failure("usage", "--base-program needs a commit: a file has no program of its own", EXIT.usage);
  return layOut(projectDir, commit);
}

/** The code that a stack file is taken through, and what it runs with. */
const CODE = ["index.ts", "config", "planner", "components", "sdks", "package-lock.json"];

/** What else is another one than in the base: without its own program, nothing of that is seen. */
function programNotes({ commit }: Base, program: BaseProgram | undefined, { projectDir }: DiffDoors): string[] {
  if (program) return [`the base was planned by its own program${program.installed ? ", with its own packages" : ""}`];
  if (commit === null || Git.at(projectDir).isUnchanged(commit, CODE)) return [];
  return ["the program has changed since as well: --base-program shows what that does"];
}

function notesOf(
  { text }: Base,
  after: PlannedStack | undefined,
  { unrehearsed, ofProgram }: { readonly unrehearsed: string | null; readonly ofProgram: readonly string[] },
): string[] {
  return [
    ...(text === undefined ? ["the stack is not in the base: all of it is new"] : []),
    ...(after === undefined ? ["the stack is in the base only: its file is gone"] : []),
    ...ofProgram,
    ...(unrehearsed === null ? [] : [`what a datacenter would refuse is not known: ${unrehearsed}`]),
  ];
}
