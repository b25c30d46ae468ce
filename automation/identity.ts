import { lookAt } from "../components/proxmox/proxmox-api";
import { environmentCredentials } from "../components/proxmox/proxmox-reader";
import type { ProxmoxAccess } from "../components/proxmox/proxmox-reader";
import type { StackConfig } from "../config/schema";
import type { Listing } from "../planner/identity";
import { judgeChange } from "../planner/identity";
import { EXIT, Failure, isAboutPassphrase } from "./failure";
import { machinesOf } from "./render/destruction";
import type { StateResource, Workspace } from "./workspace";

/** Asks the Proxmox API what is there. */
export type Look = (access: ProxmoxAccess) => Promise<Listing>;

/** The real API. */
export const look: Look = lookAt;

/**
 * What the program's hooks would check before it deletes VMs, for a deletion without the program: each VM of the state must be the
 * stack's own, by name and tag. One that is gone may go.
 *
 * @param unchecked go on when the API does not answer; what it answers counts all the same
 * @throws {Failure} `identity-mismatch` naming every VM that is another, `identity-unchecked` when it cannot be known
 */
export async function checkIdentities(
  ask: Look,
  workspace: Pick<Workspace, "apiToken" | "login">,
  { proxmox, metadata }: StackConfig,
  resources: readonly StateResource[],
  unchecked: boolean,
): Promise<void> {
  const vms = machinesOf(resources);
  if (vms.length === 0) return;
  const listing = await listingOf(ask, workspace, proxmox).catch((error: unknown) => {
    // Without the right passphrase there are no credentials to ask with, and nothing to destroy with either.
    if (isAboutPassphrase(error)) throw error;
    if (unchecked) return undefined;
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(
      "identity-unchecked",
      `nothing destroyed: identity-unchecked: ${why}; --without-identity-check destroys the VMs of these ids whosever they are`,
      EXIT.failed,
    );
  });
  if (!listing) return;
  const refusals = vms.flatMap(({ name: resource, inputs: { vmId, name } }) => {
    if (typeof vmId !== "number") return [`${resource} has no VM id to check`];
    const identity = { vmId, name: typeof name === "string" ? name : resource, tag: metadata.name };
    return judgeChange("deleted", identity, listing) ?? [];
  });
  if (refusals.length > 0) {
    throw new Failure("identity-mismatch", `nothing destroyed: ${refusals.join("\n")}`, EXIT.failed);
  }
}

/**
 * What there is, with the credentials the stack has.
 *
 * @throws {Error} saying why it cannot be known
 */
export async function listingOf(
  ask: Look,
  workspace: Pick<Workspace, "apiToken" | "login">,
  proxmox: StackConfig["proxmox"],
): Promise<Listing> {
  if (!proxmox) throw new Error("the stack file has no proxmox.endpoint to look at");
  return ask(await accessOf(workspace, proxmox));
}

/** How the stack's API is reached, with its own credentials or else those of the environment. */
export async function accessOf(
  workspace: Pick<Workspace, "apiToken" | "login">,
  { endpoint, insecure }: Pick<NonNullable<StackConfig["proxmox"]>, "endpoint" | "insecure">,
): Promise<ProxmoxAccess> {
  const elsewhere = environmentCredentials();
  const apiToken = (await workspace.apiToken()) ?? elsewhere.apiToken;
  const login = (await workspace.login()) ?? elsewhere.login;
  return { endpoint, insecure, apiToken, ...(login ? { login } : {}) };
}
