import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "./api-client";
import type { Answer } from "./api-types";
import type { Binaries } from "./binaries";
import { apiServerCommandLine, controllerManagerCommandLine, etcdCommandLine } from "./command-lines";
import type { ControlPlaneIdentity, Ports } from "./command-lines";
import { writeControlPlaneFiles } from "./control-plane-files";
import type { Access, WrittenFiles } from "./control-plane-files";
import { freePorts } from "./free-ports";
import { Processes } from "./processes";
import type { Ended } from "./processes";

/** What to start and where to keep it. */
export interface ControlPlaneOptions extends ControlPlaneIdentity {
  readonly binaries: Binaries;
  /** Folder for data, certificates and logs; made if absent. What an earlier start left there is taken up again. */
  readonly dataDir: string;
}

/** A control plane that runs. */
export interface ControlPlane {
  /** Where the API server listens, on 127.0.0.1 only. */
  readonly port: number;
  /** A certificate of the group system:masters and whom to trust. */
  readonly admin: Access;
  /** Process ids of what runs, for measurements. */
  readonly processIds: () => number[];
  /**
   * Resolves when the API is ready and pods can be created in the namespace `default`.
   * Rejects when a process ended, with the end of its log; when it was stopped; or after two minutes. Everything has ended then.
   */
  readonly ready: Promise<void>;
  /** Calls back once if a process ends that nobody stopped; the others are killed then. */
  readonly onLost: (listener: (reason: string) => void) => void;
  /** Ends everything and resolves when it has ended; what was stored stays. */
  readonly stop: () => Promise<void>;
}

const READY_WITHIN_MS = 120_000;
const POLL_MS = 100;

/**
 * Starts etcd, kube-apiserver and kube-controller-manager for one cluster. They end with this process at the latest, however it ends.
 *
 * @throws when no port is free or `dataDir` cannot be written
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const [api = 0, etcdClient = 0, etcdPeer = 0] = await freePorts(3);
  const ports = { api, etcdClient, etcdPeer };
  const written = writeControlPlaneFiles(options, dataDir, ports);
  const run = new Run(options, dataDir, ports, written);
  // Whoever never waits for it must not be ended by its rejection.
  run.ready.catch(() => undefined);
  return {
    port: ports.api,
    admin: written.admin,
    processIds: () => run.processes.ids,
    ready: run.ready,
    onLost: (listener) => {
      run.lost.push(listener);
    },
    stop: () => run.stop(),
  };
}

class Run {
  public readonly processes = new Processes();
  public readonly lost: ((reason: string) => void)[] = [];
  public readonly ready: Promise<void>;
  private readonly deadline = Date.now() + READY_WITHIN_MS;
  /** Why it is over. */
  private over: string | undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly options: ControlPlaneOptions,
    private readonly dataDir: string,
    private readonly ports: Ports,
    private readonly written: WrittenFiles,
  ) {
    this.processes.onEnd((ended) => {
      this.lose(ended);
    });
    this.ready = this.start();
  }

  public stop(): Promise<void> {
    this.over ??= "the control plane was stopped";
    return (this.stopping ??= this.stopProcesses());
  }

  private async start(): Promise<void> {
    const { files, admin, etcd } = this.written;
    const etcdClient = new ApiClient({ port: this.ports.etcdClient, ...etcd });
    const client = new ApiClient({ port: this.ports.api, ...admin });
    try {
      this.launch("etcd", etcdCommandLine(this.dataDir, files, this.ports));
      // An API server that finds no etcd waits a second before it looks again.
      await this.until("etcd is healthy", () => etcdClient.text("/health"));
      this.launch("kube-apiserver", apiServerCommandLine(this.options, files, this.ports));
      this.launch("kube-controller-manager", controllerManagerCommandLine(this.options, files));
      await this.until("the API server is ready", () => client.text("/readyz"));
      // The controller manager makes it, and without it the API server refuses every pod.
      const account = "/api/v1/namespaces/default/serviceaccounts/default";
      await this.until("the controllers run", () => client.text(account));
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      etcdClient.close();
      client.close();
    }
  }

  private launch(name: keyof Binaries, commandLine: string[]): void {
    this.processes.start({ name, path: this.options.binaries[name], arguments: commandLine, log: this.logOf(name) });
  }

  private async until(what: string, look: () => Promise<Answer>): Promise<void> {
    for (;;) {
      if (this.over !== undefined) throw new Error(this.over);
      const seen = await look().catch((error: unknown) => ({ status: 0, body: String(error) }));
      if (seen.status === 200) return;
      if (Date.now() > this.deadline) {
        throw new Error(`waited ${READY_WITHIN_MS / 1000} s until ${what}: ${seen.body}; logs are in ${this.dataDir}`);
      }
      await sleep(POLL_MS);
    }
  }

  private lose({ name, how }: Ended): void {
    if (this.over !== undefined) return;
    this.over = `${name} ended (${how}): ${lastLines(this.logOf(name))}`;
    void this.stop();
    for (const listener of this.lost) listener(this.over);
  }

  /** Etcd last, or the others fill their logs with its absence. */
  private async stopProcesses(): Promise<void> {
    for (const name of ["kube-controller-manager", "kube-apiserver", "etcd"]) await this.processes.stop(name);
    this.processes.release();
  }

  private logOf(name: string): string {
    return join(this.dataDir, `${name}.log`);
  }
}

function lastLines(path: string): string {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines.slice(-3).join("\n");
}
