import type { Problem } from "../config/problem";
import { formatProblems } from "../config/report";

/** Exit codes of every command. */
export const EXIT = { fine: 0, failed: 1, usage: 2 } as const;

/** A command that cannot go on, with what its user is told. */
export class Failure extends Error {
  constructor(
    /** Fixed code for tools, for instance `invalid-stack-file`. */
    public readonly code: string,
    message: string,
    public readonly exitCode: number,
    public readonly problems: readonly Problem[] = [],
  ) {
    super(message);
  }
}

/** Whether a command failed for want of the right passphrase, whatever it was about to do with it. */
export function isAboutPassphrase(error: unknown): boolean {
  return error instanceof Failure && ["wrong-passphrase", "no-passphrase"].includes(error.code);
}

/** The failure for an invalid stack file. */
export function invalidFile(problems: readonly Problem[]): Failure {
  return new Failure("invalid-stack-file", formatProblems(problems), EXIT.usage, problems);
}

/** The failure for an error that nobody foresaw: one line of it, and all of it where `LAB_DEBUG` is set. */
export function unforeseen(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (process.env["LAB_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  return new Failure("internal", `${message.split("\n")[0] ?? ""} (this is a bug; LAB_DEBUG=1 shows where)`, EXIT.failed);
}

/** The one document `--json` prints when a command fails. */
export function failureJson({ code, message, problems }: Failure): object {
  return {
    error: {
      code,
      message,
      problems: problems.map(({ file, path, line, column, value, message: reason, allowed, remedy }) => ({
        file,
        path,
        line,
        column,
        value: value ?? null,
        message: reason,
        allowed,
        remedy,
      })),
    },
  };
}
