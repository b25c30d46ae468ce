import { NoCredentials, ProxmoxRefusal, SecondFactor } from "../../components/proxmox/proxmox-reader";
import type { ProxmoxAccess } from "../../components/proxmox/proxmox-reader";
import { devicesOf, judgePreflight, pathsOf, pendingOf, rightsOf, vmsOf } from "../../planner";
import type { PreflightCheck, Survey } from "../../planner";
import { EXIT, Failure } from "../failure";
import { accessOf } from "../identity";
import type { PlannedStack } from "../stacks";
import type { Workspace } from "../workspace";
import { madeOf } from "./made";
import type { survey } from "./survey";

/** What is asked of Proxmox before anything is made. */
export interface PreflightDoors {
  readonly survey: typeof survey;
}

/** What the look at the hosts came to. */
export interface Preflight {
  /** In the order in which somebody would mend them; none for a stack without VMs. */
  readonly checks: readonly PreflightCheck[];
  /** Why no update should begin; undefined when nothing is in its way. */
  readonly failure: Failure | undefined;
}

const UNAUTHORIZED = 401;
/** `user@realm!id=secret`; users of a directory may have an @ in their name (PVE::Auth::Plugin, user_regex). */
const TOKEN = /^[^\s:/]+@[A-Za-z][\w.-]*![A-Za-z][\w.-]*=\S+$/;

/**
 * Holds a stack to the hosts as they are, with the credentials that it will be deployed with. Changes nothing; an API
 * that does not answer, or refuses to, is a check that failed. What is only wanted for what the state has already fails nothing.
 *
 * @param signal gives up when it is aborted; what is answered then counts for nothing
 * @throws {Failure} of the workspace
 */
export async function preflight(
  doors: PreflightDoors,
  workspace: Pick<Workspace, "apiToken" | "login" | "resources">,
  { stack, config, plan }: Pick<PlannedStack, "stack" | "config" | "plan">,
  signal?: AbortSignal,
): Promise<Preflight> {
  if (!config.proxmox) return { checks: [], failure: undefined };
  const access = await accessOf(workspace, config.proxmox);
  const made = madeOf(plan, await workspace.resources());
  const scope = {
    paths: pathsOf(rightsOf(plan, made)),
    hosts: plan.proxmox?.hosts ?? [],
    imageStores: pendingOf(plan, made).talosImages.map(({ datastore }) => datastore),
    mappings: vmsOf(plan).some((vm) => devicesOf(vm).length > 0),
  };
  let found: Survey;
  try {
    if (access.apiToken !== undefined && !TOKEN.test(access.apiToken)) throw new NoToken(NO_TOKEN);
    found = await doors.survey(access, scope, signal);
  } catch (error) {
    return unanswered(stack, access, error);
  }
  const checks = judgePreflight(plan, found, made);
  return { checks, failure: failureOf(stack, checks) };
}

class NoToken extends Error {}

const NO_TOKEN = "the API token is none: user@realm!id=secret, as pveum user token add prints its two parts";

/** A failure of its own for each, for each has another cure. */
function unanswered(stack: string, { apiToken }: ProxmoxAccess, error: unknown): Preflight {
  const found = error instanceof Error ? error.message : String(error);
  const set = `npx lab pulumi ${stack} -- config set --secret proxmoxve:apiToken`;
  const failed = (remedy: string, failure: (message: string) => Failure): Preflight => ({
    checks: [{ name: "Proxmox API", state: "fail", found, remedy }],
    failure: failure(`nothing was changed: ${found}; ${remedy}`),
  });
  if (error instanceof NoCredentials)
    return failed(set, (message) => new Failure("no-proxmox-credentials", message, EXIT.failed));
  const isUnknown = error instanceof ProxmoxRefusal && error.status === UNAUTHORIZED;
  if (isUnknown || error instanceof NoToken) {
    const remedy = `${set}, ${apiToken === undefined ? LOGIN : OF_ENVIRONMENT}`;
    return failed(remedy, (message) => new Failure("wrong-proxmox-credentials", message, EXIT.failed));
  }
  if (error instanceof SecondFactor) {
    const remedy = `a token needs none: ${set}`;
    return failed(remedy, (message) => new Failure("wrong-proxmox-credentials", message, EXIT.failed));
  }
  const remedy = "is it the right proxmox.endpoint, and does this machine reach it?";
  return failed(remedy, (message) => new Failure("proxmox-unreachable", message, EXIT.failed));
}

const OF_ENVIRONMENT = "or PROXMOX_VE_API_TOKEN, where the stack file has none";
const LOGIN = "or proxmoxve:username and proxmoxve:password, or PROXMOX_VE_USERNAME and PROXMOX_VE_PASSWORD";

function failureOf(stack: string, checks: readonly PreflightCheck[]): Failure | undefined {
  const bad = checks.filter(({ state }) => state === "fail");
  if (bad.length === 0) return undefined;
  const lines = bad.map(({ name, found, remedy }) => `  ${name}: ${found}; ${remedy}`);
  const what = `nothing was changed: the hosts are not as Pulumi.${stack}.yaml has them`;
  return new Failure(
    "preflight-failed",
    [`${what}:`, ...lines, `npx lab up ${stack} --without-preflight goes on`].join("\n"),
    EXIT.failed,
  );
}
