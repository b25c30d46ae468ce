import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";
import { PROJECT } from "../stacks";
import { SHELLS, commandLines } from "./commands";
import { documents } from "./markdown";

const BLOCKS = documents().flatMap(({ blocks }) => blocks.filter(({ language }) => SHELLS.includes(language)));

describe("keys that documents have a reader write", () => {
  it("are left out by Git", () => {
    const texts = BLOCKS.flatMap(commandLines).map(({ text }) => text);
    const written = texts.flatMap((text) => /(?:config \S+ --file|config --show-secrets .*>) (\w+)$/.exec(text)?.[1] ?? []);
    assert.deepEqual([...new Set(written)].sort(), ["kubeconfig", "talosconfig"]);
    for (const file of [...written, "my-cluster.passphrase", "homelab.passphrase"]) {
      assert.equal(spawnSync("git", ["check-ignore", "--quiet", file], { cwd: PROJECT }).status, 0, file);
    }
  });

  it("are for their owner alone, and stay what they are when the step is typed again", function () {
    if (spawnSync("openssl", ["version"]).status !== 0) this.skip();
    const steps = BLOCKS.filter(({ text }) => text.includes("openssl"));
    assert.deepEqual([...new Set(steps.map(({ file }) => file))], ["README.md", "docs/first-deployment.md"]);
    for (const block of steps) {
      const folder = mkdtempSync(join(tmpdir(), "proxmox-talos-keys-"));
      try {
        const lines = commandLines(block).map(({ text }) => text);
        const script = ["umask 022", ...lines.filter((line) => /PASSPHRASE|^umask/.test(line))].join("\n");
        const typed = (): number | null =>
          spawnSync("bash", ["-c", script], { env: { PATH: process.env["PATH"], HOME: folder } }).status;
        assert.equal(typed(), 0);
        const file = join(folder, "my-cluster.passphrase");
        const before = readFileSync(file, "utf8");
        assert.equal(statSync(file).mode & 0o777, 0o600, block.file);
        assert.notEqual(typed(), 0, block.file);
        assert.equal(readFileSync(file, "utf8"), before, block.file);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  });

  it("do not take the stack file along when a stack goes", () => {
    for (const { file, text } of BLOCKS.flatMap(commandLines)) {
      if (text.includes("stack rm")) assert.match(text, /--preserve-config/, file);
    }
  });
});
