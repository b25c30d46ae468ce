import { EXIT, Failure } from "./failure";

/**
 * Lets the engine end what is under way when the command is told to stop: what is left is known then. Told twice, the engine drops
 * what is under way.
 */
export class Interruption {
  private readonly engine = new AbortController();
  private readonly all = new AbortController();
  private readonly stop = (): void => {
    this.stopped();
    if (!this.engine.signal.aborted) this.engine.abort();
    // A signal is aborted once; whoever listens to it for the engine hands it on each time.
    else this.engine.signal.dispatchEvent(new Event("abort"));
  };
  /** A terminal has told the engine, too: told by both, it would drop what is under way. */
  private readonly onInterrupt = isAtTerminal()
    ? (): void => {
        this.stopped();
      }
    : this.stop;

  /** @param onTold called when the command is told to stop, once */
  constructor(private readonly onTold: () => void = () => undefined) {
    process.on("SIGINT", this.onInterrupt);
    process.on("SIGTERM", this.stop);
  }

  /** For the engine, where nobody else tells it. */
  public get signal(): AbortSignal {
    return this.engine.signal;
  }

  /** For all that is not the engine's. */
  public get told(): AbortSignal {
    return this.all.signal;
  }

  /**
   * Nothing begins that would go on for long once the command was told to stop: an engine that starts later is told nothing.
   *
   * @param what was done so far, and what was not
   * @throws {Failure} `interrupted`
   */
  public check(what: string): void {
    if (this.told.aborted) throw interrupted(what);
  }

  public end(): void {
    process.off("SIGINT", this.onInterrupt);
    process.off("SIGTERM", this.stop);
  }

  private stopped(): void {
    if (this.all.signal.aborted) return;
    this.all.abort();
    this.onTold();
  }
}

/** Ctrl-C reaches all programs in a terminal's foreground, also where one of the streams leads elsewhere: `lab up </dev/null`. */
function isAtTerminal(): boolean {
  return [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
}

/** The failure of whatever was told to stop. */
export function interrupted(what: string): Failure {
  return new Failure("interrupted", what, EXIT.failed);
}
