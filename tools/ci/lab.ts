import type { ChildProcessByStdio } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { PROJECT_DIR } from "../../automation/stacks";
import { withoutSecrets } from "./secrets";

/** Reports of a thousand machines have some ten megabytes. */
const MAX_BYTES = 256 * 1024 * 1024;

/** How one command ended. */
export interface LabAnswer {
  /** 0 fine, 1 errors or dangers, 2 bad usage or an invalid file. */
  readonly code: number;
  /** The one document of `--json`; undefined when nothing of the kind was printed. */
  readonly document: unknown;
  /** What it told on stderr. */
  readonly log: string;
}

/** Runs `lab <command> --json`. */
export type Lab = (args: readonly string[]) => LabAnswer;

/** {@link Lab} of this checkout. */
export const lab: Lab = (args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, argv(args), {
    cwd: PROJECT_DIR,
    env: environment(),
    encoding: "utf8",
    maxBuffer: MAX_BYTES,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { code: status ?? 1, document: documentOf(stdout), log: stderr };
};

/** {@link Lab} for what takes long and has credentials: it says on stderr how far it is, and nothing of it has a secret in it. */
export async function labLive(args: readonly string[]): Promise<LabAnswer> {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(process.execPath, argv(args), {
    cwd: PROJECT_DIR,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject).once("close", (code) => {
      resolve(code ?? 1);
    });
  });
  const [code, stdout, log] = await Promise.all([ended, text(child.stdout), told(child.stderr)]);
  return { code, document: documentOf(withoutSecrets(stdout)), log };
}

async function told(stream: Readable): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: stream })) {
    const clean = withoutSecrets(line);
    lines.push(clean);
    process.stderr.write(`${clean}\n`);
  }
  return lines.join("\n");
}

function argv(args: readonly string[]): string[] {
  return [join(PROJECT_DIR, "bin", "lab.cjs"), ...args, "--json"];
}

/** What a workflow passes on and nobody has set is empty, and not the same as not set. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ""));
}

function documentOf(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}

/** What the document of a failed command says of it, its checks that failed among it; else what it last told. */
export function failureOf({ code, document, log }: LabAnswer): string {
  const { error, checks = [] } = (document ?? {}) as FailedDocument;
  if (error !== undefined) return error.message;
  const failed = checks.filter(({ state }) => state === "fail").map(({ name, found, remedy }) => `${name}: ${found}; ${remedy}`);
  if (failed.length > 0) return failed.join(", ");
  return log.trim().split("\n").at(-1) || `it ended with exit code ${code} and did not say why`;
}

interface FailedDocument {
  readonly error?: { readonly message: string };
  /** Of `lab state check`. */
  readonly checks?: readonly { readonly name: string; readonly state: string; readonly found: string; readonly remedy: string }[];
}
