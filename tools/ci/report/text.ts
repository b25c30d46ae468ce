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
    .replace(/\bwww(?=\.)/gi, "www\u200b");
  return shown.length > most ? `${shown.slice(0, most).replace(/[\ud800-\udbff]$/, "")}…` : shown;
}

/** A drawing for a block of code: it cannot end the block. */
export function drawing(text: string): string {
  return text.replace(HIDDEN, "").replaceAll("`", "'");
}
