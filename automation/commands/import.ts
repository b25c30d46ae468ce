import { etcdRuns } from "../../components/talos/etcd-probe";
import { labelOf } from "../explanation";
import { EXIT, Failure } from "../failure";
import type { Look } from "../identity";
import { listingOf, look } from "../identity";
import type { StackTaskOptions } from "../operations/stack-tasks";
import { hostsOf, onStacks } from "../operations/stack-tasks";
import type { Outcome } from "../operations/outcome";
import type { Task, TaskContext } from "../operations/tasks";
import { stdoutStyle } from "../output";
import type { ExportedState, PlannedEntry, StateEntry } from "../recovery";
import { BOOTSTRAP, VM, refreshable, taken } from "../recovery";
import type { ParsedStack } from "../stacks";
import { PROJECT_DIR } from "../stacks";
import { safeguard, unlocked } from "../unlocking";
import type { Workspace } from "../workspace";
import { openWorkspace } from "../workspace";

/** What the command touches outside of this process. */
export interface ImportDoors {
  readonly open: (
    stack: string,
    projectDir: string,
  ) => Promise<
    Pick<
      Workspace,
      "stack" | "exported" | "imported" | "creations" | "refresh" | "locks" | "unlock" | "backup" | "apiToken" | "login"
    >
  >;
  readonly look: Look;
  readonly etcdRuns: (address: string) => Promise<boolean>;
}

type ImportWorkspace = Awaited<ReturnType<ImportDoors["open"]>>;

/** Types whose provider can say what one is by its name alone, and that keep no secret. */
const IMPORTABLE = [
  VM,
  BOOTSTRAP,
  "proxmoxve:index/poolLegacy:PoolLegacy",
  "proxmoxve:download/file:File",
  "proxmoxve:index/haresource:Haresource",
  "proxmoxve:index/harule:Harule",
  "kubernetes:core/v1:Namespace",
];

/** Takes what is there already over into a stack's state, so that an update does not create it; without names it says what could be. */
export function importResources(stack: string, names: readonly string[], options: StackTaskOptions): Promise<number> {
  return onStacks("import", stack, options, (own) => importTask({ open: openWorkspace, look, etcdRuns }, own, names, options));
}

/** {@link importResources} through given doors. */
export function importTask(
  doors: ImportDoors,
  own: Pick<ParsedStack, "stack" | "config">,
  names: readonly string[],
  options: StackTaskOptions,
): Task {
  const { stack, config } = own;
  return { stack, shares: hostsOf(config), run: (context) => takeOver(doors, own, names, options, context) };
}

async function takeOver(
  doors: ImportDoors,
  own: Pick<ParsedStack, "stack" | "config">,
  names: readonly string[],
  options: StackTaskOptions,
  { display }: TaskContext,
): Promise<Outcome> {
  const { stack } = own;
  display.phase("opening");
  const workspace = await doors.open(stack, PROJECT_DIR);
  const before = await workspace.exported();
  display.phase("asking what would be created");
  const candidates = importable(before, await workspace.creations());
  const { ok, dash } = stdoutStyle(options).glyphs;
  if (names.length === 0) {
    const lines = candidates.map(({ urn }) => `  ${labelOf(urn)}`);
    const head = candidates.length === 0 ? "nothing could be taken over" : "could be taken over, if it is there:";
    return {
      summary: {},
      json: { imported: [], candidates: urnsOf(candidates) },
      lines: [`${dash} ${stack}: ${head}`, ...lines],
    };
  }
  const wanted = names.map((name) => named(name, candidates, stack));
  await checkThere(doors, workspace, own, wanted);
  display.phase("taking it over");
  await safeguard(workspace, "import");
  await adopt(workspace, before, wanted);
  const lines = wanted.map(({ urn }) => `${ok} ${labelOf(urn)} is in the state now`);
  return {
    summary: { import: wanted.length },
    json: { imported: urnsOf(wanted) },
    lines: [...lines, `lab preview ${stack} says what an update changes of it`],
  };
}

function urnsOf(entries: readonly StateEntry[]): string[] {
  return entries.map(({ urn }) => urn);
}

