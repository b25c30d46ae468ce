import { basename, dirname, resolve } from "node:path";
import type { Arguments, Given, Word } from "./arguments";
import { readArguments } from "./arguments";
import type { Commands, Effect } from "./command-table";
import { COMMANDS } from "./command-table";

/** Whose command it is to be. */
export interface Own {
  readonly stack: string;
  readonly project: string;
  /** In Pulumi Cloud. @default none, or the user's own */
  readonly organization?: string | undefined;
  /** URL of its backend; empty where nobody says. */
  readonly url: string;
  /** Folder of `Pulumi.yaml`, absolute. */
  readonly projectDir: string;
  /** Other stacks that have a file there. */
  readonly neighbours: readonly string[];
}

/** What a command of the Pulumi CLI would do. */
export interface Judgement {
  /** Its name without options, aliases resolved, for instance `stack remove`; that of one that is not known is its first word. */
  readonly command: string;
  readonly effect: Effect;
  /** Why it is not run: it would be about something else than the stack. Undefined when it may be. */
  readonly refusal: string | undefined;
  /** Whether the stack file would go, too. */
  readonly deletesFile: boolean;
}

/** Effects, the worst last. */
const WORSE: readonly Effect[] = ["keeps", "changes", "unlocks", "loses"];

/** What the words of a command stand for. */
interface Meaning {
  readonly path: readonly string[];
  readonly effect: Effect;
  /** What follows its name. */
  readonly rest: readonly Word[];
}

/**
 * Judges a command line of the Pulumi CLI before it is run: what it does to the stack's state, and whether it is about that stack at all.
 * Where an argument can be read in two ways, the worse one counts.
 */
export function judge(args: readonly string[], own: Own): Judgement {
  const read = readArguments(args);
  const { path, effect, rest } = meaningOf(read.words, { itself: "keeps", commands: COMMANDS });
  const command = path.join(" ");
  if (isOn(read, "help") || path[0] === "help") return { command, effect: "keeps", refusal: undefined, deletesFile: false };
  const isPreview = ["destroy", "refresh", "import"].includes(command) && isOn(read, "preview-only");
  // Another program would take the place of the stack's own. What may be an option's value (`-t <urn>`) is taken for one.
  const isForeign = command === "up" && rest.some(({ sure }) => sure);
  return {
    command,
    effect: isPreview ? "keeps" : isForeign ? "loses" : effect,
    refusal: refusalOf(read, command, rest, own),
    deletesFile: command === "stack remove" ? !isOn(read, "preserve-config") : command === "destroy" && has(read, "remove"),
  };
}

function meaningOf(words: readonly Word[], { itself, commands }: { itself: Effect; commands: Commands }): Meaning {
  const [first, ...rest] = words;
  if (!first) return { path: [], effect: itself, rest };
  const taken = asCommand(first, rest, commands);
  if (first.sure) return taken;
  const passed = meaningOf(rest, { itself, commands });
  return WORSE.indexOf(passed.effect) > WORSE.indexOf(taken.effect) ? passed : taken;
}

function asCommand({ text }: Word, rest: readonly Word[], commands: Commands): Meaning {
  const [names = "", found] = Object.entries(commands).find(([each]) => each.split(" ").includes(text)) ?? [];
  if (found === undefined) return { path: [text], effect: "changes", rest };
  const [name = ""] = names.split(" ");
  if (typeof found === "string") return { path: [name], effect: found, rest };
  const below = meaningOf(rest, found);
  return { ...below, path: [name, ...below.path] };
}

/** Whether an option without a value was surely given, and never taken back. */
function isOn({ options }: Arguments, name: string): boolean {
  const found = options.filter((each) => each.name === name);
  return found.some(({ sure }) => sure) && found.every(({ value }) => value === undefined || value === "true");
}

function has({ options }: Arguments, name: string): boolean {
  return options.some((each) => each.name === name);
}

/** Commands that are about two stacks, each with a passphrase of its own. */
const OF_TWO = ["state move", "config copy"];
/** Commands that take a stack's name as their argument. */
const OF_NAMED = ["stack new", "stack remove", "stack select", "cancel"];

