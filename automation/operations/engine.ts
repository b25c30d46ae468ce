import type { EngineEvent } from "@pulumi/pulumi/automation";
import { explain } from "../explanation";
import { EXIT, Failure, isAboutPassphrase } from "../failure";
import type { Interruption } from "../interruption";
import type { StackDisplay } from "./display";
import type { Tracker } from "./tracker";

/** An operation of the engine. */
export interface Drive {
  /** For instance `deploying`. */
  readonly phase: string;
  readonly display: StackDisplay;
  readonly interruption: Interruption;
  /** Resources it will have looked at in the end. @default not known */
  readonly total?: number;
  /** Whether it changes anything; what is only previewed is told in the end. @default true */
  readonly changes?: boolean;
  /** Code and message of a failed operation. */
  readonly failure: (why: string) => readonly [code: string, message: string];
}

/**
 * Has the engine do something, shows how far it is, and explains what it fails with.
 *
 * @throws {Failure} in one line: which resource, what the system behind it said, what to do; `interrupted` when it was told to stop
 * before the engine was there to be told
 */
export async function drive(
  { phase, display, interruption, total, changes = true, failure }: Drive,
  operate: (onEvent: (event: EngineEvent) => void) => Promise<void>,
): Promise<Tracker> {
  interruption.check(`stopped before ${phase} began: the engine was not started`);
  const { tracker, take } = display.engine(phase, total, changes);
  try {
    await operate(take);
  } catch (error) {
    // It was refused before anything began.
    if (isAboutPassphrase(error) || (error instanceof Failure && error.code === "locked")) throw error;
    const [code, message] = failure(explain(tracker.errors, error instanceof Error ? error.message : String(error)));
    throw new Failure(code, message, EXIT.failed);
  }
  return tracker;
}
