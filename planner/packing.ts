/** Something that needs a place: amounts of each resource, in the same order as those of bins. */
export interface Item {
  readonly name: string;
  readonly sizes: readonly number[];
  /** Names of the bins it may go to. @default all */
  readonly allowed?: ReadonlySet<string>;
}

/** A place with amounts that are left. */
export interface Bin {
  readonly name: string;
  readonly free: readonly number[];
}

/**
 * Whether everything has a place: `fits` with one, `does-not-fit` with what proves it, `undecided` where neither was found in the steps
 * there were.
 */
export type Packing =
  | { readonly verdict: "fits"; readonly placement: ReadonlyMap<string, string> }
  | { readonly verdict: "does-not-fit"; readonly proof: string; readonly stranded: readonly string[] }
  | { readonly verdict: "undecided"; readonly stranded: readonly string[] };

/** What is to be placed where. */
export interface PackingProblem {
  readonly items: readonly Item[];
  readonly bins: readonly Bin[];
  /** What the amounts are of, for instance `["MiB"]`. */
  readonly resources: readonly string[];
}

/** Steps after which the search is given up; far more than two dozen VMs on six hosts need. */
export const SEARCH_STEPS = 100_000;

/** Looks for a place for everything: the largest first, each where it fits most tightly, then by trying everything. */
export function packInto({ items, bins, resources }: PackingProblem, steps = SEARCH_STEPS): Packing {
  const sorted = [...items].sort(largestFirst);
  const tight = tightestFirst(sorted, bins);
  if (tight.stranded.length === 0) return { verdict: "fits", placement: tight.placement };
  const stranded = tight.stranded.map(({ name }) => name);
  const proof = bound(sorted, bins, resources);
  if (proof !== undefined) return { verdict: "does-not-fit", proof, stranded };
  const found = search(sorted, bins, steps);
  if (found === undefined) return { verdict: "undecided", stranded };
  if (found) return { verdict: "fits", placement: found };
  return { verdict: "does-not-fit", proof: "every arrangement was tried", stranded };
}

function largestFirst(a: Item, b: Item): number {
  const larger = a.sizes.map((size, index) => (b.sizes[index] ?? 0) - size).find((difference) => difference !== 0);
  return larger ?? (a.name < b.name ? -1 : 1);
}

function tightestFirst(items: readonly Item[], bins: readonly Bin[]): { placement: Map<string, string>; stranded: Item[] } {
  const free = bins.map((bin) => [...bin.free]);
  const placement = new Map<string, string>();
  const stranded = items.filter((item) => {
    const fitting = bins.map((_, index) => index).filter((index) => takes(item, bins[index], free[index]));
    const at = fitting.sort((a, b) => (free[a]?.[0] ?? 0) - (free[b]?.[0] ?? 0) || a - b)[0];
    if (at === undefined) return true;
    free[at] = without(free[at] ?? [], item.sizes);
    placement.set(item.name, bins[at]?.name ?? "");
    return false;
  });
  return { placement, stranded };
}

function takes({ sizes, allowed }: Item, bin: Bin | undefined, free: readonly number[] = []): boolean {
  if (bin === undefined || allowed?.has(bin.name) === false) return false;
  return sizes.every((size, index) => size === 0 || (free[index] ?? 0) >= size);
}

function without(free: readonly number[], sizes: readonly number[]): number[] {
  return free.map((left, index) => left - (sizes[index] ?? 0));
}

/** What makes it impossible without trying: something that fits nowhere, or more than there is of a resource in all. */
function bound(items: readonly Item[], bins: readonly Bin[], resources: readonly string[]): string | undefined {
  const homeless = items.find((item) => !bins.some((bin) => takes(item, bin, bin.free)));
  if (homeless) {
    const most = Math.max(0, ...bins.map(({ free }) => free[0] ?? 0));
    const asked = homeless.sizes[0] ?? 0;
    const why =
      asked > most ? `: it asks for ${asked} ${resources[0] ?? ""}, the most that is free anywhere is ${most}` : ", even alone";
    return `${homeless.name} fits on none of them${why}`;
  }
  for (const [index, resource] of resources.entries()) {
    const wanted = items.reduce((sum, { sizes }) => sum + (sizes[index] ?? 0), 0);
    const there = bins.reduce((sum, { free }) => sum + Math.max(0, free[index] ?? 0), 0);
    if (wanted > there) return `${wanted} ${resource} are asked for, ${there} are free in all`;
  }
  return undefined;
}

/** Every arrangement: a placement, false when there is none, undefined when the steps ran out first. */
function search(items: readonly Item[], bins: readonly Bin[], most: number): Map<string, string> | false | undefined {
  let steps = 0;
  const placement = new Map<string, string>();
  const place = (index: number, free: readonly (readonly number[])[]): boolean => {
    const item = items[index];
    if (item === undefined) return true;
    const tried = new Set<string>();
    for (const [at, bin] of bins.entries()) {
      const left = free[at] ?? [];
      if (!takes(item, bin, left)) continue;
      // Bins with equally much left that take the same are the same: one of them is enough.
      const alike = `${left.join()} ${likes(bin, items, index)}`;
      if (tried.has(alike)) continue;
      tried.add(alike);
      if (steps++ > most) return false;
      placement.set(item.name, bin.name);
      if (place(index + 1, free.with(at, without(left, item.sizes)))) return true;
      placement.delete(item.name);
    }
    return false;
  };
  if (
    place(
      0,
      bins.map(({ free }) => free),
    )
  )
    return placement;
  return steps > most ? undefined : false;
}

/** Which of the items still to be placed may go to a bin, where any is choosy. */
function likes(bin: Bin, items: readonly Item[], from: number): string {
  const choosy = items.slice(from).filter(({ allowed }) => allowed !== undefined);
  return choosy.length === 0 ? "" : choosy.map(({ allowed }) => (allowed?.has(bin.name) ? "1" : "0")).join("");
}
