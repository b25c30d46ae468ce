import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a server may take to answer, in milliseconds. */
const START_MS = 30_000;

/** A server on loopback with a folder of its own, both gone when it stops. */
export class LocalServer {
  private constructor(
    public readonly endpoint: string,
    public readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  /**
   * Starts a program and waits until it answers HTTP.
   *
   * @param prepare makes what it needs in its folder; answers how it is started at a port
   */
  public static async start(
    program: string,
    prepare: (folder: string, port: number) => { readonly args: readonly string[]; readonly env?: NodeJS.ProcessEnv },
  ): Promise<LocalServer> {
    const folder = mkdtempSync(join(tmpdir(), "server-"));
    const port = await freePort();
    const { args, env = {} } = prepare(folder, port);
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: "ignore" });
    const server = new LocalServer(`http://127.0.0.1:${port}`, folder, child);
    const end = Date.now() + START_MS;
    while (Date.now() < end && child.exitCode === null) {
      if (await fetch(server.endpoint).catch(() => undefined)) return server;
      await sleep(50);
    }
    await server.stop();
    throw new Error(`${program} does not answer at ${server.endpoint}`);
  }

  public async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.on("close", resolve));
    if (this.child.exitCode === null && this.child.kill("SIGKILL")) await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port that nobody listens at. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
