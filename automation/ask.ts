import { createInterface } from "node:readline/promises";
import { interrupted } from "./interruption";

/** Asks a question on the terminal; undefined where nobody sits. */
export type Ask = (question: string) => Promise<string | undefined>;

/** {@link Ask} on stdin and stderr. */
export const askTerminal: Ask = async (question) => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } catch (error) {
    // Ctrl-C or Ctrl-D is an answer, too.
    if ((error as Error).name !== "AbortError") throw error;
    process.stderr.write("\n");
    throw interrupted("stopped: nothing was changed");
  } finally {
    terminal.close();
  }
};
