import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import { ResourceError, RunError } from "@pulumi/pulumi/errors";
import * as log from "@pulumi/pulumi/log";
import { setAllConfig } from "@pulumi/pulumi/runtime/config";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { runInPulumiStack } from "@pulumi/pulumi/runtime/stack";
import * as runtimeState from "@pulumi/pulumi/runtime/state";
import type { Printed } from "./borrowed-process";
import { borrowProcess } from "./borrowed-process";
import type { DirectClients, EngineDoor } from "./engine-door";
import type { ProgramEnd, ProgramRun } from "./program";
import { ORGANIZATION } from "./program";

/** A program as a function: declares its resources when called, answers what it exports. */
export type Program = () => Promise<Record<string, unknown>>;

/** What the SDK keeps of one run. Its types leave it out, but the Automation API's inline programs stand on it. */
interface Store {
  readonly settings: { monitor: unknown; engine: unknown; readonly options: { rootDirectory: string } };
}
const { getStore, withLocalStorage } = runtimeState as unknown as {
  getStore: () => Store;
  withLocalStorage: <T>(run: () => T) => T;
};
const { waitForRPCs } = settings as unknown as { waitForRPCs: () => Promise<void> };

/** A program that asks for nothing this long, and has not ended, waits for something that never comes. */
const QUIET_SECONDS = 1;
/** In place of the server that hooks are called at: nobody calls them here, and the SDK leaves one open per run. */
const NO_CALLBACKS = {
  registerResourceHook: () => Promise.resolve(),
  awaitStackRegistrations: () => Promise.resolve(),
  shutdown: () => undefined,
};
/** The exit code by which `@pulumi/pulumi/cmd/run` says that the error was logged. */
const LOGGED = 32;

/** The runs of this process, one after the other: output and uncaught errors are the process's, not the program's. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a program in this process as `@pulumi/pulumi/cmd/run` does in another: the SDK builds every request and reads every answer,
 * all that it keeps of a run is kept apart, and an error ends the run and nothing else.
 */
export function runInProcess(run: ProgramRun, door: EngineDoor, program: Program): Promise<ProgramEnd> {
  const end = last.then(() => withLocalStorage(() => new InlineRun(run, door).end(program)));
  last = end.catch(() => undefined);
  return end;
}

class InlineRun {
  private readonly errors = new Set<unknown>();
  private running = true;
  private stop: () => void = () => undefined;

  constructor(
    private readonly run: ProgramRun,
    private readonly door: EngineDoor,
  ) {}

  public end(program: Program): Promise<ProgramEnd> {
    // The process raises its events outside of the run: the handler has to be brought back into it.
    const uncaught = AsyncLocalStorage.bind((error: unknown) => {
      this.uncaught(error);
    });
    return borrowProcess(this.run.projectDir, uncaught, (printed) => this.declare(program, printed));
  }

  private async declare(program: Program, { stdout, stderr }: Printed): Promise<ProgramEnd> {
    this.connect(this.door.direct());
    const ended = new Promise<void>((resolve) => {
      this.stop = resolve;
      // Not caught on purpose: it is reported like any other error nobody catches.
      void runInPulumiStack(program).then(() => {
        this.running = false;
        resolve();
      });
    });
    const hangs = await this.isQuiet(ended.then(() => this.settled()));
    const code = this.errors.size > 0 ? LOGGED : hangs ? 1 : 0;
    const reason = hangs ? `the program waits for something that never comes (no request for ${QUIET_SECONDS} s)\n` : "";
    return { code, stdout: stdout(), stderr: stderr() + reason };
  }

  private connect({ monitor, engine }: DirectClients): void {
    const { project, stack, parallel, dryRun, projectDir, config } = this.run;
    settings.resetOptions(project.name, stack, parallel, "direct", "direct", dryRun, ORGANIZATION);
    const store = getStore();
    Object.assign(store.settings, { monitor, engine });
    Object.assign(store, { callbacks: NO_CALLBACKS });
    store.settings.options.rootDirectory = projectDir;
    setAllConfig({ ...config.values }, [...config.secretKeys]);
  }

  /** All that is under way has ended, and so has whatever followed from it. */
  private async settled(): Promise<void> {
    for (let seen = -1; seen !== this.door.requests + this.errors.size;) {
      seen = this.door.requests + this.errors.size;
      await waitForRPCs();
      await new Promise(setImmediate);
    }
    await settings.disconnect(this.errors.size === 0);
  }

  /** Whether requests stopped coming before the end came. */
  private async isQuiet(end: Promise<void>): Promise<boolean> {
    let seen = -1;
    let timer: NodeJS.Timeout | undefined;
    const quiet = new Promise<boolean>((resolve) => {
      timer = setInterval(() => {
        if (this.door.requests === seen) resolve(true);
        seen = this.door.requests;
      }, QUIET_SECONDS * 1000);
    });
    try {
      return await Promise.race([end.then(() => false), quiet]);
    } finally {
      clearInterval(timer);
    }
  }

  /** Says of an error what `@pulumi/pulumi/cmd/run` says of it, but for the path of a program that has none here. */
  private uncaught(error: unknown): void {
    if (this.errors.has(error)) return;
    this.errors.add(error);
    const text = error instanceof Error && error.stack !== undefined ? inspect(error) : String(error);
    if (!this.running) void log.error(error instanceof Error ? (error.stack ?? error.message) : text);
    else if (RunError.isInstance(error)) void log.error(error.message);
    else if (ResourceError.isInstance(error)) void log.error(error.hideStack ? error.message : text, error.resource);
    else void log.error(text);
    this.stop();
  }
}
