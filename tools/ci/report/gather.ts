import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../../automation/failure";
import { renderHosts } from "../../../automation/render/hosts";
import { createStyle } from "../../../automation/render/style";
import { planned } from "../../../automation/stacks";
import { stackFileName } from "../../../config/neighbours";
import { blockingFindings } from "../../../planner";
import type { Plan } from "../../../planner";
import type { FindingCode } from "../../../planner/findings/catalog";
import type { Lab } from "../lab";
import { failureOf } from "../lab";
import type { StackReport } from "./document";
import { comparisonPart, diffPart, rehearsalPart } from "./parts";

/** What a stack is compared with, and where files go. */
export interface Gathering {
  readonly lab: Lab;
  /** The commit that the change is compared with. */
  readonly base: string;
  /** Whether the base is taken through its own program. */
  readonly baseProgram: boolean;
  /** The stack file as it was; undefined for a new stack. */
  readonly before: (stack: string) => string | undefined;
  /** Folder that is uploaded: the report's pages go there. */
  readonly pages: string;
  /** Folder for what nobody wants to keep. */
  readonly scratch: string;
  /** Folder of `Pulumi.yaml`. @default this checkout's */
  readonly projectDir?: string;
}

/** Characters across: what a comment shows without a scroll bar. */
const STYLE = createStyle({ columns: 100, unicode: false, color: false });

const NOTHING: Omit<StackReport, "stack"> = {
  problems: [],
  diff: null,
  findings: [],
  acknowledged: 0,
  survival: null,
  costs: [],
  unpriced: [],
  rehearsal: null,
  update: null,
  picture: null,
};

/** Of no consequence to the plan, and of some to its reviewers: policies that are switched off tell nobody anything else. */
const LOOSENED: FindingCode = "policy-loosened";

/** Everything that a comment says of one stack. A stack that does not plan or run has problems, and never ends the step. */
export function gather(stack: string, of: Gathering): StackReport {
  const compared = diffOf(stack, of);
  const found = planOf(stack, of);
  if (found === undefined) return { ...NOTHING, stack, ...compared };
  if ("problem" in found) return { ...NOTHING, stack, problems: [found.problem] };
  const { plan } = found;
  return {
    ...NOTHING,
    stack,
    ...findingsOf(plan),
    ...compared,
    ...comparisonOf(stack, of),
    ...rehearsed(stack, of, problemsOf(plan, compared.problems)),
    picture: renderHosts(plan, STYLE).join("\n"),
  };
}

/** The plan; why there is none; undefined where the stack itself is gone. */
function planOf(stack: string, { before, projectDir }: Gathering): { plan: Plan } | { problem: string } | undefined {
  try {
    return planned(stack, projectDir);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === "unknown-stack" && before(stack) !== undefined) return undefined;
    return { problem: error.message };
  }
}

function findingsOf({ findings }: Plan): Pick<StackReport, "findings" | "acknowledged"> {
  const shown = findings.filter(
    ({ code, acknowledged, severity }) => acknowledged === undefined && (severity !== "info" || code === LOOSENED),
  );
  // First, so that nothing pushes them behind the last that is shown.
  const open = [...shown.filter(({ code }) => code === LOOSENED), ...shown.filter(({ code }) => code !== LOOSENED)];
  return {
    findings: open.map(({ code, severity, path, message }) => ({ code, severity, path, message })),
    acknowledged: findings.filter(({ acknowledged }) => acknowledged !== undefined).length,
  };
}

function diffOf(stack: string, { lab, base, baseProgram }: Gathering): Pick<StackReport, "problems" | "diff"> {
  const answer = lab(["diff", stack, "--base", base, ...(baseProgram ? ["--base-program"] : [])]);
  const diff = diffPart(answer.document);
  return diff === undefined ? { problems: [failureOf(answer)], diff: null } : { problems: [], diff };
}

/** What blocks a plan is told by each finding; `lab diff` would only say again that it is blocked. */
function problemsOf({ findings }: Plan, ofDiff: readonly string[]): string[] {
  const blocking = blockingFindings(findings).map(({ code, path, message }) => `${code} at ${path}: ${message}`);
  return blocking.length > 0 ? blocking : [...ofDiff];
}

/** What it survives and costs, beside what it did before. A base that today's program cannot read is compared with nothing. */
function comparisonOf(stack: string, of: Gathering): Pick<StackReport, "survival" | "costs" | "unpriced"> {
  const base = baseFile(stack, of);
  const answer = base === undefined ? undefined : of.lab(["compare", base, stack]);
  if (answer?.code === 0) return comparisonPart(answer.document, false);
  return comparisonPart(of.lab(["compare", stack, stack]).document, true);
}

/** From nothing, which has to succeed; and from what is deployed, which the engine may refuse for what is protected. */
function rehearsed(
  stack: string,
  of: Gathering,
  problems: readonly string[],
): Pick<StackReport, "rehearsal" | "update" | "problems"> {
  const pages = ["--html", join(of.pages, `${stack}.html`), "--svg", join(of.pages, `${stack}.svg`)];
  const answer = of.lab(["rehearse", stack, "--policy", ...pages]);
  const rehearsal = rehearsalPart(answer.document) ?? null;
  const base = baseFile(stack, of);
  const update = base === undefined ? undefined : rehearsalPart(of.lab(["rehearse", stack, "--from", base]).document);
  const untold = rehearsal === null && problems.length === 0 ? [failureOf(answer)] : [];
  return { rehearsal, update: update ?? null, problems: [...problems, ...untold] };
}

function baseFile(stack: string, { before, scratch }: Gathering): string | undefined {
  const text = before(stack);
  if (text === undefined) return undefined;
  const path = join(scratch, stackFileName(stack));
  writeFileSync(path, text);
  return path;
}
