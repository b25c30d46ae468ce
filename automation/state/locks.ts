import type { Lock } from "../locks";
import { described, holderOf, lockIn } from "../locks";
import type { StackLayout } from "./layout";
import { locksFolder } from "./layout";
import type { StateStore } from "./store";

/** Locks that are held on a stack, in a folder or a bucket, the oldest first; one that was never written to its end among them. */
export async function locksOf(store: StateStore, layout: StackLayout): Promise<Lock[]> {
  const files = (await store.list(locksFolder(layout))).filter(({ key }) => /\.json(\.\w+\.tmp)?$/.test(key));
  const locks = files.map(async ({ key, modified }) => {
    const content = await store.read(key);
    return content && (lockIn(content.toString("utf8")) ?? cutOff(modified));
  });
  return (await Promise.all(locks)).filter((lock) => lock !== undefined).sort((a, b) => (a.since < b.since ? -1 : 1));
}

/** A full disk leaves a lock that says nothing. Pulumi is kept out by it all the same, and only people know whose it was. */
function cutOff(modified: Date): Lock {
  return { user: "somebody", host: "a-lock-that-is-cut-off", pid: 0, since: `${modified.toISOString().slice(0, 19)}Z` };
}

/** The lock in what the CLI says when it is refused because of one. */
export function lockInRefusal(output: string): Lock | undefined {
  const [, user, host, pid, since] = /created by (\S+)@(\S+) \(pid (\d+)\) at ([^\s)]+)/.exec(output) ?? [];
  if (user === undefined || host === undefined || since === undefined) return undefined;
  return { user, host, pid: Number(pid), since };
}

/** Whose a lock is, since when, and whether that still means anything. */
export function shownLock(lock: Lock): string {
  const holder = { alive: "which is at work", dead: "which is no more", elsewhere: "on another machine" }[holderOf(lock)];
  return `${described(lock)}, ${holder}`;
}

/** What a command says on one line that leaves somebody alone who is at work. */
export function lockedBy(lock: Lock, stack: string): string {
  const remedy = `wait until it has ended, or, when you know that it has, run lab cancel ${stack}`;
  return `nothing was changed: ${stack} is locked by ${shownLock(lock)}; ${remedy}`;
}
