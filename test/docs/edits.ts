/**
 * A text with an edit that a document shows as a `diff`: lines with `-` go, lines with `+` come, all others have to be there already.
 *
 * @throws {Error} when what is to be changed is not in the text, or in more than one place
 */
export function applied(text: string, edit: string): string {
  const asked = edit.split("\n").filter((line) => line !== "");
  const before = asked.filter((line) => !line.startsWith("+")).map((line) => line.slice(1));
  const after = asked.filter((line) => !line.startsWith("-")).map((line) => line.slice(1));
  const lines = text.split("\n");
  const places = lines.flatMap((_, at) => (before.every((line, index) => lines[at + index] === line) ? [at] : []));
  const [place] = places;
  if (place === undefined || places.length > 1)
    throw new Error(`${places.length} places have these lines:\n${before.join("\n")}`);
  return lines.toSpliced(place, before.length, ...after).join("\n");
}
