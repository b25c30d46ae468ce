import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { PROJECT } from "./stacks";

/** Every TypeScript file below a folder of the project. */
function sources(folder: string): string[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(PROJECT, folder, name), "utf8"));
}

describe("documentation", () => {
  it("names every rule of the datacenter, and no other", () => {
    const broken = sources("simulator").flatMap((text) =>
      [...text.matchAll(/(?:RuleBroken\(|rule:)\s*"([a-z-]+)"/g)].map(([, rule]) => rule),
    );
    const text = readFileSync(join(PROJECT, "docs", "architecture.md"), "utf8");
    const rows = text.split("\n").filter((line) => line.startsWith("| `") && !line.includes("/`"));
    const named = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([a-z-]+)`/g)].map(([, rule]) => rule));
    assert.deepEqual([...new Set(named)].sort(), [...new Set([...broken, "machine-configuration"])].sort());
  });

  it("lists every decision", () => {
    const folder = join(PROJECT, "docs", "adr");
    const listed = [...readFileSync(join(folder, "README.md"), "utf8").matchAll(/\]\((\d{4}[^)]*)\)/g)].map(([, file]) => file);
    assert.deepEqual(
      listed,
      readdirSync(folder)
        .filter((name) => /^\d{4}/.test(name))
        .sort(),
    );
  });
});
