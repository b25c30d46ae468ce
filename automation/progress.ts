const PHASES = {
  program: "running the program",
  datacenter: "carrying it out",
  bound: "computing the bound",
  unprotect: "unprotecting",
  destroy: "destroying",
  deploy: "deploying",
  nodes: "waiting for nodes",
};

/** How far a long command is. */
export interface ProgressReport {
  readonly phase: keyof typeof PHASES;
  /** Set while the stack to begin from is set up. */
  readonly before?: boolean | undefined;
  readonly done: number;
  /** Undefined while it is not known. */
  readonly total?: number | undefined;
  readonly detail?: string | undefined;
}

/** Seconds between two lines when stderr is no terminal. */
const PLAIN_INTERVAL_MS = 5000;

/** Shows how far a command is, on stderr: one living line in a terminal, a plain line now and then elsewhere. */
export class Progress {
  private readonly began = Date.now();
  private lastPhase = "";
  private lastLine = 0;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  public show({ phase, before, done, total, detail }: ProgressReport): void {
    const count = total === undefined ? `${done}` : `${done}/${total}`;
    const text = `${before ? "first, what is there: " : ""}${PHASES[phase]}  ${count}  ${this.elapsed()}`;
    if (this.stream.isTTY) {
      const room = Math.max(20, this.stream.columns - 1);
      this.stream.write(`\r\u001b[K${`${text}  ${detail ?? ""}`.slice(0, room)}`);
      return;
    }
    const step = `${String(before)} ${phase}`;
    if (step === this.lastPhase && Date.now() - this.lastLine < PLAIN_INTERVAL_MS) return;
    this.lastPhase = step;
    this.lastLine = Date.now();
    this.stream.write(`${text}\n`);
  }

  /** Leaves the terminal as it was. */
  public end(): void {
    if (this.stream.isTTY) this.stream.write("\r\u001b[K");
    else if (this.lastPhase !== "") this.stream.write(`done  ${this.elapsed()}\n`);
  }

  private elapsed(): string {
    return `${((Date.now() - this.began) / 1000).toFixed(1)} s`;
  }
}
