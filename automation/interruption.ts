/** Lets the engine end what is under way when the command is told to stop: what is left is known then. */
export class Interruption {
  private readonly controller = new AbortController();
  private readonly stop = (): void => {
    this.controller.abort();
  };
  /** A terminal has told the engine, too: told twice, it would drop what is under way. */
  private readonly onInterrupt = process.stdin.isTTY ? () => undefined : this.stop;

  constructor() {
    process.on("SIGINT", this.onInterrupt);
    process.on("SIGTERM", this.stop);
  }

  public get signal(): AbortSignal {
    return this.controller.signal;
  }

  public end(): void {
    process.off("SIGINT", this.onInterrupt);
    process.off("SIGTERM", this.stop);
  }
}
