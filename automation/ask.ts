import { createInterface } from "node:readline/promises";

/** Asks a question on the terminal; undefined where nobody sits. */
export type Ask = (question: string) => Promise<string | undefined>;

/** {@link Ask} on stdin and stderr. */
export const askTerminal: Ask = async (question) => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
};
