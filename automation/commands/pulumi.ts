import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Ask } from "../ask";
import { askTerminal } from "../ask";
import { EXIT, Failure } from "../failure";
import type { Judgement } from "../plain-pulumi/judgement";
import { judge } from "../plain-pulumi/judgement";
import { endedBy, pulumiCli } from "../pulumi-cli";
import { count } from "../render/text";
import { locksOf } from "../state/locks";
import { knownStacks } from "../stacks";
import { StackState } from "../state/stack-state";
import type { WholeState } from "../state/whole-state";
import { safeguard } from "../unlocking";

/** Options of `lab pulumi`. */
export interface PlainOptions {
  /** The cluster's name: without it nothing is lost. @default it is asked for where somebody sits at a terminal */
  readonly consent?: string;
}

/**
 * Runs a plain Pulumi command with a stack's backend, name and passphrase; ends as that ends. Before what changes the state it is backed
 * up, and what would lose something for good takes consent.
 *
 * @throws {Failure} `usage` for a command about another stack, project or backend, `consent-missing`, `locked`
 */
export function runPulumi(nameOrPath: string, args: readonly string[], options: PlainOptions): Promise<number> {
  return runPulumiWith({ ask: askTerminal }, nameOrPath, args, options);
}

/** {@link runPulumi} through given doors. */
export async function runPulumiWith(
  { ask }: { readonly ask: Ask },
  nameOrPath: string,
  args: readonly string[],
  options: PlainOptions,
): Promise<number> {
  const state = StackState.of(nameOrPath);
  const { projectDir, layout, location, parsed } = state;
  const organization = parsed.config.state.backend?.cloud?.organization;
  const neighbours = knownStacks(projectDir).filter((each) => each !== state.stack);
  const judgement = judge(args, { ...layout, organization, url: location.url, projectDir, neighbours });
  if (judgement.refusal !== undefined) throw new Failure("usage", `nothing was run: ${judgement.refusal}`, EXIT.usage);
  const { command } = await pulumiCli();
  if (judgement.effect === "unlocks") await requireConsentToUnlock(state, judgement, ask, options);
  else if (judgement.effect !== "keeps") await keep(state, judgement, ask, options);
  const ended = await carriedOut(command, args, state);
  if (typeof ended === "number") return ended;
  // A reader that has seen enough (`| head`) is no error: as a shell has it, without a word.
  if (ended === "SIGPIPE" && judgement.effect === "keeps") return 128 + constants.signals.SIGPIPE;
  const then = judgement.effect === "keeps" ? "" : `; lab up ${state.stack} finishes what was under way`;
  throw new Failure("pulumi-failed", `${endedBy(ended)}${then}`, EXIT.failed);
}

/** Backs the state up, once whoever would lose something has agreed to that. */
async function keep(state: StackState, judgement: Judgement, ask: Ask, options: PlainOptions): Promise<void> {
  const { stack, store, layout } = state;
  // What mends a state is not stopped by one that cannot be read.
  const isMending = ["stack import", "state repair"].includes(judgement.command);
  const exported = await (isMending ? state.exportedOrBroken() : state.exported().then((found) => found ?? null));
  if (exported === null) return;
  const isEmpty = exported !== undefined && isNothing(exported);
  // Whether Git has the stack file as it is, nobody knows.
  if (judgement.effect === "loses" && (!isEmpty || judgement.deletesFile)) {
    await requireConsent(state, judgement, whatIsLost(judgement, stack, exported), ask, options);
  }
  await safeguard(
    {
      stack,
      locks: async () => store && locksOf(store, layout),
      backup: async (operation) => {
        const file = exported && (await state.backups.save(exported, operation));
        if (file !== undefined) tell(`the state of ${stack} is kept in ${file}`);
        else if (!isEmpty) tell(`there is no backup: the state of ${stack} cannot be read`);
        return file;
      },
    },
    ["pulumi", ...judgement.command.split(" ")].filter((each) => /^[a-z-]+$/.test(each)).join("-"),
  );
}

/** A lock that nobody holds is nobody's loss. */
async function requireConsentToUnlock(state: StackState, judgement: Judgement, ask: Ask, options: PlainOptions): Promise<void> {
  if (state.store && (await locksOf(state.store, state.layout)).length === 0) return;
  const lost = "takes the lock away from an update that may be at work";
  const instead = `lab cancel ${state.stack} says whose it is, and asks only when that cannot be known`;
  await requireConsent(state, judgement, `${lost}; ${instead}`, ask, options);
}

async function requireConsent(
  { stack, parsed }: StackState,
  { command }: Judgement,
  lost: string,
  ask: Ask,
  { consent }: PlainOptions,
): Promise<void> {
  const { name } = parsed.config.metadata;
  if (consent === name) return;
  let typed = consent;
  if (typed === undefined) {
    typed = await ask(`pulumi ${command} ${lost}\ntype ${name} to run it all the same: `);
    if (typed === name) return;
  }
  const found = typed === undefined ? "" : ` ${JSON.stringify(typed)} is not the cluster's name;`;
  const how = `to consent, put the cluster's name before the two hyphens: lab pulumi ${stack} --consent ${name} -- …`;
  throw new Failure("consent-missing", `nothing was run: pulumi ${command} ${lost};${found} ${how}`, EXIT.failed);
}

function whatIsLost({ command, deletesFile }: Judgement, stack: string, exported: WholeState | undefined): string {
  const resources = exported ? count(exported.deployment.resources?.length ?? 0, "resource") : "a state that cannot be read";
  if (exported && isNothing(exported) && deletesFile) {
    return `deletes Pulumi.${stack}.yaml with all that is in it (--preserve-config leaves that)`;
  }
  const file = deletesFile ? `, and Pulumi.${stack}.yaml with it (--preserve-config leaves that)` : "";
  switch (command) {
    case "destroy":
      return `deletes what it finds under the ids of ${resources}, whosever it is by now${file}; lab destroy ${stack} asks Proxmox before`;
    case "stack remove":
      return `forgets ${resources}${file}: what is there runs on and is known to nobody; lab destroy ${stack} takes it away`;
    case "stack import":
      return `puts another state in the place of ${resources}; lab state restore ${stack} does that for one that was looked at before`;
    case "state delete":
      return `takes some of ${resources} out of the state: what is there runs on and is known to nobody`;
    case "up":
      return `has another program decide about ${resources}: what that does not declare is deleted`;
    default:
      return `may delete ${resources}`;
  }
}

function isNothing({ deployment: { resources = [], pending_operations: pending = [] } }: WholeState): boolean {
  return resources.length === 0 && pending.length === 0;
}

/** On stderr: what the command itself says may be read by a program. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** @returns its exit code, or the signal that ended it */
async function carriedOut(command: string, args: readonly string[], state: StackState): Promise<number | NodeJS.Signals> {
  const env = { ...process.env, ...(await state.environment()) };
  const child = spawn(command, args, { cwd: state.projectDir, env, stdio: "inherit" });
  const ignored = (): void => undefined;
  const told = (): void => {
    child.kill("SIGTERM");
  };
  process.on("SIGINT", ignored).on("SIGTERM", told);
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", reject).on("close", (code, signal) => {
        resolve(signal ?? code ?? EXIT.failed);
      });
    });
  } finally {
    process.off("SIGINT", ignored).off("SIGTERM", told);
  }
}
