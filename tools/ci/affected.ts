import { stackFileName } from "../../config/neighbours";

/** What a stack is made from beside its file: whatever of it changes may change every stack. */
const PROGRAM = [
  "index.ts",
  "Pulumi.yaml",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "config/",
  "planner/",
  "components/",
  "sdks/",
];

/** What judges every resource on its way to the engine, and sets some right. */
const POLICIES = ["policy/"];

/** What finds out and says what would be done: the same stack may get another report, or none. */
const TOOLS = ["automation/", "simulator/", "bin/", "tools/ci/", ".github/workflows/", ".gitlab-ci.yml"];

/** What a change touches. */
export interface Affected {
  /** In the order of the stacks given. */
  readonly stacks: readonly string[];
  /** Whether the program is another one, so that the base has to be taken through its own. */
  readonly program: boolean;
}

/**
 * The stacks that a change deploys otherwise: all of them when it changes the program or the policies, else those whose file it changes.
 *
 * @param changed files that changed, relative to the folder of `Pulumi.yaml`
 * @param stacks that are there or were
 */
export function affected(changed: readonly string[], stacks: readonly string[]): Affected {
  const program = touches(changed, PROGRAM);
  const all = program || touches(changed, POLICIES);
  return { program, stacks: all ? stacks : stacks.filter((stack) => changed.includes(stackFileName(stack))) };
}

/**
 * The stacks of which a change may have something else said: those that it deploys otherwise, all of them when it changes what says it, and those that
 * have something in common with one whose file it changes.
 *
 * @param isTouchedByOthers whether a stack's plan is another one because of other stack files; asked only when some of these changed
 */
export function reported(
  changed: readonly string[],
  stacks: readonly string[],
  isTouchedByOthers: (stack: string) => boolean,
): Affected {
  const { program, stacks: deployed } = affected(changed, stacks);
  if (touches(changed, TOOLS)) return { program, stacks };
  const hasFiles = stacksAmong(changed).length > 0;
  return { program, stacks: stacks.filter((stack) => deployed.includes(stack) || (hasFiles && isTouchedByOthers(stack))) };
}

/** Stacks whose files a list of names has. */
export function stacksAmong(names: readonly string[]): string[] {
  return names.flatMap((name) => /^Pulumi\.([^/]+)\.yaml$/.exec(name)?.[1] ?? []);
}

function touches(changed: readonly string[], parts: readonly string[]): boolean {
  return changed.some((name) => parts.some((part) => (part.endsWith("/") ? name.startsWith(part) : name === part)));
}
