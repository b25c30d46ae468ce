/** Characters that are kept of a name: of a stack, a machine, a branch. */
export const MOST_OF_NAME = 200;

/** Characters that draw nothing, or turn the direction of what follows: what is read would not be what is written. */
const HIDDEN = /\p{Cf}|(?![\t\n\r])\p{Cc}|[\u2028\u2029]/gu;

/**
 * Text of whoever wrote a pull request, as the comment may have it: with nothing hidden in it, and without links, which the name of this
 * project under the comment would lend weight to. Markdown is escaped where it is written.
 *
 * @param most characters that are kept
 */
export function plainText(text: string, most: number): string {
  const shown = text
    .replace(HIDDEN, "")
    .replace(/:(?=\/\/)/g, ":\u200b")
    .replace(/www(?=\.)/gi, "www\u200b")
    // An issue and a commit, which need not be this project's: those of forks are shown under its name as well.
    .replace(/\bGH-(?=\d)/gi, (found) => `${found}\u200b`)
    .replace(/(?<![0-9a-z])[0-9a-f](?=[0-9a-f]{6,39}(?![0-9a-z]))/gi, "$&\u200b");
  return shown.length > most ? `${shown.slice(0, most).replace(/[\ud800-\udbff]$/, "")}…` : shown;
}

/** A drawing for a block of code: it cannot end the block. */
export function drawing(text: string): string {
  return text.replace(HIDDEN, "").replaceAll("`", "'");
}
