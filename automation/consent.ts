import type { StackConfig } from "../config/schema";
import { EXIT, Failure } from "./failure";
import type { StateEntry } from "./recovery";

const RELEASE = "kubernetes:helm.sh/v3:Release";

/**
 * Refuses an update that would uninstall Longhorn without consent. The engine refuses as well, but an update without preview gets
 * there only when all else is done, and does not know what the consent is.
 *
 * @param resources the state
 * @throws {Failure} `consent-missing`
 */
export function checkConsent(resources: readonly StateEntry[], { addons }: Pick<StackConfig, "addons">): void {
  const release = resources.find(({ type, urn }) => type === RELEASE && urn.endsWith("::longhorn"));
  if (addons.longhorn !== undefined || release?.protect !== true) return;
  throw new Failure(
    "consent-missing",
    "nothing was changed: the stack runs Longhorn, addons.longhorn is not in its file any more, and uninstalling Longhorn deletes all of its volumes; to consent, put it back with allowUninstall: true, run lab up, and only then take it out",
    EXIT.failed,
  );
}
