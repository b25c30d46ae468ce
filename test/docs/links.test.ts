import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { PROJECT } from "../stacks";
import { documents, resolved } from "./markdown";
import type { Document } from "./markdown";

const ALL = documents();
const BY_FILE = new Map(ALL.map((document) => [document.file, document]));

/** Inline code that names a file or a folder of the project. */
const FILE =
  /^(\.ci|automation|bench|bin|components|config|docs|e2e|examples|planner|policy|sdks|simulator|test|tools)\/[\w./-]+$/;

describe("links in documents", () => {
  it("lead to files and headings that are there", () => {
    for (const document of ALL) {
      for (const link of document.links.filter((each) => !isExternal(each))) {
        assert.equal(brokenBy(document, link), undefined, `${document.file}: ${link}`);
      }
    }
  });

  it("and names of files in running text lead to what is there", () => {
    for (const { file, codes } of ALL.filter((each) => !each.file.startsWith("docs/adr/"))) {
      for (const { line, text } of codes.filter(({ text: code }) => FILE.test(code))) {
        const isThere = ["", ".ts", ".json"].some((end) => existsSync(join(PROJECT, text + end)));
        assert.ok(isThere, `${file}:${line}: there is no ${text}`);
      }
    }
  });

  it("to elsewhere are https and whole", () => {
    for (const { file, links } of ALL) {
      for (const link of links.filter(isExternal))
        assert.ok(link.startsWith("https://") && URL.canParse(link), `${file}: ${link}`);
    }
  });

  it("reach every page of docs from its README", () => {
    const reached = new Set(["docs/README.md"]);
    for (const file of reached) {
      for (const link of (BY_FILE.get(file)?.links ?? []).filter((each) => !isExternal(each))) {
        const path = resolved(file, link.replace(/#.*$/, ""));
        const page = isFolder(path) ? (existsSync(join(PROJECT, path, "README.md")) ? join(path, "README.md") : path) : path;
        if (page.endsWith(".md")) reached.add(page);
        else if (isFolder(page)) for (const { file: inside } of ALL) if (inside.startsWith(`${page}/`)) reached.add(inside);
      }
    }
    assert.deepEqual(
      ALL.map(({ file }) => file).filter((file) => !reached.has(file)),
      [],
    );
  });
});

function isExternal(link: string): boolean {
  return /^[a-z]+:/.test(link);
}

function isFolder(path: string): boolean {
  return existsSync(join(PROJECT, path)) && statSync(join(PROJECT, path)).isDirectory();
}

/** What is wrong with a link of a document; undefined when nothing is. */
function brokenBy({ file, anchors }: Document, link: string): string | undefined {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? file : resolved(file, path);
  if (!existsSync(join(PROJECT, target))) return "there is no such file";
  if (anchor === undefined) return undefined;
  const known = path === "" ? anchors : (BY_FILE.get(target)?.anchors ?? []);
  return known.includes(anchor) ? undefined : `it has no heading #${anchor}, but ${known.join(", ")}`;
}
