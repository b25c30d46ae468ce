import { LETTERS, WITHOUT_VALUE, WITH_VALUE } from "./command-table";

/** An argument that is no option: a part of the command's name, or what the command is about. */
export interface Word {
  readonly text: string;
  /** False where it may as well be the value of the option before it. */
  readonly sure: boolean;
}

/** An option, under its long name where that is known. */
export interface Given {
  readonly name: string;
  readonly value: string | undefined;
  /** False where it may as well be the value of the option before it. */
  readonly sure: boolean;
}

/** Arguments of the Pulumi CLI. */
export interface Arguments {
  readonly words: readonly Word[];
  readonly options: readonly Given[];
}

/** What the argument before leaves open. */
type Before = "settled" | "may-take-value";

/**
 * Takes arguments apart as the CLI does (spf13/pflag). What an option takes is not known of every option and every version of the CLI:
 * where it is not, both readings are in the result, so that whoever judges it misses neither.
 */
export function readArguments(args: readonly string[]): Arguments {
  const words: Word[] = [];
  const options: Given[] = [];
  let before: Before = "settled";
  for (let index = 0; index < args.length; index++) {
    const text = args[index] ?? "";
    const sure = before === "settled";
    if (text === "--" && sure) {
      words.push(...args.slice(index + 1).map((each) => ({ text: each, sure })));
      break;
    }
    before = "settled";
    if (text === "--") continue;
    if (!text.startsWith("-") || text === "-") {
      words.push({ text, sure });
      continue;
    }
    const { found, wants } = text.startsWith("--") ? long(text) : letters(text);
    const next = args[index + 1];
    const last = found.length - 1;
    options.push(
      ...found.map(({ name, value, certain }, at) => ({
        name,
        value: wants === "value" && at === last ? next : value,
        sure: sure && certain,
      })),
    );
    // What may be a value itself may take none.
    if (wants === "value" && sure && found[last]?.certain === true) index += 1;
    else if (wants !== "nothing") before = "may-take-value";
  }
  return { words, options };
}

interface Read {
  /** `certain` is false where it may as well be the value of a letter before it. */
  readonly found: readonly { readonly name: string; readonly value: string | undefined; readonly certain: boolean }[];
  /** Whether the next argument is the value of the last. */
  readonly wants: "value" | "nothing" | "unknown";
}

function long(text: string): Read {
  const [, name = "", value] = /^--([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  const found = [{ name, value, certain: true }];
  if (value !== undefined || WITHOUT_VALUE.has(name)) return { found, wants: "nothing" };
  return { found, wants: WITH_VALUE.has(name) ? "value" : "unknown" };
}

/** Several may stand behind one hyphen, the last of them with its value: `-ys homelab`, `-yshomelab`. */
function letters(text: string): Read {
  const found: { name: string; value: string | undefined; certain: boolean }[] = [];
  let certain = true;
  for (let index = 1; index < text.length; index++) {
    const letter = text[index] ?? "";
    const rest = text.slice(index + 1);
    const { name, takesValue } = LETTERS[letter] ?? { name: letter, takesValue: undefined };
    const hasValue = rest !== "" && (takesValue === true || rest.startsWith("="));
    found.push({ name, value: hasValue ? rest.replace(/^=/, "") : undefined, certain });
    if (hasValue) return { found, wants: "nothing" };
    if (rest === "") return { found, wants: takesValue === undefined ? "unknown" : takesValue ? "value" : "nothing" };
    // What follows a letter that is not known may be its value, or more letters.
    certain &&= takesValue !== undefined;
  }
  return { found, wants: "nothing" };
}
