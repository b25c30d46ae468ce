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
export function holderOf({ host, pid }: Lock): "alive" | "dead" | "elsewhere" {
  if (host !== hostname()) return "elsewhere";
  return isAlive(pid) ? "alive" : "dead";
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
