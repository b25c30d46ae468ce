import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { PROJECT } from "../stacks";
import { readDocument } from "./markdown";

const PAGE = readDocument("docs/troubleshooting.md");
const [symptoms = "", failures = ""] = PAGE.text.split("## Every failure of `lab`");

/** Where messages come from that are not a system's own. */
const OWN = ["automation", "bin", "components", "config", "planner", "simulator"];

/** What other programs say, each with whose it is. */
const OTHERS: Readonly<Record<string, string>> = {
  "self-signed certificate": "Node.js",
  "certificate signed by unknown authority": "Go, in the providers",
  "the stack is currently locked by 1 lock(s)": "the Pulumi CLI (pkg/backend/diy)",
  "incorrect passphrase": "the Pulumi CLI",
  "failed to load checkpoint: EOF": "the Pulumi CLI; e2e/interrupted.e2e.ts provokes it",
  "is not configured for content-type 'import'": "Proxmox (pve-storage, API2/Storage/Status.pm)",
  "no matches for kind": "the Kubernetes API",
  Terminating: "the Kubernetes API",
  ConfigurationApply: "the Pulumi CLI, of the provider's type",
  AlreadyExists: "Talos",
  "QEMU exited": "Proxmox",
  "must provide either username and password, an API token": "the provider of Proxmox",
  "403 ": "HTTP",
  "401": "HTTP",
};

describe("docs/troubleshooting.md", () => {
  it("has every failure of the program by its code, in alphabetical order, and no other", () => {
    const codes = sources(["automation"]).flatMap((text) =>
      [...text.matchAll(/(?:new (?:Store)?Failure\(\s*|failure: \(why\) => \[)"([a-z-]+)"/g)].map(([, code = ""]) => code),
    );
    // A bucket's are made in one place, of what the server says.
    const ofBuckets = readFileSync(join(PROJECT, "automation/state/bucket-failure.ts"), "utf8");
    codes.push(...[...ofBuckets.matchAll(/return \[\s*"([a-z-]+)"/g)].map(([, code = ""]) => code));
    const told = [...failures.matchAll(/^\| `([a-z-]+)`/gm)].map(([, code = ""]) => code);
    assert.deepEqual(told, [...new Set(codes)].sort());
  });

  it("quotes messages that something really says", () => {
    const said = sources(OWN).join("\n");
    for (const quoted of firstCells(symptoms)) {
      for (const piece of quoted.split("…").map((each) => each.trim())) {
        const isOther = Object.keys(OTHERS).some((other) => piece.includes(other));
        assert.ok(isOther || said.includes(piece), `nothing says "${piece}" (of "${quoted}")`);
      }
    }
  });
});

/** Inline code in the first column of the tables of a text. */
function firstCells(text: string): string[] {
  const cells = text.split("\n").flatMap((line) => (line.startsWith("|") ? [line.split("|")[1] ?? ""] : []));
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code));
}

function sources(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|cjs)$/.test(name))
      .map((name) => readFileSync(join(PROJECT, folder, name), "utf8")),
  );
}
