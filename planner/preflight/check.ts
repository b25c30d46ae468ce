import type { PreflightCheck } from "./survey";

/** All is well. */
export function ok(name: string, found: string): PreflightCheck {
  return { name, state: "ok", found, remedy: "" };
}

/** A deployment goes through, and something is not as the stack file says. */
export function warn(name: string, found: string, remedy: string): PreflightCheck {
  return { name, state: "warn", found, remedy };
}

/** A deployment would not end well. */
export function fail(name: string, found: string, remedy: string): PreflightCheck {
  return { name, state: "fail", found, remedy };
}

/**
 * What firmware and graphics take of the memory that is installed, and what a filesystem takes of a disk: below that the stack file
 * and the host say the same. A machine sold with 64 GiB says 62.7 or so.
 */
export const SAME = 0.93;
