import { withoutPulumi } from "./program";

/** What a program printed while it had the process to itself. */
export interface Printed {
  readonly stdout: () => string;
  readonly stderr: () => string;
}

const UNCAUGHT = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Lends a program what a process has only one of, as a process of its own would: environment, working folder, output, and the
 * handling of errors that nobody catches. All of it is given back at the end.
 *
 * @param onUncaught gets every error that nobody catches meanwhile
 */
export async function borrowProcess<T>(
  cwd: string,
  onUncaught: (error: unknown) => void,
  use: (printed: Printed) => Promise<T>,
): Promise<T> {
  const giveBack: (() => void)[] = [];
  try {
    giveBack.push(hideEnvironment(), shortenStacks());
    const before = process.cwd();
    process.chdir(cwd);
    giveBack.push(() => {
      process.chdir(before);
    });
    for (const event of UNCAUGHT) giveBack.push(takeOver(event, onUncaught));
    const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
    giveBack.push(stdout.release, stderr.release);
    return await use({ stdout: stdout.text, stderr: stderr.text });
  } finally {
    for (const each of giveBack.reverse()) each();
  }
}

function hideEnvironment(): () => void {
  const kept = withoutPulumi(process.env);
  const hidden = Object.entries(process.env).filter(([name]) => !(name in kept));
  for (const [name] of hidden) Reflect.deleteProperty(process.env, name);
  return () => {
    for (const [name, value] of hidden) process.env[name] = value;
  };
}

/** The SDK takes a stack per promise and maps each to its sources: half of all the time, and no report shows a frame of it. */
function shortenStacks(): () => void {
  const { stackTraceLimit } = Error;
  const mapped = process.sourceMapsEnabled;
  // Not 0: an error without a frame prints in another form.
  Error.stackTraceLimit = 1;
  process.setSourceMapsEnabled(false);
  return () => {
    Error.stackTraceLimit = stackTraceLimit;
    process.setSourceMapsEnabled(mapped);
  };
}

/** Whoever listens otherwise, a test runner for instance, must not take the program's errors for its own. */
function takeOver(event: (typeof UNCAUGHT)[number], handler: (error: unknown) => void): () => void {
  const others = process.rawListeners(event) as ((error: unknown) => void)[];
  process.removeAllListeners(event);
  process.on(event, handler);
  return () => {
    process.off(event, handler);
    for (const other of others) process.on(event, other);
  };
}

function capture(stream: NodeJS.WriteStream): { readonly text: () => string; readonly release: () => void } {
  const chunks: string[] = [];
  const own = Object.getOwnPropertyDescriptor(stream, "write");
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    chunks.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
    const done = rest.at(-1);
    if (typeof done === "function") (done as () => void)();
    return true;
  };
  return {
    text: () => chunks.join(""),
    release: () => {
      if (own) Object.defineProperty(stream, "write", own);
      else Reflect.deleteProperty(stream, "write");
    },
  };
}
