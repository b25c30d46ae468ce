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

/** The failure for an invalid stack file. */
export function invalidFile(problems: readonly Problem[]): Failure {
  return new Failure("invalid-stack-file", formatProblems(problems), EXIT.usage, problems);
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
