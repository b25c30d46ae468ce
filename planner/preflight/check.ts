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
