import { main } from "../automation/cli";

/** How a command ended and what it printed. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process: starting one of its own takes seconds, most of them to load what is loaded here. */
export function lab(...args: string[]): Promise<Outcome> {
  return labWith({}, ...args);
}

/**
 * Runs a command line with settings in its environment.
 *
 * @param environment undefined takes a setting away
 */
export async function labWith(environment: NodeJS.ProcessEnv, ...args: string[]): Promise<Outcome> {
  const before = { ...process.env };
  const out = capture(process.stdout);
  const error = capture(process.stderr);
  set({ NO_COLOR: "1", LC_ALL: "C.UTF-8", COLUMNS: "100", ...environment });
  try {
    const code = await main(args);
    return { code, stdout: out.text(), stderr: error.text() };
  } finally {
    out.end();
    error.end();
    for (const name of Object.keys(process.env)) if (!(name in before)) set({ [name]: undefined });
    set(before);
  }
}

/** Keeps what is written to a stream, which meanwhile is no terminal. */
function capture(stream: NodeJS.WriteStream): { readonly text: () => string; readonly end: () => void } {
  let text = "";
  const own = ["write", "isTTY", "columns"].map((name) => [name, Object.getOwnPropertyDescriptor(stream, name)] as const);
  const write = (chunk: string | Uint8Array, ...more: unknown[]): boolean => {
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    const done = more.find((each) => typeof each === "function");
    if (done) (done as () => void)();
    return true;
  };
  for (const [name, value] of Object.entries({ write, isTTY: false, columns: undefined })) {
    Object.defineProperty(stream, name, { value, configurable: true, writable: true });
  }
  return {
    text: () => text,
    end: () => {
      for (const [name, descriptor] of own) {
        if (descriptor) Object.defineProperty(stream, name, descriptor);
        else Reflect.deleteProperty(stream, name);
      }
    },
  };
}

function set(environment: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
}
