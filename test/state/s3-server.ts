import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findProgram } from "./programs";

/** What the server lets in. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: "lab", AWS_SECRET_ACCESS_KEY: "only for tests" } as const;

/** How long a server may take to answer, in milliseconds. */
const START_MS = 20_000;

/** A real S3 server on loopback: Versity's gateway over a folder. */
export class S3Server {
  private constructor(
    public readonly endpoint: string,
    private readonly program: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /**
   * Starts one.
   *
   * @param versions whether it can keep versions, as AWS and MinIO can and Garage cannot
   */
  public static async start({ versions }: { readonly versions: boolean }): Promise<S3Server> {
    const program = findProgram("versitygw");
    if (program === undefined) throw new Error("no versitygw");
    const folder = mkdtempSync(join(tmpdir(), "s3-server-"));
    for (const name of ["data", "versions", "users"]) mkdirSync(join(folder, name));
    const port = await freePort();
    const kept = versions ? ["--versioning-dir", join(folder, "versions")] : [];
    const args = [
      "--quiet",
      "--port",
      `127.0.0.1:${port}`,
      "--iam-dir",
      join(folder, "users"),
      "posix",
      ...kept,
      join(folder, "data"),
    ];
    const { AWS_ACCESS_KEY_ID: ROOT_ACCESS_KEY, AWS_SECRET_ACCESS_KEY: ROOT_SECRET_KEY } = CREDENTIALS;
    const child = spawn(program, args, { env: { ...process.env, ROOT_ACCESS_KEY, ROOT_SECRET_KEY }, stdio: "ignore" });
    const server = new S3Server(`http://127.0.0.1:${port}`, program, child, folder);
    await server.answers();
    return server;
  }

  /** URL of a bucket for Pulumi. */
  public url(bucket: string, prefix = ""): string {
    const query = new URLSearchParams({ region: "us-east-1", endpoint: this.endpoint, s3ForcePathStyle: "true" });
    return `s3://${bucket}${prefix}?${query.toString()}`;
  }

  /** Lets somebody in who owns nothing: what they may do is what a bucket's policy says. */
  public addUser(name: string, secret: string): void {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = CREDENTIALS;
    const admin = ["admin", "--access", AWS_ACCESS_KEY_ID, "--secret", AWS_SECRET_ACCESS_KEY, "--endpoint-url", this.endpoint];
    const user = ["create-user", "--access", name, "--secret", secret, "--role", "user"];
    execFileSync(this.program, [...admin, ...user], { stdio: "ignore" });
  }

  public async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.on("close", resolve));
    if (this.child.exitCode === null && this.child.kill("SIGKILL")) await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    const end = Date.now() + START_MS;
    while (Date.now() < end && this.child.exitCode === null) {
      if (await fetch(this.endpoint).catch(() => undefined)) return;
      await sleep(50);
    }
    await this.stop();
    throw new Error(`versitygw does not answer at ${this.endpoint}`);
  }
}

function freePort(): Promise<number> {
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
