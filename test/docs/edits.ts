/**
 * A text with an edit that a document shows as a `diff`: lines with `-` go, lines with `+` come, all others have to be there already.
 *
 * @throws {Error} when what is to be changed is not in the text, or in more than one place
 */
export function applied(text: string, edit: string): string {
  const lines = edit.split("\n").filter((line) => line !== "");
  const before = lines.filter((line) => !line.startsWith("+")).map((line) => line.slice(1));
  const after = lines.filter((line) => !line.startsWith("-")).map((line) => line.slice(1));
  const pieces = `\n${text}`.split(`\n${before.join("\n")}\n`);
  if (pieces.length !== 2) throw new Error(`${pieces.length - 1} places in the file have these lines:\n${before.join("\n")}`);
  return pieces.join(`\n${after.join("\n")}\n`).slice(1);
}
