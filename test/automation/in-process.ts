import { main } from "../../automation/cli";

/** What a command answered. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, which takes a hundredth of what one of its own does; only one at a time. */
export async function lab(...args: readonly string[]): Promise<Answer> {
  const written = { stdout: "", stderr: "" };
  const streams = ["stdout", "stderr"] as const;
  const restore = streams.map((name) => {
    const write = process[name].write.bind(process[name]);
    process[name].write = (text: string | Uint8Array): boolean => {
      written[name] += String(text);
      return true;
    };
    return () => (process[name].write = write);
  });
  try {
    return { code: await main(args), ...written };
  } finally {
    for (const each of restore) each();
  }
}
