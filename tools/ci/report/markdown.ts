import { cell } from "../../../automation/render/markdown";
import { count } from "../../../automation/render/text";
import type { CheckReport, StackReport } from "./document";
import { passes } from "./verdict";
import type { Shortening } from "./section";
import { LEFT_OUT, section } from "./section";

/** GitHub takes 65,536 characters; a few are left for what it may count otherwise. */
export const LIMIT_BYTES = 65_000;

/** What is known of a report by whoever shows it, and not by whoever wrote it. */
export interface Surroundings {
  /** Page of the run, where the report's pages are to be had. */
  readonly runUrl?: string | undefined;
  /** Whether the pull request changes more than stack files, so that its own code wrote the report. @default false */
  readonly ownCode?: boolean;
  /** Whether a job ended before it had a report, so that a stack is missing. @default false */
  readonly isIncomplete?: boolean;
  /** @default what GitHub takes */
  readonly limitBytes?: number;
}

/** By which the comment of a run without credentials is found. */
export const CHECK_MARKER = "<!-- lab check -->";

const SHORT = 10;
/** So many stacks are named in the heading. */
const NAMED = 5;

/** The comment of a run without credentials. The same report gives the same bytes. */
export function checkMarkdown(report: CheckReport, surroundings: Surroundings = {}): string {
  const { limitBytes = LIMIT_BYTES } = surroundings;
  const head = headOf(report, surroundings);
  const sections = report.stacks.map((each) => new Section(each));
  for (;;) {
    const text = [head, ...sections.map((each) => each.text()), ...leftOut(sections)].join("\n\n");
    if (Buffer.byteLength(text) <= limitBytes) return `${text}\n`;
    const longest = longestOf(sections);
    if (longest === undefined) return `${cut(head, sections, limitBytes)}\n`;
    longest.shorten();
  }
}

/** One stack's section, as long as it may be. */
class Section {
  private readonly texts = new Map<Shortening, string>();

  constructor(
    private readonly report: StackReport,
    public degree: Shortening = 0,
  ) {}

  public get stack(): string {
    return this.report.stack;
  }

  public text(): string {
    const text = this.texts.get(this.degree) ?? section(this.report, this.degree);
    this.texts.set(this.degree, text);
    return text;
  }

  public shorten(): void {
    this.degree = (this.degree + 1) as Shortening;
  }
}

/** Whether everything of a report may be merged. */
function verdictOf(stacks: readonly StackReport[]): string {
  if (stacks.length === 0) return ":white_check_mark: No stack is touched";
  const stopped = stacks.filter((each) => !passes(each)).map(({ stack }) => cell(stack));
  if (stopped.length === 0) return `:white_check_mark: Nothing stands in the way of ${count(stacks.length, "stack")}`;
  const rest = stopped.length - NAMED;
  const more = rest > 0 ? ` and ${rest} more` : "";
  return `:no_entry: Not to be merged as it is: ${stopped.slice(0, NAMED).join(", ")}${more}`;
}

function headOf({ commit, base, stacks }: CheckReport, { runUrl, ownCode = false }: Surroundings): string {
  const compared = `\`${commit.slice(0, SHORT)}\`, compared with ${cell(base.ref)} (\`${base.commit.slice(0, SHORT)}\`)`;
  return [
    CHECK_MARKER,
    `## ${verdictOf(stacks)}`,
    "",
    `Planned, compared and rehearsed without credentials: ${compared}.${runUrl === undefined ? "" : ` [Floor plans and timelines](${runUrl}) are in the run's artifact \`report\`.`}`,
    ...(ownCode
      ? ["", "> This pull request changes more than stack files: what follows was written by its own code. Read that first."]
      : []),
  ].join("\n");
}

/** The one to shorten next; undefined when every one is as short as it gets. */
function longestOf(sections: readonly Section[]): Section | undefined {
  const [first, ...others] = sections.filter(({ degree }) => degree < 3);
  return others.reduce((most, each) => (most && each.text().length > most.text().length ? each : most), first);
}

function leftOut(sections: readonly Section[]): string[] {
  const named = sections.flatMap(({ stack, degree }) => (degree === 0 ? [] : [`${LEFT_OUT[degree]} of ${cell(stack)}`]));
  if (named.length === 0) return [];
  return [`Left out, for a comment has a limit: ${named.join("; ")}. The page of the run and its artifact \`report\` have it.`];
}

/** First lines as far as they go; how many more there are is told. */
function cut(head: string, sections: readonly Section[], limitBytes: number): string {
  const lines = sections.map((each) => each.text());
  let kept = lines.length;
  const text = (): string =>
    [head, ...lines.slice(0, kept), `${count(lines.length - kept, "stack")} more: the page of the run has them.`].join("\n\n");
  while (kept > 0 && Buffer.byteLength(text()) > limitBytes) kept--;
  return text();
}
