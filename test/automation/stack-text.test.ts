import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { editStackText } from "../../automation/stages/stack-text";
import { unifiedDiff } from "../../automation/stages/unified-diff";

const TEXT = `# what it is for
config:
  proxmox-talos:metadata: { name: lab,   environment: dev } # mine

  # where it is
  proxmox-talos:network:
    endpoint:
      dns: api.example.org # a name of its own
    nameservers:
      - 9.9.9.9 # Quad9
  topology:
    controlPlane:
      machines:
        node-00: { address: 203.0.113.10 } # the first one
    # none yet
    workers: {}
  # last words
encryptionsalt: v1:abc
`;

describe("an edited stack file", () => {
  it("has what was added where it belongs, and is as it was elsewhere", () => {
    const added = {
      metadata: { environment: "prod" },
      network: { nameservers: ["1.1.1.1"], timeServers: ["pool.ntp.org"] },
      topology: {
        controlPlane: {
          schedulable: true,
          machines: { "node-00": { address: "203.0.113.10" }, "node-01": { address: "203.0.113.11" } },
        },
        workers: { agents: { cores: 2 } },
      },
      sla: { availabilityPercent: 99.95 },
    };
    assert.equal(
      editStackText(TEXT, added, { "network.endpoint": { loadBalancer: "api.example.org" } }),
      `# what it is for
config:
  proxmox-talos:metadata: { name: lab,   environment: prod } # mine

  # where it is
  proxmox-talos:network:
    endpoint:
      { loadBalancer: api.example.org } # a name of its own
    nameservers:
      [ 1.1.1.1 ] # Quad9
    timeServers: [ pool.ntp.org ]
  topology:
    controlPlane:
      machines:
        node-00: { address: 203.0.113.10 } # the first one
        node-01: { address: 203.0.113.11 }
      schedulable: true
    # none yet
    workers: { agents: { cores: 2 } }

  proxmox-talos:sla: { availabilityPercent: 99.95 }
  # last words
encryptionsalt: v1:abc
`,
    );
  });

  it("is the same text where nothing differs", () => {
    assert.equal(editStackText(TEXT, { metadata: { environment: "dev" }, topology: {} }), TEXT);
  });

  it("goes on behind a text of several lines, and without a last line's end", () => {
    const text = "config:\n  a:\n    b: |\n      one\n      two\n    c:\n      - 1\n      - 2";
    assert.deepEqual(parse(editStackText(text, { a: { b: "x", d: 1 }, e: 2 })), {
      config: { a: { b: "x", c: [1, 2], d: 1 }, "proxmox-talos:e": 2 },
    });
    const block = "config:\n  a:\n    b: |\n      one\n      two\n";
    assert.deepEqual(parse(editStackText(block, { a: { d: 1 } })), { config: { a: { b: "one\ntwo\n", d: 1 } } });
  });

  it("writes long values in lines", () => {
    const long = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`number-${index}`, { address: "10.0.0.1" }]));
    const edited = editStackText(TEXT, { talos: long });
    assert.ok(edited.includes("\n  proxmox-talos:talos:\n    number-0: { address: 10.0.0.1 }\n    number-1:"));
    assert.deepEqual((parse(edited) as { config: Record<string, unknown> }).config["proxmox-talos:talos"], long);
  });

  it("is refused where a value is shared", () => {
    const shared = "config:\n  a: &host { b: 1 }\n  c: *host\n";
    assert.throws(() => editStackText(shared, { c: { b: 2 } }), /c cannot be edited.*alias/);
    assert.throws(() => editStackText("- 1\n", {}), /config cannot be edited/);
  });
});

describe("a patch", () => {
  /** Applies a patch with git in an empty folder. */
  function applied(before: string, patch: string): string {
    const folder = mkdtempSync(join(tmpdir(), "patch-"));
    try {
      writeFileSync(join(folder, "stack.yaml"), before);
      const { status, stderr } = spawnSync("git", ["apply", "--whitespace=nowarn", "-"], {
        cwd: folder,
        input: patch,
        encoding: "utf8",
      });
      assert.equal(status, 0, `${stderr}\n${patch}`);
      return readFileSync(join(folder, "stack.yaml"), "utf8");
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it("looks like this", () => {
    const before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n";
    const after = "a\nb\nc\nd\nE\nf\ng\nh\ni\nj\nk\nl\nm";
    assert.equal(
      unifiedDiff("stack.yaml", before, after),
      "--- a/stack.yaml\n+++ b/stack.yaml\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n@@ -10,3 +10,4 @@\n j\n k\n l\n+m\n\\ No newline at end of file\n",
    );
    assert.equal(unifiedDiff("stack.yaml", before, before), "");
  });

  it("is what git applies, whatever the texts", () => {
    for (const [before, after] of [
      [TEXT, editStackText(TEXT, { sla: { availabilityPercent: 99 }, metadata: { name: "other" } })],
      ["a\nb\n", "b\nc"],
      ["a", "a\nb\n"],
      ["x\n".repeat(20), "x\n".repeat(9) + "y\n" + "x\n".repeat(12)],
    ] as const)
      assert.equal(applied(before, unifiedDiff("stack.yaml", before, after)), after);
  });

  it("has every line of both texts", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", "")).map((lines) => lines.map((line) => `${line}\n`).join(""));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const patch = unifiedDiff("f", before, after);
        const changed = (mark: string): number =>
          patch
            .split("\n")
            .slice(2)
            .filter((line) => line.startsWith(mark)).length;
        assert.equal(after.split("\n").length - before.split("\n").length, changed("+") - changed("-"));
      }),
    );
  });
});
