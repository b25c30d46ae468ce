/** A piece of HTML or SVG. Whatever is put into one through {@link markup} is escaped, unless it is a piece itself. */
export class Markup {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What may stand in a template; nothing is written for null, undefined and false. */
export type Content = Markup | string | number | null | undefined | false | readonly Content[];

/** No page and no drawing may hold these, not even escaped; each becomes a blank. */
const FORBIDDEN = /[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\u{10000}-\u{10ffff}]/gu;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as it may stand between tags and in quoted attributes. */
export function escaped(text: string): string {
  return text.replace(FORBIDDEN, " ").replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** A template whose values are escaped: attributes have to be quoted. */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => (index === 0 ? "" : written(values[index - 1])) + part).join(""));
}

/** An attribute with a blank before it; nothing where there is no value. */
export function attribute(name: string, value: string | number | undefined | false): Markup {
  return value === undefined || value === false ? new Markup("") : markup` ${new Markup(name)}="${value}"`;
}

/** Data for a script: JSON in which nothing can end the element it stands in. */
export function data(id: string, value: unknown): Markup {
  const json = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return markup`<script type="application/json" id="${id}">${new Markup(json)}</script>`;
}

/** A length or place in a drawing: a tenth of a pixel is enough. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function written(value: Content): string {
  if (value instanceof Markup) return value.text;
  if (value === null || value === undefined || value === false) return "";
  return typeof value === "object" ? value.map(written).join("") : escaped(String(value));
}
