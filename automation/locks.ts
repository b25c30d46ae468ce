import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

/** Whose an update's lock is (pulumi pkg/backend/diy/lock.go). */
export interface Lock {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
}

const lockFile = z.object({ pid: z.number(), username: z.string(), hostname: z.string(), timestamp: z.string() });

/** The lock in a lock file; undefined for a file that was cut off. */
export function lockIn(text: string): Lock | undefined {
  try {
    const { pid, username, hostname: host, timestamp } = lockFile.parse(JSON.parse(text));
    return { user: username, host, pid, since: timestamp };
  } catch {
    return undefined;
  }
}

/** What is known of whoever holds a lock: at work or dead on this machine, or on another one. */
export function holderOf({ host, pid, since }: Lock): "alive" | "dead" | "elsewhere" {
  if (host !== hostname()) return "elsewhere";
  return isAlive(pid) && !isAnother(pid, since) ? "alive" : "dead";
}

/** Clocks are set meanwhile: so much later a process must have begun to be another one for sure. */
const LATER_MS = 60_000;

/** Whether a number that was an engine's is another program's by now, as after a power cut. Only Linux says; elsewhere it never is. */
function isAnother(pid: number, since: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [, name, rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
    const booted = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]) * 1000;
    // proc(5): the 22nd field, in hundredths of a second since then; the first that is left here is the third.
    const startedAt = booted + Number(rest.split(" ")[19]) * 10;
    return name !== "pulumi" && startedAt > Date.parse(since) + LATER_MS;
  } catch {
    return false;
  }
}

/** For instance `me@laptop (pid 123) since 2026-11-20T10:00:00Z`. */
export function described({ user, host, pid, since }: Lock): string {
  return `${user}@${host} (pid ${pid}) since ${since}`;
}

/** Whether a process of this machine runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
