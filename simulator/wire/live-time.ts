import type { Clock, Process } from "../clock/clock";

/** Longest a timer may sleep, in milliseconds: what Node.js can count. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Lets a datacenter's virtual time follow real time, so that real clients can talk to it. Whatever asks or changes something goes
 * through `run` or `now`: they first let everything happen that is due.
 */
export class LiveTime {
  private readonly startedAt = performance.now();
  private readonly listeners: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /** @param speed virtual seconds in a real one */
  constructor(
    private readonly clock: Clock,
    public readonly speed: number,
  ) {
    this.offset = clock.now;
  }

  private readonly offset: number;

  /** Lets happen what is due and answers the virtual time, in seconds. */
  public now(): number {
    if (!this.stopped) this.clock.runUntil(this.offset + ((performance.now() - this.startedAt) / 1000) * this.speed);
    return this.clock.now;
  }

  /**
   * Starts a process now.
   *
   * @returns when it has ended
   * @throws whatever the process throws
   */
  public run(process: Process): Promise<void> {
    this.now();
    return new Promise((resolve, reject) => {
      this.clock.spawn(settled(process, resolve, reject));
      this.changed();
    });
  }

  /** Calls back after everything that may have changed something. */
  public onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Says that something was changed from outside of any process. */
  public changed(): void {
    this.now();
    for (const listener of this.listeners) listener();
    this.schedule();
  }

  /** Stops time. Processes under way never end. */
  public stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const { nextAt } = this.clock;
    if (nextAt === undefined || this.stopped) return;
    const waitMs = ((nextAt - this.clock.now) / this.speed) * 1000;
    this.timer = setTimeout(
      () => {
        this.changed();
      },
      Math.min(Math.max(Math.ceil(waitMs), 0), LONGEST_MS),
    );
  }
}

function* settled(process: Process, resolve: () => void, reject: (error: unknown) => void): Process {
  try {
    yield* process;
    resolve();
  } catch (error) {
    reject(error);
  }
}
