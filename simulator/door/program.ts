import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";
import type { ProgramConfig } from "./stack-config";

/** What the project file says about running the program. */
export interface Project {
  readonly name: string;
  readonly main: string;
  readonly nodeArgs: readonly string[];
  readonly typescript: boolean;
}

/** How a program ended. */
export interface ProgramEnd {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Reads `Pulumi.yaml`. */
export function readProject(projectDir: string): Project {
  const file = parse(readFileSync(join(projectDir, "Pulumi.yaml"), "utf8")) as {
    name: string;
    main?: string;
    runtime?: string | { options?: { nodeargs?: string; typescript?: boolean } };
  };
  const options = typeof file.runtime === "object" ? file.runtime.options : undefined;
  return {
    name: file.name,
    main: file.main ?? ".",
    nodeArgs: (options?.nodeargs ?? "").split(/\s+/).filter(Boolean),
    typescript: options?.typescript ?? true,
  };
}

/** What a program is run with, in whichever process. */
export interface ProgramRun {
  readonly project: Project;
  readonly projectDir: string;
  readonly stack: string;
  readonly config: ProgramConfig;
  readonly dryRun: boolean;
  readonly parallel: number;
}

/** Organization of every rehearsal: what the engine calls it where nobody is logged in. */
export const ORGANIZATION = "organization";

/**
 * Starts a Node.js program as Pulumi's language host does and waits for its end.
 *
 * @param address `host:port` of the door, which is monitor and engine at once
 */
export async function runProgram(options: ProgramRun, address: string): Promise<ProgramEnd> {
  const { project, projectDir, stack, config } = options;
  const runner = createRequire(join(projectDir, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const child = spawn(
    process.execPath,
    [
      ...project.nodeArgs,
      // The SDK takes a stack per promise and maps every frame to its source; the report shows none.
      "--stack-trace-limit=1",
      runner,
      `--monitor=${address}`,
      `--engine=${address}`,
      `--organization=${ORGANIZATION}`,
      `--project=${project.name}`,
      `--root-directory=${projectDir}`,
      `--stack=${stack}`,
      `--pwd=${projectDir}`,
      ...(options.dryRun ? ["--dry-run"] : []),
      `--parallel=${options.parallel}`,
      project.main,
    ],
    {
      cwd: projectDir,
      env: {
        ...withoutPulumi(process.env),
        PULUMI_CONFIG: JSON.stringify(config.values),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
        PULUMI_NODEJS_TYPESCRIPT: String(project.typescript),
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const stop = (): void => {
    child.kill("SIGKILL");
  };
  // A program left behind would go on asking a door that is closed.
  const interrupt = (signal: NodeJS.Signals): void => {
    stop();
    process.kill(process.pid, signal);
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  process.once("exit", stop);
  for (const signal of signals) process.once(signal, interrupt);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    return { code, stdout: stdout.join(""), stderr: stderr.join("") };
  } finally {
    process.off("exit", stop);
    for (const signal of signals) process.off(signal, interrupt);
  }
}

/** The rehearsal is the same whatever the user's shell holds for the real engine or for the real Proxmox. */
export function withoutPulumi(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(PULUMI_|PROXMOX_VE_|KUBECONFIG$|TALOSCONFIG$|NODE_OPTIONS$)/.test(name)),
  );
}

function collect(stream: NodeJS.ReadableStream): string[] {
  const chunks: string[] = [];
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => chunks.push(chunk));
  return chunks;
}
