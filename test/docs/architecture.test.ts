import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, it } from "mocha";
import { PROJECT } from "../stacks";
import { readDocument } from "./markdown";

const ARCHITECTURE = readDocument("docs/architecture.md");
/** What the picture is of: what `pulumi up` and `lab` run. */
const FOLDERS = ["automation", "components", "config", "index", "planner", "policy", "simulator"];

describe("docs/architecture.md", () => {
  it("draws the imports between folders, and no other", () => {
    const picture = ARCHITECTURE.blocks.find(({ language }) => language === "mermaid")?.text ?? "";
    const drawn = [...picture.matchAll(/^ *(\w+) --> (\w+)$/gm)].map(([, from = "", to = ""]) => `${from} → ${to}`);
    assert.deepEqual(drawn.sort(), imports().sort());
  });

  it("says of every folder what it holds", () => {
    const tracked = execFileSync("git", ["ls-tree", "-d", "--name-only", "HEAD"], { cwd: PROJECT, encoding: "utf8" });
    const folders = tracked.split("\n").filter((name) => /^\w/.test(name));
    const told = ARCHITECTURE.rows.flatMap(([first = ""]) => /^([\w-]+)\/(?:[\w-]+\/)?$/.exec(first)?.[1] ?? []);
    assert.deepEqual([...new Set(told)].sort(), folders.sort());
  });
});

function imports(): string[] {
  const found = new Set<string>();
  for (const folder of FOLDERS) {
    const files = folder === "index" ? ["index.ts"] : sources(folder);
    for (const file of files) {
      for (const [, path = ""] of readFileSync(join(PROJECT, file), "utf8").matchAll(/ from "(\.[^"]+)"/g)) {
        const [target = ""] = relative(PROJECT, resolve(PROJECT, dirname(file), path)).split("/");
        if (target !== folder && FOLDERS.includes(target)) found.add(`${folder} → ${target}`);
      }
    }
  }
  return [...found];
}

function sources(folder: string): string[] {
  const names = readdirSync(join(PROJECT, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
}
