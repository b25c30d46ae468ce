import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import type { DiffReport } from "../../automation/blast-radius/report";
import { diffJson, reportOf } from "../../automation/blast-radius/report";
import { judge } from "../../automation/blast-radius/judge";
import { renderDiff } from "../../automation/render/diff";
import { renderDiffMarkdown } from "../../automation/render/diff-markdown";
import { createStyle } from "../../automation/render/style";
import type { ComparedResource } from "../../simulator";
import { stackFile } from "../stacks";
import { FACTS, changeOf, resource } from "./changes";

const VM = "proxmoxve:index/vmLegacy:VmLegacy";

function report(resources: readonly ComparedResource[], file = stackFile()): DiffReport {
  const change = changeOf(resources, { after: { ...FACTS, kubernetesVersion: "1.36.1" } }, file);
  const base = { shown: "HEAD (0123456789)", commit: "0123456789abcdef", text: "" };
  return reportOf(
    { stack: "lab", file: "Pulumi.lab.yaml", notes: ["a note"] },
    base,
    "today's",
    change.comparison,
    judge(change),
  );
}

const replaced = (name: string, vmId: number): ComparedResource =>
  resource({
    type: VM,
    name,
    operation: "replace",
    replacedBy: ["vmId"],
    before: { vmId, nodeName: "pve", disks: [{ interface: "scsi0", size: 20 }] },
    after: { vmId: vmId + 10 },
    changes: [{ path: "vmId", before: vmId, after: vmId + 10 }],
  });
const configured = (name: string): ComparedResource =>
  resource({
    type: "talos:machine/configurationApply:ConfigurationApply",
    name,
    operation: "update",
    before: {
      machineConfigurationInput: "[secret]",
      configPatches: ["machine: { sysctls: { a: '1' } }", "kind: TimeSyncConfig\nntp: {}"],
    },
    after: {
      machineConfigurationInput: "[secret]",
      configPatches: ["kind: TimeSyncConfig\nntp: {}", "machine: { sysctls: { a: '2' } }"],
    },
    changes: [
      { path: "configPatches.0", before: "…", after: "…" },
      { path: "machineConfigurationInput", before: "[secret]", after: "[secret]" },
    ],
  });
const SAMPLE = [
  replaced("work-00", 803),
  replaced("work-01", 804),
  configured("work-00"),
  configured("work-01"),
  resource({ type: VM, name: "ctrl-00", operation: "same" }),
];
const CONSENT = `  proxmox-talos:consent:
    - { danger: vm-replaced, of: work-01, reason: it was moved by hand }
    - { danger: pki-regenerated, reason: left from the last change }
`;

describe("a change shown", () => {
  const file = stackFile({ more: CONSENT });

  for (const [name, lines] of [
    ["diff.txt", () => renderDiff(report(SAMPLE, file), createStyle({ columns: 100, unicode: true, color: false }))],
    ["diff.md.txt", () => renderDiffMarkdown(report(SAMPLE, file))],
    ["diff.json.txt", () => JSON.stringify(diffJson(report(SAMPLE, file)), null, 2).split("\n")],
  ] as const) {
    it(`is ${name}, byte for byte`, () => {
      const path = join(__dirname, "golden", name);
      const text = `${lines().join("\n")}\n`;
      if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, text);
      assert.equal(text, readFileSync(path, "utf8"));
    });
  }

  it("has whole lists in JSON alone", () => {
    const many = Array.from({ length: 60 }, (_, index) => replaced(`work-${index}`, 900 + index));
    const [text, markdown] = [
      renderDiff(report(many), createStyle({ columns: 100, unicode: true, color: false })),
      renderDiffMarkdown(report(many)),
    ];
    assert.ok(text.some((line) => /… \d+ lines more: --json has them/.test(line)));
    assert.ok(markdown.includes("- 20 more: `lab diff --json` has them"));
    assert.equal((diffJson(report(many)) as { resources: unknown[] }).resources.length, 60);
  });

  it("lets no name or value end a cell, call somebody or be HTML", () => {
    const odd = resource({
      ...replaced("a|b @team <img> [x](y) `c`", 1),
      changes: [{ path: "tags", before: "`|@x\n</details>", after: null }],
    });
    const markdown = renderDiffMarkdown(report([odd])).join("\n");
    assert.ok(markdown.includes("a\\|b @\u200bteam &lt;img> \\[x\\](y) 'c'"));
    assert.ok(markdown.includes("`tags`: `'|@x </details>` → none"));
    const escaped = renderDiffMarkdown(report([resource(replaced("\\[x\\](//y) &commat;team #12 ~z~", 1))])).join("\n");
    assert.ok(escaped.includes("\\\\\\[x\\\\\\](//y) &amp;commat;team #\u200b12 \\~z\\~"));
  });

  it("says so when nothing changes", () => {
    const still: DiffReport = { ...report([]), dangers: [] };
    assert.ok(renderDiffMarkdown(still).includes("### :white_check_mark: lab: nothing changes; nothing dangerous"));
    assert.ok(
      renderDiff(still, createStyle({ columns: 100, unicode: false, color: false })).includes(
        "ok nothing changes; nothing dangerous",
      ),
    );
  });
});
