/** Within a span of code nothing but its own end means anything. */
export function inCode(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("`", "'");
}

/** A text that can neither end a cell nor begin anything of Markdown or HTML; `@` would call people, and `#1` lead to an issue. */
export function cell(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replaceAll("`", "'")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/[\\|*_~[\]]/g, (character) => `\\${character}`)
    .replaceAll("@", "@\u200b")
    .replace(/#(?=\d)/g, "#\u200b");
}

/** A text as a sentence of its own. */
export function sentence(text: string): string {
  return `${cell(text.charAt(0).toUpperCase() + text.slice(1))}.`;
}
