import type { StackConfig } from "../config/schema";
import type { Plan, PlannedRelease } from "../planner";
import { EXIT, Failure } from "./failure";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const RESOURCES = "proxmox-talos:kubernetes:CustomResources";

/** What is read of a resource in a state. */
export interface KeptResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string | null;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
}

/** What the stack is to become. */
export interface Wanted {
  readonly config: Pick<StackConfig, "addons">;
  readonly plan: Pick<Plan, "addons">;
}

/**
 * Refuses an update that would uninstall without consent what keeps volumes, or what was to be handed over. The engine refuses the
 * first as well, but an update without preview gets there only when all else is done, and does not know what the consent is.
 *
 * @param resources the state
 * @throws {Failure} `consent-missing`
 */
export function checkConsent(resources: readonly KeptResource[], { config, plan }: Wanted): void {
  const reason = longhornGoes(resources, config);
  if (reason !== undefined) throw unconsented(reason);
  checkLeaving(resources, plan);
}

/**
 * The half of it that is about GitOps.
 *
 * @throws {Failure} `consent-missing`
 */
export function checkLeaving(resources: readonly KeptResource[], plan: Wanted["plan"]): void {
  const [left] = leftInOneStep(resources, plan);
  if (left) throw unconsented(left.message);
}

/** What an update would delete because its add-on goes to GitOps before the state knows that it is to stay. */
export function leftInOneStep(
  resources: readonly KeptResource[],
  { addons }: Pick<Plan, "addons">,
): { readonly urn: string; readonly message: string }[] {
  const handed = (Object.values(addons) as PlannedRelease[]).filter(({ managedBy }) => managedBy === "gitops");
  return handed.flatMap(({ key, name }) =>
    resources
      .filter((each) => belongsTo(each, name) && each.retainOnDelete !== true)
      .map(({ urn }) => ({
        urn,
        message: `the state does not say that ${urn.split("::").at(-1) ?? ""} stays when the program no longer asks for it, so that addons.${key}.managedBy: gitops would delete it; put leaving in its place, run lab up, and only then gitops`,
      })),
  );
}

function unconsented(reason: string): Failure {
  return new Failure("consent-missing", `nothing was changed: ${reason}`, EXIT.failed);
}

/** The release of an add-on, and custom resources of it. */
function belongsTo({ urn, type, parent }: KeptResource, release: string): boolean {
  if (type === RELEASE) return urn.endsWith(`::${release}`);
  // What it waited for keeps nothing in the cluster.
  return !type.startsWith("pulumi-nodejs:") && (parent?.endsWith(`${RESOURCES}::${release}`) ?? false);
}

function longhornGoes(resources: readonly KeptResource[], { addons }: Pick<StackConfig, "addons">): string | undefined {
  const release = resources.find(({ type, urn }) => type === RELEASE && urn.endsWith("::longhorn"));
  if (addons.longhorn !== undefined || release?.protect !== true) return undefined;
  return "the stack runs Longhorn, addons.longhorn is not in its file any more, and uninstalling Longhorn deletes all of its volumes; to consent, put it back with allowUninstall: true, run lab up, and only then take it out";
}
