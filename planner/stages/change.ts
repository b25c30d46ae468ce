/** Part of a stack file, as nested maps. */
export type Part = Readonly<Record<string, unknown>>;

/** What a stage changes in a stack file. */
export interface StageChange {
  /** Merged into the stack file: keys that are not there are added, values that are are replaced. */
  readonly added: Part;
  /** Maps that another one takes the place of, by path. */
  readonly replaced: Readonly<Record<string, Part>>;
  /** What nobody can guess: paths whose values have to be given. */
  readonly needs: readonly { readonly path: string; readonly what: string }[];
  /** What was taken for granted, and what is to be done beside the file; no final period. */
  readonly assumed: readonly string[];
}

/** What changes nothing. */
export const NO_CHANGE: StageChange = { added: {}, replaced: {}, needs: [], assumed: [] };

/** Several changes as one; they never write the same key. */
export function together(changes: readonly StageChange[]): StageChange {
  return changes.reduce(
    (all, each) => ({
      added: merged(all.added, each.added),
      replaced: { ...all.replaced, ...each.replaced },
      needs: [...all.needs, ...each.needs],
      assumed: [...all.assumed, ...each.assumed],
    }),
    NO_CHANGE,
  );
}

/** One map over another one, at any depth. */
export function merged(under: Part, over: Part): Part {
  const all: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = all[key];
    all[key] = isPart(before) && isPart(value) ? merged(before, value) : value;
  }
  return all;
}

/** Whether a value is a map. */
export function isPart(value: unknown): value is Part {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
