/** Alloy's configuration language: blocks of attributes and of other blocks, laid out as `alloy fmt` does, with blanks for tabs. */

/** A line or a block of a configuration. */
export type Statement = Attribute | Block;

interface Attribute {
  readonly key: string;
  /** Expression, as it is written. */
  readonly expression: string;
}

interface Block {
  readonly head: string;
  readonly body: readonly Statement[];
}

/** `key = expression` */
export function set(key: string, expression: string): Attribute {
  return { key, expression };
}

/** `name "label" { … }`; without a label where it has none. */
export function block(name: string, label: string | undefined, ...body: readonly Statement[]): Block {
  return { head: label === undefined ? name : `${name} ${text(label)}`, body };
}

/** A text. The chart takes what is between two braces for a template of its own, so that no text may have them. */
export function text(value: string): string {
  if (value.includes("{{")) throw new Error(`"${value}" would be a template of the chart`);
  return JSON.stringify(value);
}

/** A list of expressions. */
export function list(expressions: readonly string[]): string {
  return `[${expressions.join(", ")}]`;
}

/** Blocks as a text, with an empty line between them. */
export function render(blocks: readonly Block[]): string {
  return `${blocks.map((each) => lines(each, 0).join("\n")).join("\n\n")}\n`;
}

function lines(statement: Statement, depth: number): string[] {
  const indent = "  ".repeat(depth);
  if ("key" in statement) return [`${indent}${statement.key} = ${statement.expression}`];
  const { head, body } = statement;
  if (body.length === 0) return [`${indent}${head} { }`];
  return [`${indent}${head} {`, ...inside(body, depth + 1), `${indent}}`];
}

/** Attributes beside each other are aligned, blocks stand apart. */
function inside(body: readonly Statement[], depth: number): string[] {
  return body.flatMap((each, index) => {
    const apart = index > 0 && !("key" in each && "key" in (body[index - 1] ?? {}));
    const padded = "key" in each ? { ...each, key: each.key.padEnd(widthAt(body, index)) } : each;
    return [...(apart ? [""] : []), ...lines(padded, depth)];
  });
}

/** Length of the longest key among the attributes around one, up to the next block. */
function widthAt(body: readonly Statement[], index: number): number {
  const isBlock = (each: Statement): boolean => !("key" in each);
  const next = body.findIndex((each, at) => at > index && isBlock(each));
  const group = body.slice(body.slice(0, index).findLastIndex(isBlock) + 1, next < 0 ? body.length : next);
  return Math.max(...group.map((each) => ("key" in each ? each.key.length : 0)));
}