/** What would be created, by a provider that is known already, and can be taken over instead. */
function importable({ deployment: { resources = [] } }: ExportedState, planned: readonly PlannedEntry[]): PlannedEntry[] {
  const known = new Set(resources.map(({ urn }) => urn));
  return planned
    .filter(({ type, provider = "" }) => IMPORTABLE.includes(type) && known.has(provider.replace(/::[^:]*$/, "")))
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

/** One candidate by its name, with what people call its kind before it where two have the same. */
function named(name: string, candidates: readonly PlannedEntry[], stack: string): PlannedEntry {
  const found = candidates.filter(({ urn }) => labelOf(urn) === name || urn.split("::").at(-1) === name);
  const [only] = found;
  if (only && found.length === 1) return only;
  const choices = (found.length > 0 ? found : candidates).map(({ urn }) => JSON.stringify(labelOf(urn))).join(", ");
  const what = found.length > 1 ? "is more than one" : "is nothing that an update would create and that can be taken over";
  const allowed = choices === "" ? "there is nothing of that kind: after a first lab up there is more" : `choose of ${choices}`;
  throw new Failure("unknown-resource", `${name} ${what} in ${stack}; ${allowed}`, EXIT.usage);
}

/** A VM must be the stack's own by all that identifies it, and a bootstrap must have happened. */
async function checkThere(
  doors: ImportDoors,
  workspace: ImportWorkspace,
  { config }: Pick<ParsedStack, "config">,
  wanted: readonly PlannedEntry[],
): Promise<void> {
  const vms = wanted.filter(({ type }) => type === VM);
  const listing = vms.length > 0 ? await listed(doors, workspace, config) : undefined;
  const tag = config.metadata.name;
  for (const { inputs = {} } of vms) {
    const { vmId, name } = inputs as { vmId: number; name: string };
    const vm = listing?.vms.find((each) => each.vmId === vmId);
    if (!vm) throw notThere(`there is no VM ${vmId}`);
    if (vm.name === name && vm.tags.includes(tag)) continue;
    const is = `VM ${vmId} on ${vm.host} is ${vm.name} with the tags ${vm.tags.join(", ") || "(none)"}`;
    const remedy = `if it is to be the stack's: qm set ${vmId} --name ${name} --tags "${[...vm.tags, tag].join(";")}" on ${vm.host}`;
    throw new Failure(
      "identity-mismatch",
      `nothing was taken over: ${is}, not ${name} with the tag ${tag}; ${remedy}`,
      EXIT.failed,
    );
  }
  for (const { type, inputs = {} } of wanted) {
    if (type !== BOOTSTRAP) continue;
    const { node } = inputs;
    if (typeof node !== "string" || !(await doors.etcdRuns(node))) throw notThere(`no etcd runs on ${String(node)}`);
  }
}

function listed(doors: ImportDoors, workspace: ImportWorkspace, config: ParsedStack["config"]): ReturnType<typeof listingOf> {
  return listingOf(doors.look, workspace, config.proxmox).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure("identity-unchecked", `nothing was taken over: whose the VMs are cannot be known: ${why}`, EXIT.failed);
  });
}

/** Puts them into the state, has their providers look at them, and puts the state back when one of them is not there after all. */
async function adopt(workspace: ImportWorkspace, before: ExportedState, wanted: readonly PlannedEntry[]): Promise<void> {
  const { resources = [] } = before.deployment;
  const entries = wanted.map((entry) => taken(entry, resources));
  const state = { ...before, deployment: { ...before.deployment, resources: [...resources, ...entries] } };
  await unlocked(workspace, () => workspace.imported(state));
  try {
    await workspace.refresh(refreshable(entries));
    const after = (await workspace.exported()).deployment.resources ?? [];
    const gone = entries.filter(({ urn }) => !after.some((each) => each.urn === urn));
    if (gone.length > 0) throw notThere(`${gone.map(({ urn }) => labelOf(urn)).join(", ")}: its provider finds none`);
  } catch (error) {
    await workspace.imported(before);
    throw error;
  }
}

function notThere(what: string): Failure {
  return new Failure("not-there", `nothing was taken over: ${what}; lab up creates it`, EXIT.failed);
}
