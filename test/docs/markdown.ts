import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import GithubSlugger from "github-slugger";
import { lexer, walkTokens } from "marked";
import type { Token, Tokens } from "marked";
import { PROJECT } from "../stacks";

/** A fenced block of a document. */
export interface Block {
  /** The document, relative to the project. */
  readonly file: string;
  /** Line of its opening fence, from 1 on. */
  readonly line: number;
  readonly language: string;
  /** What follows the language, `name` or `name=value` each. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A piece of inline code, or a link. */
export interface Piece {
  readonly line: number;
  readonly text: string;
}

/** One Markdown file, as far as the tests read it. */
export interface Document {
  /** Relative to the project. */
  readonly file: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Inline code outside of tables. */
  readonly codes: readonly Piece[];
  /** Inline code in tables, by row. */
  readonly rows: readonly (readonly string[])[];
  readonly links: readonly string[];
  /** Anchors of the headings. */
  readonly anchors: readonly string[];
}

/** All documents of the project, in alphabetical order. */
export function documents(): Document[] {
  const below = readdirSync(join(PROJECT, "docs"), { recursive: true, encoding: "utf8" }).map((name) => join("docs", name));
  return ["CONTRIBUTING.md", "README.md", ...below]
    .filter((file) => file.endsWith(".md"))
    .sort()
    .map(readDocument);
}

/** One document by its path. */
export function readDocument(file: string): Document {
  const text = readFileSync(join(PROJECT, file), "utf8");
  const tokens = lexer(text);
  const lines = text.split("\n");
  const slugger = new GithubSlugger();
  const [blocks, codes, rows, links, anchors]: [Block[], Piece[], string[][], string[], string[]] = [[], [], [], [], []];
  let at = 0;
  void walkTokens(tokens, (token) => {
    const found = token as Tokens.Generic;
    if (found.type === "code" && found["codeBlockStyle"] !== "indented") {
      at = lines.findIndex((line, index) => index >= at && /^\s*```/.test(line)) + 1;
      blocks.push({ file, line: at, ...infoOf((found["lang"] as string | undefined) ?? ""), text: found["text"] as string });
      at = lines.findIndex((line, index) => index >= at && /^\s*```\s*$/.test(line)) + 1;
    }
    if (found.type === "codespan") codes.push({ line: lineOf(lines, found.raw), text: unescaped(found["text"] as string) });
    if (found.type === "table") rows.push(...codesByRow(found as Tokens.Table));
    // Addresses in running text that Markdown makes links of are examples more often than not.
    if ((found.type === "link" && found.raw.startsWith("[")) || found.type === "image") links.push(found["href"] as string);
    if (found.type === "heading") anchors.push(slugger.slug(plainText(found.tokens ?? [])));
  });
  return { file, text, blocks, codes, rows, links, anchors };
}

/** A path in a document, relative to the project. */
export function resolved(from: string, href: string): string {
  return relative(PROJECT, join(PROJECT, dirname(from), href));
}

function infoOf(info: string): Pick<Block, "language" | "attributes"> {
  const [language = "", ...rest] = info.trim().split(/\s+/);
  const attributes = rest.map((part): [string, string] => {
    const equals = part.indexOf("=");
    return equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
  });
  return { language, attributes: Object.fromEntries(attributes) };
}

function codesByRow({ rows }: Tokens.Table): string[][] {
  return rows.map((cells) => {
    const codes: string[] = [];
    void walkTokens(
      cells.flatMap(({ tokens }) => tokens),
      (token) => {
        if (token.type === "codespan") codes.push(unescaped((token as Tokens.Codespan).text));
      },
    );
    return codes;
  });
}

function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      const { tokens: inner, text } = token as Tokens.Generic;
      return inner ? plainText(inner) : unescaped((text as string | undefined) ?? "");
    })
    .join("");
}

/** A bar in a table's cell is written with a backslash. */
function unescaped(text: string): string {
  return text.replaceAll("\\|", "|");
}

function lineOf(lines: readonly string[], raw: string): number {
  return lines.findIndex((line) => line.includes(raw)) + 1;
}
