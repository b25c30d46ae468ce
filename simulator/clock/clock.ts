/**
 * Virtual time: processes are generators that say what they wait for; the clock jumps from event to event. Everything that
 * happens at the same time happens in the order in which it was asked for, so a run is the same on every machine.
 */

/** What a process waits for before it goes on. */
export type Wait =
  | { readonly kind: "sleep"; readonly seconds: number }
  | { readonly kind: "until"; readonly test: () => boolean; readonly timeoutSeconds: number };

/** A process in virtual time. A wait for a condition answers whether it came true before the timeout. */
export type Process<T = void> = Generator<Wait, T, boolean>;

/** Waits for a fixed time. */
export function* sleep(seconds: number): Process {
  yield { kind: "sleep", seconds };
}

/** Waits until a condition holds; answers false when the timeout passed first. */
export function* until(test: () => boolean, timeoutSeconds: number): Process<boolean> {
  return yield { kind: "until", test, timeoutSeconds };
}

interface Waiter {
  readonly test: () => boolean;
  readonly process: Process;
  done: boolean;
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly process: Process;
  /** Set for the timeout of a condition: void once the condition came true. */
  readonly waiter?: Waiter;
}

/** The clock of one rehearsal, in seconds since it began. */
export class Clock {
  private time = 0;
  private order = 0;
  private readonly events: Event[] = [];
  private waiters: Waiter[] = [];

  /** Seconds since the run began. */
  public get now(): number {
    return this.time;
  }

  /** Starts a process at the present time. */
  public spawn(process: Process): void {
    this.resume(process, true);
  }

  /** Runs until no process can go on any more. Processes still waiting without a timeout are left where they are. */
  public run(): void {
    this.wake();
    for (let event = this.next(); event; event = this.next()) this.step(event);
  }

  /**
   * Lets time pass up to a moment: everything due by then happens. For doors that answer while real time passes.
   *
   * @param time seconds since the run began; an earlier one changes nothing
   */
  public runUntil(time: number): void {
    this.wake();
    for (let at = this.nextAt; at !== undefined && at <= time; at = this.nextAt) {
      this.step(this.next());
    }
    this.time = Math.max(this.time, time);
  }

  /** When the next thing is due; undefined when nothing is. */
  public get nextAt(): number | undefined {
    return this.events[0]?.at;
  }

  private step(event: Event | undefined): void {
    if (!event || event.waiter?.done) return;
    this.time = event.at;
    if (event.waiter) event.waiter.done = true;
    this.resume(event.process, event.waiter === undefined);
    this.wake();
  }

  private resume(process: Process, answer: boolean): void {
    let step = process.next(answer);
    while (!step.done) {
      const wait = step.value;
      if (wait.kind === "sleep") {
        this.push({ at: this.time + wait.seconds, order: this.order++, process });
        return;
      }
      if (!wait.test()) {
        const waiter: Waiter = { test: wait.test, process, done: false };
        this.waiters.push(waiter);
        if (Number.isFinite(wait.timeoutSeconds)) {
          this.push({ at: this.time + wait.timeoutSeconds, order: this.order++, process, waiter });
        }
        return;
      }
      step = process.next(true);
    }
  }

  /** Lets every process whose condition now holds go on, oldest first, until nothing changes any more. */
  private wake(): void {
    for (let woke = true; woke;) {
      woke = false;
      for (const waiter of [...this.waiters]) {
        if (!waiter.done && waiter.test()) {
          waiter.done = true;
          woke = true;
          this.resume(waiter.process, true);
        }
      }
      this.waiters = this.waiters.filter((waiter) => !waiter.done);
    }
  }

  private push(event: Event): void {
    // Binary insertion by time, then by order of asking: short queues, and a stable order is what matters.
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.events[middle];
      if (other && (other.at < event.at || (other.at === event.at && other.order < event.order))) low = middle + 1;
      else high = middle;
    }
    this.events.splice(low, 0, event);
  }

  private next(): Event | undefined {
    return this.events.shift();
  }
}

/** Something only one process can have at a time; others get it in the order in which they asked. */
export class Lock {
  private readonly queue: symbol[] = [];

  /** Waits for the lock; answers false when the timeout passed first. */
  public *acquire(timeoutSeconds = Number.POSITIVE_INFINITY): Process<boolean> {
    const ticket = Symbol("ticket");
    this.queue.push(ticket);
    let got = false;
    try {
      got = yield* until(() => this.queue[0] === ticket, timeoutSeconds);
    } finally {
      if (!got) this.queue.splice(this.queue.indexOf(ticket), 1);
    }
    return got;
  }

  /** Gives the lock to the next in line. */
  public release(): void {
    this.queue.shift();
  }
}
