/** One thing wrong with a stack file. */
export interface Problem {
  readonly file: string;
  /** Path as users write it, for instance `topology.workers.large.count`; empty for the file as a whole. */
  readonly path: string;
  /** 1-based; null when the text is not at hand. */
  readonly line: number | null;
  readonly column: number | null;
  /** The offending value, `[secret]` for anything encrypted, null when something is missing. */
  readonly value: unknown;
  /** What is wrong, in a few words without final period. */
  readonly message: string;
  /** What would be accepted. */
  readonly allowed: string;
  /** What to do. */
  readonly remedy: string;
}

/** A problem before its place in the text is known. */
export type UnplacedProblem = Omit<Problem, "file" | "line" | "column">;

/** A problem of the value at a path. */
export function problem(path: string, value: unknown, message: string, allowed: string, remedy: string): UnplacedProblem {
  return { path, value, message, allowed, remedy };
}

/**
 * The candidate nearest to a mistyped word, if one is near enough to be meant, or the only one that the word begins with.
 *
 * @param limit edits that still count as a slip, by default half the word and at least 2
 */
export function nearest(
  word: string,
  candidates: readonly string[],
  limit = Math.max(2, Math.floor(word.length / 2)),
): string | undefined {
  const long = candidates.filter((each) => each.length >= 3 && word.toLowerCase().startsWith(each.toLowerCase()));
  if (long.length === 1) return long[0];
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  const [best] = ranked;
  return best && best.distance <= limit ? best.candidate : undefined;
}

/** Levenshtein distance, where two neighbouring letters that changed places are one slip. */
function editDistance(a: string, b: string): number {
  let [before, previous] = [[] as number[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = isSwapped && row > 1 && column > 1 ? (before[column - 2] ?? 0) + 1 : Infinity;
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution, swap));
    }
    [before, previous] = [previous, current];
  }
  return previous[b.length] ?? 0;
}
