/** A line that stands for any number of others. */
const LEFT_OUT = "…";

/**
 * What differs between an output that a document shows and the real one; undefined when nothing does. A line `…` stands for lines that
 * are left out; what stands between two of them has to be in the output, in one piece and in this order.
 */
export function difference(shown: string, actual: string): string | undefined {
  const lines = trimmed(actual);
  const pieces = piecesOf(shown);
  if (pieces.length === 1) return same(pieces[0] ?? [], lines) ? undefined : `it is\n${lines.join("\n")}`;
  let from = 0;
  for (const piece of pieces) {
    const at = positionOf(piece, lines, from);
    if (at < 0) return `these lines are not in it, or not in this place:\n${piece.join("\n")}\nit is\n${lines.join("\n")}`;
    from = at + piece.length;
  }
  return undefined;
}

/** The output as a document should show it: each piece goes on from the line it begins with to the line it ends with. */
export function renewed(shown: string, actual: string): string {
  const lines = trimmed(actual);
  const pieces = piecesOf(shown);
  if (pieces.length === 1) return lines.join("\n");
  let from = 0;
  const found = pieces.map((piece) => {
    const begin = lines.indexOf(piece[0] ?? "", from);
    const end = lines.indexOf(piece.at(-1) ?? "", begin);
    if (piece.length === 0 || begin < 0 || end < 0) return piece;
    from = end + 1;
    return lines.slice(begin, end + 1);
  });
  return found
    .map((piece) => piece.join("\n"))
    .join(`\n${LEFT_OUT}\n`)
    .trim();
}

function piecesOf(shown: string): string[][] {
  const pieces: string[][] = [[]];
  for (const line of trimmed(shown)) {
    if (line === LEFT_OUT) pieces.push([]);
    else pieces.at(-1)?.push(line);
  }
  return pieces;
}

function positionOf(piece: readonly string[], lines: readonly string[], from: number): number {
  for (let at = from; at + piece.length <= lines.length; at++) {
    if (same(piece, lines.slice(at, at + piece.length))) return at;
  }
  return -1;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}

function trimmed(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trimEnd());
  while (lines.at(-1) === "") lines.pop();
  while (lines[0] === "") lines.shift();
  return lines;
}
