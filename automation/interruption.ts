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
    this.engine.abort();
  };
  /** A terminal has told the engine, too: told by both, it would drop what is under way. */
  private readonly onInterrupt = process.stdin.isTTY
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

/** The failure of whatever was told to stop. */
export function interrupted(what: string): Failure {
  return new Failure("interrupted", what, EXIT.failed);
}
