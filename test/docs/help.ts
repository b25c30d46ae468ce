import { lab } from "../lab";

/** One command of `lab` as its own help tells of it. */
export interface Help {
  /** For instance `plan` or `state backup`. */
  readonly command: string;
  readonly text: string;
  /** For instance `--json`. */
  readonly options: readonly string[];
}

/** Every command of `lab` and those below it, in the order of the help. */
export async function allHelp(): Promise<Help[]> {
  return (await below([])).filter(({ command }) => command !== "help");
}

async function below(path: readonly string[]): Promise<Help[]> {
  const { stdout: text } = await lab(...path, "--help");
  const listed = /\nCommands:\n([\s\S]*)$/.exec(text)?.[1] ?? "";
  const names = [...listed.matchAll(/^ {2}([a-z-]+)/gm)].flatMap(([, name = ""]) => (name === "help" ? [] : [name]));
  const own = names.length === 0 ? [helpOf(path.join(" "), text)] : [];
  const others = [];
  for (const name of names) others.push(...(await below([...path, name])));
  return [...own, ...others];
}

function helpOf(command: string, text: string): Help {
  const options = [...text.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option = ""]) => option);
  return { command, text, options };
}

/** What is wrong with a call of `lab`; undefined when nothing is. Placeholders count as words. */
export function labProblem(help: readonly Help[], words: readonly string[]): string | undefined {
  const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  const bare = own.filter((word) => !word.startsWith("-"));
  const found = [2, 1]
    .map((length) => help.find(({ command }) => command === bare.slice(0, length).join(" ")))
    .find((each) => each);
  if (!found) return bare.length === 0 ? undefined : `lab has no command ${bare[0] ?? ""}`;
  const options = own.filter((word) => word.startsWith("-")).map((word) => word.replace(/=.*$/s, ""));
  const unknown = options.find((option) => option !== "--help" && !found.options.includes(option));
  return unknown === undefined ? undefined : `lab ${found.command} has no option ${unknown}`;
}
