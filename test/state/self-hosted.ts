import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./programs";
import { LocalServer, freePort } from "./server";

/** What these servers let in: Garage wants keys of this form, and MinIO takes them. */
export const KEYS = { AWS_ACCESS_KEY_ID: `GK${"0a".repeat(12)}`, AWS_SECRET_ACCESS_KEY: "b1".repeat(32) } as const;

/** S3 servers that people run themselves, each as its own documentation starts it. */
export const SELF_HOSTED = {
  garage: { region: "garage", versions: false, start: startGarage },
  minio: { region: "us-east-1", versions: true, start: startMinio },
} as const;

/** Name of one of them, and of its program. */
export type SelfHosted = keyof typeof SELF_HOSTED;

/** Starts one; its credentials may make buckets. */
export async function startSelfHosted(name: SelfHosted): Promise<LocalServer> {
  const program = findProgram(name);
  if (program === undefined) throw new Error(`no ${name}`);
  return SELF_HOSTED[name].start(program);
}

/** URL of a bucket for Pulumi. */
export function bucketUrl(name: SelfHosted, { endpoint }: LocalServer, bucket: string, prefix = ""): string {
  const query = new URLSearchParams({ region: SELF_HOSTED[name].region, endpoint, s3ForcePathStyle: "true" });
  return `s3://${bucket}${prefix}?${query.toString()}`;
}

async function startGarage(program: string): Promise<LocalServer> {
  const rpcPort = await freePort();
  const { AWS_ACCESS_KEY_ID: GARAGE_DEFAULT_ACCESS_KEY, AWS_SECRET_ACCESS_KEY: GARAGE_DEFAULT_SECRET_KEY } = KEYS;
  const server = await LocalServer.start(program, (folder, port) => {
    const settings = [
      `metadata_dir = "${join(folder, "meta")}"`,
      `data_dir = "${join(folder, "data")}"`,
      'db_engine = "sqlite"',
      "replication_factor = 1",
      `rpc_bind_addr = "127.0.0.1:${rpcPort}"`,
      `rpc_public_addr = "127.0.0.1:${rpcPort}"`,
      `rpc_secret = "${"c2".repeat(32)}"`,
      "[s3_api]",
      `s3_region = "${SELF_HOSTED.garage.region}"`,
      `api_bind_addr = "127.0.0.1:${port}"`,
    ];
    writeFileSync(configurationOf(folder), settings.join("\n"), { mode: 0o600 });
    return {
      args: ["-c", configurationOf(folder), "server", "--single-node", "--default-access-key"],
      env: { GARAGE_DEFAULT_ACCESS_KEY, GARAGE_DEFAULT_SECRET_KEY },
    };
  });
  const allow = ["-c", configurationOf(server.folder), "key", "allow", "--create-bucket", GARAGE_DEFAULT_ACCESS_KEY];
  execFileSync(program, allow, { stdio: "ignore" });
  return server;
}

function configurationOf(folder: string): string {
  return join(folder, "garage.toml");
}

function startMinio(program: string): Promise<LocalServer> {
  const { AWS_ACCESS_KEY_ID: MINIO_ROOT_USER, AWS_SECRET_ACCESS_KEY: MINIO_ROOT_PASSWORD } = KEYS;
  return LocalServer.start(program, (folder, port) => ({
    args: ["server", "--quiet", "--address", `127.0.0.1:${port}`, join(folder, "data")],
    env: { MINIO_ROOT_USER, MINIO_ROOT_PASSWORD, HOME: folder },
  }));
}