function refusalOf(read: Arguments, command: string, rest: readonly Word[], own: Own): string | undefined {
  const elsewhere = read.options.find(
    ({ name, value = "." }) => name === "cwd" && resolve(own.projectDir, value) !== own.projectDir,
  );
  if (elsewhere) return `--cwd ${elsewhere.value ?? ""} leads to another project; leave it out`;
  const { stack } = own;
  // No command of Pulumi has one.
  if (has(read, "consent")) {
    return `--consent is an option of lab: put it before the two hyphens, lab pulumi ${stack} --consent <name> -- …`;
  }
  const otherFile = read.options.find(({ name, value = "" }) => name === "config-file" && isOfAnother(value, own))?.value;
  if (otherFile !== undefined) {
    return `--config-file ${otherFile} is the file of another stack than ${stack}; name the stack before the two hyphens: lab pulumi <stack> -- …`;
  }
  const other = [...otherStacks(read.options, own), ...(OF_NAMED.includes(command) ? rest : []).flatMap(({ text }) => text)].find(
    (name) => !isOwn(name, own),
  );
  if (other !== undefined) {
    const why = `${other} is another stack than ${own.stack}, and would be given its backend and its passphrase`;
    return `${why}; name a stack once, before the two hyphens: lab pulumi <stack> -- …`;
  }
  if (OF_TWO.includes(command)) {
    const why = `pulumi ${command} is about two stacks, which have a passphrase each, and here both would be given that of ${own.stack}`;
    return `${why}; keep both states with lab state backup, and run it with a plain pulumi`;
  }
  const taken = command === "stack rename" ? takenBy(rest, own) : undefined;
  if (taken !== undefined)
    return `Pulumi.${taken}.yaml is there, and would be overwritten by that of ${stack}; choose another name`;
  return command === "login" || command === "logout" ? leaving(read, command, rest, own) : undefined;
}

/** Whether a file is the stack file of another stack of the project. */
function isOfAnother(file: string, { stack, projectDir }: Own): boolean {
  const path = resolve(projectDir, file);
  const [, owner] = /^Pulumi\.(.+)\.ya?ml$/.exec(basename(path)) ?? [];
  return owner !== undefined && owner !== stack && dirname(path) === projectDir;
}

/** The stack whose file a new name would overwrite; some systems tell no large letters from small ones. */
function takenBy(rest: readonly Word[], { neighbours }: Own): string | undefined {
  const names = rest.map(({ text }) => text.split("/").at(-1)?.toLowerCase());
  return neighbours.find((each) => names.includes(each.toLowerCase()));
}

/** Stacks that options name. */
function otherStacks(options: readonly Given[], own: Own): string[] {
  return options
    .filter(({ name }) => ["stack", "source", "dest", "copy-config-from"].includes(name))
    .map(({ value }) => value ?? own.stack);
}

/** As Pulumi takes names: alone, with their organization, or with that and their project. */
function isOwn(name: string, { stack, project, organization }: Own): boolean {
  const parts = name.split("/");
  const [org, between] = parts.length > 1 ? [parts[0], parts.length > 2 ? parts[1] : project] : [undefined, project];
  const isOrg = org === undefined || org === "organization" || org === organization;
  return name === "" || (parts.length <= 3 && parts.at(-1) === stack && between === project && isOrg);
}

/** Another backend than the stack's own is nothing that one of its commands goes to. */
function leaving({ options }: Arguments, command: string, rest: readonly Word[], { url, stack }: Own): string | undefined {
  const named = [
    ...rest.map(({ text }) => text),
    ...options.filter(({ name }) => name === "cloud-url").map(({ value = "" }) => value),
  ];
  const flag = options.find(({ name }) => ["local", "l", "all"].includes(name))?.name;
  const other = named.find((each) => each !== url) ?? (flag === undefined ? undefined : flag === "all" ? "--all" : "--local");
  if (other === undefined) return undefined;
  return `pulumi ${command} ${other} is about another backend than that of ${stack}; a plain pulumi does that, without lab`;
}
