import { availableParallelism } from "node:os";
import { EXIT, Failure, failureJson, unforeseen } from "../failure";
import { Interruption } from "../interruption";
import { print, printJson, stdoutStyle } from "../output";
import { renderOutcomes } from "../render/outcomes";
import type { DisplayOptions, StackDisplay } from "./display";
import { Display } from "./display";
import type { Outcome, StackResult } from "./outcome";
import type { Queued } from "./side-by-side";
import { queues, sideBySide } from "./side-by-side";

/** Options of every command that has the engine do something. */
export interface TaskOptions extends DisplayOptions {
  /** Every stack of the project instead of one. */
  readonly all?: boolean;
  /** Stacks under way at once. @default one for each core, at least two */
  readonly jobs?: string;
}

/** What an operation has to work with. */
export interface TaskContext {
  readonly display: StackDisplay;
  readonly interruption: Interruption;
  /** Says what belongs to the result although there is none yet. */
  readonly tell: (lines: readonly string[]) => void;
}

/** An operation of one stack. */
export interface Task extends Queued {
  readonly run: (context: TaskContext) => Promise<Outcome>;
}

const STOPPING = "stopping: what is under way ends first; told once more, the engine drops it";

/**
 * Carries an operation out for one stack.
 *
 * @throws {Failure} of the operation
 */
export async function runTask({ stack, run }: Task, options: TaskOptions): Promise<number> {
  const display = new Display(options);
  const interruption = interruptible(display);
  let outcome: Outcome;
  try {
    outcome = await run({
      display: display.add(stack),
      interruption,
      tell: (lines) => {
        if (!options.json && lines.length > 0) {
          display.aside(() => {
            print(lines);
          });
        }
      },
    });
  } finally {
    interruption.end();
    display.end();
  }
  const result = outcome.ok === false ? "failed" : "succeeded";
  if (options.json) printJson({ stack, result, ...outcome.json });
  else print(outcome.lines);
  return outcome.ok === false ? EXIT.failed : EXIT.fine;
}

/**
 * Carries an operation out for several stacks: those that share a host one after another, all others side by side. One that fails
 * stops no other.
 *
 * @param operation as the JSON document calls it, for instance `up`
 * @returns 1 when any of them failed
 */
export async function runTasks(operation: string, tasks: readonly Task[], options: TaskOptions): Promise<number> {
  const limit = limitOf(options);
  const display = new Display(options);
  const interruption = interruptible(display);
  const all = queues(tasks);
  const shown = new Map(
    all.flat().map((task) => {
      const queue = all.find((each) => each.includes(task)) ?? [];
      const before = queue[queue.indexOf(task) - 1];
      return [task, display.add(task.stack, before ? `waiting for ${before.stack}, on the same hosts` : "waiting")] as const;
    }),
  );
  const results = new Map<Task, StackResult>();
  try {
    await sideBySide(all, limit, async (task) => {
      const own = shown.get(task);
      if (own) results.set(task, await resultOf(task, own, interruption));
    });
  } finally {
    interruption.end();
    display.end();
  }
  const told = tasks.flatMap((task) => results.get(task) ?? []);
  const ok = told.every(({ result }) => result === "succeeded");
  if (options.json) printJson({ operation, result: ok ? "succeeded" : "failed", stacks: told.map(resultJson) });
  else print(renderOutcomes(told, stdoutStyle(options)));
  return ok ? EXIT.fine : EXIT.failed;
}

async function resultOf({ stack, run }: Task, display: StackDisplay, interruption: Interruption): Promise<StackResult> {
  if (interruption.told.aborted) {
    display.end("not-started", "not started");
    return { stack, result: "not-started", seconds: 0 };
  }
  const startedAt = performance.now();
  const seconds = (): number => Math.round((performance.now() - startedAt) / 100) / 10;
  const tell = (lines: readonly string[]): void => {
    for (const line of lines) display.say(line);
  };
  try {
    const outcome = await run({ display, interruption, tell });
    const result = outcome.ok === false ? "failed" : "succeeded";
    display.end(result, outcome.note ?? "done");
    return { stack, result, seconds: seconds(), outcome };
  } catch (error) {
    // What is a bug of one stack's operation must not take the others along.
    const failure = error instanceof Failure ? error : unforeseen(error);
    display.end("failed", failure.code);
    return { stack, result: "failed", seconds: seconds(), failure };
  }
}

function resultJson({ stack, result, seconds, outcome, failure }: StackResult): object {
  return { stack, result, seconds, ...outcome?.json, ...(failure ? failureJson(failure) : {}) };
}

function interruptible(display: Display): Interruption {
  return new Interruption(() => {
    display.say(STOPPING);
  });
}

function limitOf({ jobs }: TaskOptions): number {
  if (jobs === undefined) return Math.max(2, availableParallelism());
  if (/^[1-9]\d*$/.test(jobs)) return Number(jobs);
  throw new Failure("usage", `--jobs ${jobs} is no number of stacks: 1 or more`, EXIT.usage);
}
