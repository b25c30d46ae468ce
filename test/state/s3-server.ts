import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./programs";
import { LocalServer } from "./server";

/** What the server lets in. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: "lab", AWS_SECRET_ACCESS_KEY: "only for tests" } as const;

/** A real S3 server on loopback: Versity's gateway over a folder. */
export class S3Server {
  private constructor(
    private readonly program: string,
    private readonly server: LocalServer,
  ) {}

  public get endpoint(): string {
    return this.server.endpoint;
  }

  /**
   * Starts one.
   *
   * @param versions whether it can keep versions, as AWS and MinIO can and Garage cannot
   */
  public static async start({ versions }: { readonly versions: boolean }): Promise<S3Server> {
    const program = findProgram("versitygw");
    if (program === undefined) throw new Error("no versitygw");
    const { AWS_ACCESS_KEY_ID: ROOT_ACCESS_KEY, AWS_SECRET_ACCESS_KEY: ROOT_SECRET_KEY } = CREDENTIALS;
    const server = await LocalServer.start(program, (folder, port) => {
      const [data = "", kept = "", users = ""] = ["data", "versions", "users"].map((name) => join(folder, name));
      for (const each of [data, kept, users]) mkdirSync(each);
      const keeping = versions ? ["--versioning-dir", kept] : [];
      return {
        args: ["--quiet", "--port", `127.0.0.1:${port}`, "--iam-dir", users, "posix", ...keeping, data],
        env: { ROOT_ACCESS_KEY, ROOT_SECRET_KEY },
      };
    });
    return new S3Server(program, server);
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

  public stop(): Promise<void> {
    return this.server.stop();
  }
}
