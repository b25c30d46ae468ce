import type * as highs from "highs";
import { survivalOf } from "../planner";
import type { Item, Packing, PackingProblem, Plan, Survival } from "../planner";
import { lazy } from "./lazy";

/** A search tree of that many nodes, and no clock: the same problem gets the same answer on every machine. */
const OPTIONS = { mip_max_nodes: 50_000, output_flag: false } as const;

/** Items that are alike. */
interface Group {
  readonly sizes: readonly number[];
  readonly items: readonly Item[];
}

/** Has a solver decide what the search could not: whether the VMs of a host that is away have room on the others. */
export async function decided(plan: Plan, survivals: readonly Survival[]): Promise<Survival[]> {
  const open = survivals.filter(({ relocation }) => relocation?.packing.verdict === "undecided");
  if (open.length === 0) return [...survivals];
  const solve = await solver();
  return survivals.map((survival) => {
    const { relocation, scenario } = survival;
    if (!relocation || !open.includes(survival)) return survival;
    return survivalOf(plan, scenario, { ...relocation, packing: solve(relocation.problem) });
  });
}

/** HiGHS, loaded: some megabytes that only this needs. */
export async function solver(): Promise<(problem: PackingProblem) => Packing> {
  const load = lazy("highs") as typeof highs.default;
  const instance = await load();
  return (problem) => decide(problem, (text) => instance.solve(text, OPTIONS));
}

function decide(problem: PackingProblem, solve: (text: string) => highs.LegacyHighsSolution): Packing {
  const groups = groupsOf(problem.items);
  const { Status: status, Columns: columns } = solve(programOf(problem, groups));
  const stranded = problem.items.map(({ name }) => name);
  if (status === "Infeasible") return { verdict: "does-not-fit", proof: "HiGHS proved that there is no arrangement", stranded };
  if (status !== "Optimal") return { verdict: "undecided", stranded };
  const placement = new Map<string, string>();
  for (const [index, { items }] of groups.entries()) {
    const waiting = [...items];
    for (const [at, bin] of problem.bins.entries()) {
      const column = columns[`x_${index}_${at}`];
      const number = Math.round(column && "Primal" in column ? column.Primal : 0);
      for (const item of waiting.splice(0, number)) placement.set(item.name, bin.name);
    }
  }
  // A solver reckons with tolerances: what it found is added up once more.
  return isSound(problem, placement) ? { verdict: "fits", placement } : { verdict: "undecided", stranded };
}

/** Whether everything has a place that takes it, and no place has more than it has room for. */
export function isSound({ items, bins }: PackingProblem, placement: ReadonlyMap<string, string>): boolean {
  const isPlaced = items.every(({ name, allowed }) => {
    const bin = placement.get(name);
    return bin !== undefined && allowed?.has(bin) !== false;
  });
  return (
    isPlaced &&
    bins.every(({ name, free }) => {
      const here = items.filter((item) => placement.get(item.name) === name);
      return free.every((amount, resource) => {
        const taken = here.reduce((sum, { sizes }) => sum + (sizes[resource] ?? 0), 0);
        return taken === 0 || taken <= amount;
      });
    })
  );
}

function groupsOf(items: readonly Item[]): Group[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = `${item.sizes.join()} ${item.allowed ? [...item.allowed].sort().join() : "*"}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()].map((alike) => ({ sizes: alike[0]?.sizes ?? [], items: alike }));
}

/** How many of each kind of item go to each bin, as an integer program in CPLEX' format. */
function programOf({ bins, resources }: PackingProblem, groups: readonly Group[]): string {
  const takes = (group: Group, at: number): boolean => {
    const { allowed } = group.items[0] ?? {};
    return allowed?.has(bins[at]?.name ?? "") !== false;
  };
  const variables = groups.flatMap((group, index) => bins.flatMap((_, at) => (takes(group, at) ? [`x_${index}_${at}`] : [])));
  const capacities = bins.flatMap((bin, at) =>
    resources.flatMap((_, resource) => {
      const unit = unitOf(groups, resource);
      const terms = groups.flatMap((group, index) => {
        const size = group.sizes[resource] ?? 0;
        return size > 0 && takes(group, at) ? [`${size / unit} x_${index}_${at}`] : [];
      });
      return terms.length === 0
        ? []
        : [` c_${at}_${resource}: ${terms.join(" + ")} <= ${Math.max(0, Math.floor((bin.free[resource] ?? 0) / unit))}`];
    }),
  );
  const places = groups.map((group, index) => {
    const terms = bins.flatMap((_, at) => (takes(group, at) ? [`x_${index}_${at}`] : []));
    return ` p_${index}: ${terms.length === 0 ? "0 none" : terms.join(" + ")} = ${group.items.length}`;
  });
  return [
    "Minimize",
    ` obj: 0 ${variables[0] ?? "none"}`,
    "Subject To",
    ...capacities,
    ...places,
    "General",
    ` ${variables.join(" ")}`,
    "End",
  ].join("\n");
}

/** What all sizes are multiples of: in such units, what is left beyond a whole one is of no use to anybody. */
function unitOf(groups: readonly Group[], resource: number): number {
  const sizes = groups.map(({ sizes: all }) => all[resource] ?? 0).filter((size) => size > 0);
  return sizes.reduce((unit, size) => divisor(unit, size), sizes[0] ?? 1);
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
