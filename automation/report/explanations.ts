import type { Content, Markup } from "./markup";
import { markup } from "./markup";

/** What the documentation says of a finding. */
export interface Explanation {
  readonly code: string;
  readonly body: Markup;
}

/** Sections of the findings' documentation by code; only those that are asked for. */
export function explanationsOf(documentation: string, codes: ReadonlySet<string>): Explanation[] {
  return documentation.split(/^### /m).flatMap((section) => {
    const [, code = ""] = /^`([a-z0-9-]+)`/.exec(section) ?? [];
    if (!codes.has(code)) return [];
    return { code, body: prose(section.split("\n").slice(1).join("\n")) };
  });
}

/** Paragraphs, lists, blocks of code: as much Markdown as the findings' documentation has. */
export function prose(text: string): Markup {
  const blocks = text.split(/^```\w*$/m).flatMap((part, index): Markup[] => {
    if (index % 2 === 1) return [markup`<pre><code>${part.trim()}</code></pre>`];
    return part
      .split(/\n\s*\n/)
      .map((block) => block.trim())
      .filter((block) => block !== "")
      .map(block);
  });
  return markup`${blocks}`;
}

function block(text: string): Markup {
  if (!text.startsWith("- ")) return markup`<p>${inline(text)}</p>`;
  const items = text.split(/^- /m).filter((item) => item.trim() !== "");
  return markup`<ul>${items.map((item) => markup`<li>${inline(item.trim())}</li>`)}</ul>`;
}

/** Code, strong and emphasised words; of a link its words, and where it leads only if that is not in this project. */
function inline(text: string): Content {
  const pieces = text.split(/(`[^`]+`|\*\*[^*]+\*\*|\b_[^_]+_\b|\[[^\]]+\]\([^)]+\))/);
  return pieces.map((piece): Content => {
    const link = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(piece);
    if (link) return /^https:/.test(link[2] ?? "") ? markup`<a href="${link[2]}" rel="noreferrer">${link[1]}</a>` : link[1];
    if (piece.startsWith("`")) return markup`<code>${piece.slice(1, -1)}</code>`;
    if (piece.startsWith("**")) return markup`<strong>${piece.slice(2, -2)}</strong>`;
    if (/^_[^_]+_$/.test(piece)) return markup`<em>${piece.slice(1, -1)}</em>`;
    return piece;
  });
}
