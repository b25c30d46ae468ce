import type { Severity, Verdict } from "../../../planner";
import type { Drawing } from "../host-drawing";
import type { Content, Markup } from "../markup";
import { attribute, markup, px } from "../markup";

/** Marks that say a verdict without its colour. */
export const VERDICT_MARKS: Readonly<Record<Verdict, string>> = { survives: "✓", degraded: "!", lost: "✗" };

/** Classes of verdicts and severities. */
export const VERDICT_CLASSES: Readonly<Record<Verdict, string>> = { survives: "good", degraded: "fair", lost: "bad" };

/** The same for findings. */
export const SEVERITY_MARKS: Readonly<Record<Severity, string>> = { error: "✗", warning: "!", info: "i" };

/** The same for findings. */
export const SEVERITY_CLASSES: Readonly<Record<Severity, string>> = { error: "bad", warning: "fair", info: "accent" };

/** A mark in its colour; what it means has to be said beside it. */
export function mark(kind: string, sign: string): Markup {
  return markup`<span class="mark ${kind}" aria-hidden="true">${sign}</span>`;
}

/** A section of the page with its heading. */
export function section(id: string, title: string, lead: Content, body: Content): Markup {
  const introduction = lead === "" ? "" : markup`<p class="lead">${lead}</p>`;
  return markup`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${introduction}${body}</section>`;
}

/** A table that scrolls by itself where it is too wide; the first column heads its rows. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Content[])[],
  ids?: readonly string[],
): Markup {
  const head = columns.map((column) => markup`<th scope="col">${column}</th>`);
  const body = rows.map(
    ([first, ...rest], index) =>
      markup`<tr${attribute("id", ids?.[index])}><th scope="row">${first}</th>${rest.map((cell) => markup`<td>${cell}</td>`)}</tr>`,
  );
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** A drawing in the page. */
export function picture({ width, height, body }: Drawing, label: string, role: "img" | "group" = "img"): Markup {
  return markup`<svg class="drawing" viewBox="0 0 ${px(width)} ${px(height)}" width="${px(width)}" height="${px(height)}" role="${role}" aria-label="${label}">${body}</svg>`;
}

/** Something to open. */
export function folded(summary: Content, body: Content, id?: string): Markup {
  return markup`<details${attribute("id", id)}><summary>${summary}</summary>${body}</details>`;
}
