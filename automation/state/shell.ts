import { createHash } from "node:crypto";
import { EXIT, Failure } from "../failure";

/** What `lab state env` leaves in a shell beside what a plain Pulumi needs: whose variables they are, and what it set them to. */
const MARK = "PROXMOX_TALOS_STATE_ENV";

/**
 * What says which stack or project a plain Pulumi is about. A command of lab is told by its arguments, and hands its own on. Options of
 * Pulumi's commands may be variables, too, and count before `PULUMI_STACK`.
 */
const LEADING = ["PULUMI_STACK", ...["STACK", "CWD", "SOURCE", "DEST", "CONFIG_FILE"].map((option) => `PULUMI_OPTION_${option}`)];

/** Variables as a shell has them. */
export type Variables = Readonly<Record<string, string>>;

/** What a shell is to do so that a plain Pulumi finds a stack. */
export interface ShellChange {
  readonly set: Variables;
  /** What an earlier call set for another stack, and this one has nothing for. */
  readonly unset: readonly string[];
}

/**
 * Has a shell have what a plain Pulumi needs for a stack, and nothing more of what it was given for another one.
 *
 * @param own variables for the stack, as they are without what the shell was given
 * @param environment the shell's
 */
export function shellChange(stack: string, own: Variables, environment: NodeJS.ProcessEnv = process.env): ShellChange {
  const marked = Object.entries(own).map(([name, value]) => `${name}=${digest(value)}`);
  // What somebody has set anew meanwhile is their own.
  const unset = givenTo(environment)
    .filter(({ name, isUnchanged }) => isUnchanged && !(name in own))
    .map(({ name }) => name);
  return { set: { ...own, [MARK]: [stack, ...marked].join(" ") }, unset };
}

/** What a shell evaluates to make a change. */
export function shellLines({ set, unset }: ShellChange): string[] {
  return [
    ...unset.map((name) => `unset ${name}`),
    ...Object.entries(set).map(([name, value]) => `export ${name}=${quoted(value)}`),
  ];
}

/** Whatever is in a text, a shell reads it as it is. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** Takes out of an environment what says which stack a plain Pulumi is about: a command of lab is told by its own arguments. */
export function withoutLeading(environment: NodeJS.ProcessEnv): void {
  for (const name of LEADING) Reflect.deleteProperty(environment, name);
}

/** An environment without what `lab state env` set in it. What somebody set themselves stays, also in the place of what was set. */
export function withoutShell(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = givenTo(environment).filter(({ isUnchanged }) => isUnchanged);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !given.some((each) => each.name === name)));
}

/**
 * Leaves the state of a stack alone in a shell that was told about another: it would be looked for where that one's is. Neither would be
 * right, to follow such a variable or not to, for it may have been meant.
 *
 * @param own variables that the stack would have there
 * @throws {Failure} `other-shell` when one of the variables that are left says something else
 */
export function refuseOtherShell(stack: string, own: Variables, environment: NodeJS.ProcessEnv = process.env): void {
  const [owner] = (environment[MARK] ?? "").split(" ");
  if (owner === stack) return;
  const left = givenTo(environment).filter(({ name, isUnchanged }) => isUnchanged && !LEADING.includes(name));
  const names = left.map(({ name }) => name).filter((name) => own[name] !== environment[name]);
  if (names.length === 0) return;
  const remedy = `eval "$(npx lab state env ${stack})", or unset ${names.join(" ")}`;
  throw new Failure(
    "other-shell",
    `nothing was changed: this shell has ${names.join(" and ")} of ${owner ?? ""} (lab state env ${owner ?? ""}), which ${stack} is not to go by; ${remedy}`,
    EXIT.usage,
  );
}

function givenTo(environment: NodeJS.ProcessEnv): { readonly name: string; readonly isUnchanged: boolean }[] {
  const [, ...marked] = (environment[MARK] ?? "").split(" ");
  return marked.flatMap((each) => {
    const [, name, told] = /^([A-Z][A-Z0-9_]*)=([0-9a-f]+)$/.exec(each) ?? [];
    const value = name === undefined ? undefined : environment[name];
    return name === undefined ? [] : [{ name, isUnchanged: value !== undefined && digest(value) === told }];
  });
}

/** A URL may have a password in it, which is to stand in one variable only. */
function digest(value: string): string {
  return createHash("sha256").update(value).digest("hex").slice(0, 16);
}
