import { environmentCredentials } from "../../components/proxmox/proxmox-reader";
import { Failure } from "../failure";
import type { Task, TaskContext } from "../operations/tasks";
import type { Outcome } from "../operations/outcome";
import type { StackTaskOptions } from "../operations/stack-tasks";
import { onStacks } from "../operations/stack-tasks";
import { stdoutStyle } from "../output";
import type { PreflightDoors } from "../preflight/preflight";
import { preflight } from "../preflight/preflight";
import { survey } from "../preflight/survey";
import { renderPreflight } from "../render/preflight";
import { count } from "../render/text";
import type { PlannedStack } from "../stacks";
import { PROJECT_DIR, planned } from "../stacks";
import type { Workspace } from "../workspace";
import { openWorkspace } from "../workspace";

/** What the command touches outside of this process. */
export interface PreflightCommandDoors extends PreflightDoors {
  readonly open: (stack: string, projectDir: string) => Promise<PreflightWorkspace>;
}

type PreflightWorkspace = Pick<Workspace, "apiToken" | "login" | "resources">;

/** Holds stack files to the hosts as they are, with the credentials they will be deployed with. Changes nothing. */
export function preflightCommand(stack: string | undefined, options: StackTaskOptions): Promise<number> {
  const doors = { open: openWorkspace, survey };
  return onStacks("preflight", stack, options, (own) => preflightTask(doors, own.stack, options), false);
}

/** {@link preflightCommand} of one stack through given doors. */
export function preflightTask(doors: PreflightCommandDoors, stack: string, options: StackTaskOptions): Task {
  return { stack, shares: [], run: (context) => look(doors, planned(stack), options, context) };
}

async function look(
  doors: PreflightCommandDoors,
  stack: PlannedStack,
  options: StackTaskOptions,
  { display, interruption }: TaskContext,
): Promise<Outcome> {
  display.phase("opening");
  const workspace = await opened(doors, stack.stack);
  display.phase("asking Proxmox");
  const { checks, failure } = await preflight(doors, workspace, stack, interruption.told);
  interruption.check("stopped: nothing was changed");
  const style = stdoutStyle(options);
  const { ok, bad, dash } = style.glyphs;
  const failed = checks.filter(({ state }) => state === "fail").length;
  const told = checks.filter(({ state }) => state === "warn").length;
  const verdict =
    checks.length === 0
      ? `${dash} ${stack.stack} has no VMs: nothing to ask Proxmox`
      : failed > 0
        ? `${bad} ${stack.stack}: ${count(failed, "check")} failed, lab up would not begin`
        : told > 0
          ? `${ok} ${stack.stack}: lab up would begin; ${count(told, "thing")} to look at`
          : `${ok} ${stack.stack}: the hosts are as the stack file has them`;
  return {
    summary: {},
    json: { checks, ...(failure ? { code: failure.code } : {}) },
    lines: [...renderPreflight(checks, style), ...(checks.length > 0 ? [""] : []), verdict],
    isAnswer: true,
    ok: !failure,
    note: failed > 0 ? `${count(failed, "check")} failed` : told > 0 ? `${count(told, "thing")} to look at` : "as planned",
  };
}

/** Before there is a state, or a CLI, the environment's credentials do. */
async function opened(doors: PreflightCommandDoors, stack: string): Promise<PreflightWorkspace> {
  try {
    return await doors.open(stack, PROJECT_DIR);
  } catch (error) {
    const { apiToken, login } = environmentCredentials();
    const isTooEarly = error instanceof Failure && TOO_EARLY.includes(error.code);
    if (!isTooEarly || (!apiToken && !login)) throw error;
    return { apiToken: () => NOTHING, login: () => NOTHING, resources: () => Promise.resolve([]) };
  }
}

const TOO_EARLY = ["missing-tool", "unknown-state", "no-store", "no-passphrase"];
const NOTHING = Promise.resolve(undefined);
