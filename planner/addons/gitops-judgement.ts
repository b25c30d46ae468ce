import { MANAGERS } from "../../config/addons/release";
import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { AddonKey, PlannedRelease } from "../plan";
import type { Site } from "../site";
import type { AddonDefinition } from "./definition";
import { needed } from "./order";

type Manager = PlannedRelease["managedBy"];
type Ordered = Pick<AddonDefinition, "key" | "needs" | "provides">;

/** Add-ons that make a cluster what a repository says. */
const TOOLS = ["argoCd", "flux"] as const;

/** Key of such an add-on. */
export type GitopsTool = (typeof TOOLS)[number];

/** The one that is on, if any is. */
export function gitopsTool(addons: Partial<Record<GitopsTool, unknown>>): GitopsTool | undefined {
  return TOOLS.find((key) => addons[key] !== undefined);
}

/** Two that would undo each other's work, and releases that are left to nobody, or before those that wait for them. */
export function judgeGitops(site: Site, on: readonly Ordered[], managerOf: (key: AddonKey) => Manager): UnplacedProblem[] {
  return [...judgeTools(site), ...on.flatMap((each) => judgeLeaving(site, each, { on, managerOf }))];
}

function judgeTools({ addons }: Site): UnplacedProblem[] {
  if (TOOLS.some((key) => addons[key] === undefined)) return [];
  return [
    problem(
      "addons.argoCd",
      {},
      "addons.flux is there as well: each would put back what the other changes",
      "one of argoCd and flux",
      "leave one of them out",
    ),
  ];
}

interface Surroundings {
  readonly on: readonly Ordered[];
  readonly managerOf: (key: AddonKey) => Manager;
}

function judgeLeaving({ addons }: Site, leaving: Ordered, { on, managerOf }: Surroundings): UnplacedProblem[] {
  const manager = managerOf(leaving.key);
  if (manager === "stack") return [];
  const path = `addons.${leaving.key}.managedBy`;
  if (gitopsTool(addons) === undefined) {
    const remedy = "add addons.flux or addons.argoCd, or leave managedBy out";
    return [problem(path, manager, "nothing is there that would take the release over", "stack", remedy)];
  }
  // On a fresh cluster the program would wait for what only GitOps installs, with nothing that tells when it has.
  const left = on.filter((other) => needed(other, [leaving]).length > 0 && rank(managerOf(other.key)) < rank(manager));
  if (left.length === 0) return [];
  const keys = left.map(({ key }) => key).join(", ");
  const message = `${keys} ${left.length === 1 ? "waits" : "wait"} for it and ${left.length === 1 ? "stays" : "stay"} behind`;
  const remedy = `say the same of ${keys}, or leave ${leaving.key} with the stack`;
  return [
    problem(path, manager, message, `${MANAGERS.slice(0, rank(manager)).join(" or ")}, or ${manager} for all of them`, remedy),
  ];
}

function rank(manager: Manager): number {
  return MANAGERS.indexOf(manager);
}
