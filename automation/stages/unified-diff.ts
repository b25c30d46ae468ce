/** Lines around a change that a patch shows. */
const CONTEXT = 3;

/** A line of both texts, or of one of them. */
interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

/**
 * What turns one text into another one, as `git apply` takes it; empty where they are the same.
 *
 * @param path of the file, relative to where the patch is applied
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return "";
  const lines = linesOf(splitLines(before), splitLines(after));
  const hunks = hunksOf(lines).map(([start, end]) => hunkText(lines, start, end));
  return `--- a/${path}\n+++ b/${path}\n${hunks.join("")}`;
}

/** Lines with their ends, so that a last one without is told from one with. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The two texts in one, with as many lines of both as there can be. */
function linesOf(before: readonly string[], after: readonly string[]): Line[] {
  const common = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  const at = (row: number, column: number): number => common[row]?.[column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--)
    for (let column = after.length - 1; column >= 0; column--)
      (common[row] ?? [])[column] =
        before[row] === after[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, fresh] = [before[row], after[column]];
    if (old !== undefined && old === fresh) {
      lines.push({ mark: " ", text: old });
      row++;
      column++;
    } else if (old !== undefined && (fresh === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ mark: "-", text: old });
      row++;
    } else {
      lines.push({ mark: "+", text: fresh ?? "" });
      column++;
    }
  }
  return lines;
}

/** Changes with what is around them, those that touch each other as one. */
function hunksOf(lines: readonly Line[]): [number, number][] {
  const hunks: [number, number][] = [];
  for (const [index, { mark }] of lines.entries()) {
    if (mark === " ") continue;
    const [start, end] = [Math.max(0, index - CONTEXT), Math.min(lines.length, index + 1 + CONTEXT)];
    const last = hunks.at(-1);
    if (last && start <= last[1]) last[1] = end;
    else hunks.push([start, end]);
  }
  return hunks;
}

function hunkText(lines: readonly Line[], start: number, end: number): string {
  const count = (part: readonly Line[], without: Line["mark"]): number => part.filter(({ mark }) => mark !== without).length;
  const [head, body] = [lines.slice(0, start), lines.slice(start, end)];
  const range = (without: Line["mark"]): string => {
    const length = count(body, without);
    // Nothing at all is after line 0.
    return `${count(head, without) + (length > 0 ? 1 : 0)},${length}`;
  };
  const text = body.map(
    (line) => `${line.mark}${line.text}${line.text.endsWith("\n") ? "" : "\n\\ No newline at end of file\n"}`,
  );
  return `@@ -${range("+")} +${range("-")} @@\n${text.join("")}`;
}
