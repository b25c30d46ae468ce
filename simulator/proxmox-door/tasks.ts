import type { Process } from "../clock/clock";
import { RuleBroken } from "../datacenter/model";
import type { Datacenter } from "../datacenter/datacenter";
import { onHost } from "../datacenter/outages";
import type { LiveTime } from "../wire/live-time";

/** What Proxmox does in the background, with an id to ask after. */
export interface Task {
  readonly upid: string;
  readonly node: string;
  readonly type: string;
  /** What it is done to, for instance a VM id. */
  readonly id: string;
  readonly user: string;
  /** Seconds since 1970. */
  readonly startTime: number;
  endTime?: number;
  /** Undefined while it runs; `OK` when all went well. */
  exitStatus?: string;
  readonly log: string[];
}

/** First process id: those below belong to the system. */
const FIRST_PID = 0x1000;

/** All tasks of a datacenter since its doors were opened. */
export class Tasks {
  private readonly tasks = new Map<string, Task>();

  private failure: { readonly done: boolean; readonly message: string } | undefined;

  constructor(
    private readonly dc: Datacenter,
    private readonly time: LiveTime,
  ) {}

  /** Lets the next task fail, before it has done anything or when all is done. */
  public failNext(failure: { readonly done: boolean; readonly message: string }): void {
    this.failure = failure;
  }

  /**
   * Starts something in the background.
   *
   * @param type as Proxmox names it, for instance `qmcreate`
   * @returns the id to ask after
   */
  public start(node: string, type: string, id: string, user: string, process: Process): string {
    const upid = ["UPID", node, ...this.numbers(), type, id, user, ""].join(":");
    const task: Task = { upid, node, type, id, user, startTime: seconds(), log: [] };
    this.tasks.set(upid, task);
    const { failure } = this;
    this.failure = undefined;
    this.time.run(onHost(this.dc, node, failure ? failing(process, failure) : process)).then(
      () => {
        task.log.push("TASK OK");
        Object.assign(task, { exitStatus: "OK", endTime: seconds() });
      },
      (error: unknown) => {
        // Anything but a broken rule is a fault of the simulator itself; the client must not wait for it forever.
        const reason = error instanceof RuleBroken ? error.message : `simulator: ${String(error)}`;
        task.log.push(`TASK ERROR: ${reason}`);
        Object.assign(task, { exitStatus: reason, endTime: seconds() });
      },
    );
    return upid;
  }

  public find(upid: string): Task | undefined {
    this.time.now();
    return this.tasks.get(upid);
  }

  /** Oldest first. */
  public of(node: string): Task[] {
    return this.all().filter((task) => task.node === node);
  }

  /** Oldest first. */
  public all(): Task[] {
    this.time.now();
    return [...this.tasks.values()];
  }

  private numbers(): string[] {
    const hex = (value: number): string => Math.floor(value).toString(16).toUpperCase().padStart(8, "0");
    return [hex(FIRST_PID + this.tasks.size), hex(this.time.now() * 100), hex(Date.now() / 1000)];
  }
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

function* failing(process: Process, { done, message }: { readonly done: boolean; readonly message: string }): Process {
  if (done) yield* process;
  throw new RuleBroken("fault", message);
}
