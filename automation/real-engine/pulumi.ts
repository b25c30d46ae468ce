import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isEnginesOwn } from "../explanation";
import type { Sandbox } from "./sandbox";

/** Something the engine says while it works (pulumi sdk/go/common/apitype/events.go); only what is read here. */
export interface EngineEvent {
  readonly sequence: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  readonly resOutputsEvent?: { readonly metadata: StepMetadata };
  readonly resOpFailedEvent?: { readonly metadata: StepMetadata };
  readonly diagnosticEvent?: { readonly urn?: string; readonly severity: string; readonly message: string };
  readonly policyEvent?: {
    readonly policyName: string;
    readonly enforcementLevel: string;
    readonly message: string;
    readonly resourceUrn?: string;
  };
  readonly policyRemediationEvent?: { readonly policyName: string; readonly resourceUrn?: string };
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>> };
}

/** What is done to one resource. */
export interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly detailedDiff?: Readonly<Record<string, { readonly diffKind: string }>> | null;
  readonly old?: StepState | null;
  readonly new?: StepState | null;
}

/** A resource before or after a step; secrets are shown as `[secret]`. */
export interface StepState {
  readonly parent?: string;
  /** False for a component. */
  readonly custom?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** How a command of the CLI ended. */
export interface Run {
  readonly code: number;
  readonly output: string;
  readonly events: readonly EngineEvent[];
  readonly seconds: number;
}

/** What a run may be given. */
export interface RunOptions {
  readonly input?: string;
  /** Called with the process as soon as there is one: a test may kill it. */
  readonly onStart?: (child: ChildProcess) => void;
  readonly environment?: NodeJS.ProcessEnv;
  /** Called with each event within {@link TAIL_MS}. */
  readonly onEvent?: (event: EngineEvent) => void;
}

/** How often the log of events is looked at, in milliseconds. */
const TAIL_MS = 50;

/** Commands that say what they do as they do it. */
const OPERATIONS = ["up", "preview", "destroy", "refresh"];

/** Runs one command of the CLI in a sandbox. */
export function pulumi(sandbox: Sandbox, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const eventLog = join(sandbox.dir, "events.json");
  rmSync(eventLog, { force: true });
  const withEvents = OPERATIONS.includes(args[0] ?? "") ? ["--event-log", eventLog] : [];
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", [...args, "--stack", sandbox.stack, "--non-interactive", ...withEvents], {
      cwd: sandbox.projectDir,
      env: { ...sandbox.environment, ...options.environment },
      // A group of its own: killing the engine must reach its providers, too.
      detached: true,
    });
    options.onStart?.(child);
    const tail = options.onEvent && new Tail(eventLog, options.onEvent);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stdin.on("error", () => undefined).end(options.input ?? "");
    child.on("error", reject);
    child.on("close", (code) => {
      tail?.end();
      resolve({ code: code ?? 137, output, events: readEvents(eventLog), seconds: (performance.now() - startedAt) / 1000 });
    });
  });
}

/** Kills an engine with all of its providers, as a machine does that loses its power. */
export function killGroup(pid: number | undefined): void {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
}

/** Hands on the events of a log as it grows. */
class Tail {
  private seen = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly path: string,
    private readonly onEvent: (event: EngineEvent) => void,
  ) {
    this.timer = setInterval(() => {
      this.look();
    }, TAIL_MS);
  }

  public end(): void {
    clearInterval(this.timer);
    this.look();
  }

  private look(): void {
    if (!existsSync(this.path)) return;
    const whole = readFileSync(this.path, "utf8");
    const text = whole.slice(0, whole.lastIndexOf("\n") + 1).slice(this.seen);
    this.seen += text.length;
    for (const event of eventsIn(text)) this.onEvent(event);
  }
}

function readEvents(path: string): EngineEvent[] {
  return existsSync(path) ? eventsIn(readFileSync(path, "utf8")) : [];
}

/** Events of a text whose last line may be cut off. */
function eventsIn(text: string): EngineEvent[] {
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as EngineEvent];
    } catch {
      return [];
    }
  });
}

/** Creates the stack and gives it stand-ins for secrets, by their keys; the stack file keeps what it says. */
export async function createStack(sandbox: Sandbox, secrets: Readonly<Record<string, string>>): Promise<void> {
  const created = await pulumi(sandbox, ["stack", "init"]);
  const settings = Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
  const configured = created.code === 0 ? await pulumi(sandbox, ["config", "set-all", ...settings]) : created;
  if (configured.code !== 0) throw new Error(`pulumi: ${configured.output.trim()}`);
}

/** Number of resources by what was done to them, those left alone among them. */
export function changesOf({ events }: Run): Readonly<Record<string, number>> {
  return events.find(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges ?? {};
}

/** What was done to which resource, in the order it began; those left alone are not named, nor what the engine keeps for itself. */
export function stepsOf({ events }: Run): StepMetadata[] {
  return events
    .flatMap(({ resourcePreEvent }) => (resourcePreEvent ? [resourcePreEvent.metadata] : []))
    .filter((step) => step.op !== "same" && !isEnginesOwn(step.urn));
}
