import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** What to start. */
export interface Command {
  /** One that no other running process has. */
  readonly name: string;
  readonly path: string;
  readonly arguments: readonly string[];
  /** Gets standard output and standard error, appended. */
  readonly log: string;
}

/** How a process ended. */
export interface Ended {
  readonly name: string;
  /** For instance `exit code 1` or `signal SIGKILL`. */
  readonly how: string;
}

/** How long a process may take to end when asked to, in milliseconds. */
const PATIENCE_MS = 5000;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Kills the processes when this one dies, even from a signal that nobody can handle: its input ends then. Each line it reads is all
 * there is to kill, so it never kills a process id that somebody else got.
 */
const GUARD = `trap '' INT TERM HUP; while read -r line; do pids=$line; done; [ -z "$pids" ] || kill -KILL $pids`;

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  stopped: boolean;
}

/** Processes that live no longer than this one. */
export class Processes {
  private readonly running = new Map<string, Running>();
  private readonly listeners: ((ended: Ended) => void)[] = [];
  private readonly guard = spawn("/bin/sh", ["-c", GUARD], { stdio: ["pipe", "ignore", "ignore"], detached: true });

  constructor() {
    // Without the guard there is still the exit handler.
    this.guard.on("error", () => undefined);
    this.guard.stdin.on("error", () => undefined);
    this.guard.unref();
    if (alive.size === 0) handleOurEnd();
    alive.add(this);
  }

  /** Process ids of all that run. */
  public get ids(): number[] {
    return [...this.running.values()].flatMap(({ child: { pid } }) => (pid === undefined ? [] : [pid]));
  }

  /** Calls back when a process ends that nobody stopped, or could not be started. */
  public onEnd(listener: (ended: Ended) => void): void {
    this.listeners.push(listener);
  }

  /** Starts a process in a group of its own, so that Ctrl-C in a terminal reaches it through us only. */
  public start({ name, path, arguments: given, log }: Command): void {
    const output = openSync(log, "a", 0o600);
    const child = spawn(path, given, { stdio: ["ignore", output, output], detached: true });
    closeSync(output);
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => {
        resolve(error.message);
      });
      child.once("exit", (code, signal) => {
        resolve(signal === null ? `exit code ${code ?? 0}` : `signal ${signal}`);
      });
    }).then((how) => {
      this.running.delete(name);
      this.tellGuard();
      if (!running.stopped) for (const listener of this.listeners) listener({ name, how });
    });
    const running: Running = { child, ended, stopped: false };
    this.running.set(name, running);
    this.tellGuard();
  }

  /** Ends a process, politely at first, and waits for it. Does nothing when it does not run. */
  public async stop(name: string): Promise<void> {
    const running = this.running.get(name);
    if (running === undefined) return;
    running.stopped = true;
    running.child.kill("SIGTERM");
    const force = setTimeout(() => running.child.kill("SIGKILL"), PATIENCE_MS);
    await running.ended;
    clearTimeout(force);
  }

  /** Kills what still runs, without waiting, and gives up the guard. Nothing can be started afterwards. */
  public release(): void {
    this.killAll();
    this.guard.kill("SIGKILL");
    alive.delete(this);
    if (alive.size === 0) leaveOurEnd();
  }

  /** Ends every process by force, without waiting for it. */
  public killAll(): void {
    for (const running of this.running.values()) {
      running.stopped = true;
      running.child.kill("SIGKILL");
    }
  }

  private tellGuard(): void {
    if (this.guard.stdin.writable) this.guard.stdin.write(`${this.ids.join(" ")}\n`);
  }
}

/** Those that have not been released. All share one handler per signal: each would take another's for somebody else's. */
const alive = new Set<Processes>();

function handleOurEnd(): void {
  process.on("exit", killEverything);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function leaveOurEnd(): void {
  process.off("exit", killEverything);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

function killEverything(): void {
  for (const each of alive) each.killAll();
}

function onSignal(signal: NodeJS.Signals): void {
  // Somebody else handles it and decides what becomes of us; should we exit, our exit handler kills.
  if (process.listenerCount(signal) > 1) return;
  killEverything();
  leaveOurEnd();
  process.kill(process.pid, signal);
}
