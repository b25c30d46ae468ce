import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { renderPlan } from "../../automation/render/plan";
import { renderRehearsal } from "../../automation/render/rehearsal";
import { createStyle } from "../../automation/render/style";
import { displayWidth } from "../../automation/render/text";
import { renderTimeline } from "../../automation/render/timeline";
import { duration } from "../../automation/render/units";
import type { Rehearsal, RehearsedResource } from "../../simulator/report";
import { hosts, planOf, stackFile, stackText } from "../stacks";

const style = (columns: number, unicode = true): ReturnType<typeof createStyle> =>
  createStyle({ columns, unicode, color: false });

const resource = (name: string, start: number, end: number, more: Partial<RehearsedResource> = {}): RehearsedResource => ({
  urn: `urn:pulumi:s::p::t:i:Thing::${name}`,
  type: "t:i:Thing",
  name,
  parent: null,
  dependencies: [],
  operation: "create",
  outcome: "done",
  changes: [],
  replacedBy: [],
  startSeconds: start,
  endSeconds: end,
  inputs: {},
  ...more,
});

const rehearsal = (resources: readonly RehearsedResource[], more: Partial<Rehearsal> = {}): Rehearsal => ({
  stack: "s",
  engine: "embedded",
  result: "succeeded",
  summary: { create: resources.length, update: 0, replace: 0, delete: 0, same: 0 },
  resources,
  makespanSeconds: Math.max(0, ...resources.map(({ endSeconds }) => endSeconds)),
  criticalPathSeconds: 90,
  criticalPath: resources.slice(0, 1).map(({ urn }) => urn),
  violations: [],
  sensitivity: [{ factor: 1, makespanSeconds: 100, criticalPathSeconds: 90 }],
  diagnostics: [],
  ...more,
});

describe("pictures", () => {
  it("never leave the terminal, whatever its width and the size of the stack", () => {
    const plans = [
      planOf(stackText("homelab")),
      planOf(stackText("prod")),
      planOf(stackFile()),
      planOf(stackFile({ hosts: hosts(7) })),
    ];
    for (const plan of plans) {
      for (const columns of [60, 80, 100, 140]) {
        for (const unicode of [true, false]) {
          for (const line of renderPlan(plan, style(columns, unicode), { addons: true }))
            assert.ok(displayWidth(line) <= columns, `${columns}: ${line}`);
        }
      }
    }
  });

  it("show a small plan like this", () => {
    assert.deepEqual(renderPlan(planOf(stackFile(), "small"), style(64)).slice(0, 19), [
      "small · TalosCluster lab · environment dev",
      "machines   1 control plane, 1 worker on 1 host",
      "endpoint   https://192.168.1.100:6443 (ctrl-00's own address)",
      "versions   Talos v1.13.9 · Kubernetes v1.36.0 · Cilium 1.20.0",
      "addresses  192.168.1.100, 192.168.1.103 in 192.168.1.0/24,",
      "           gateway 192.168.1.1",
      "add-ons    1 add-on asks for 0.27 of 1.95 CPUs and 0.4 of 3.5",
      "           GiB on 1 machine",
      "survives   0 of 2 failures; lost without pve, local-lvm on pve",
      "",
      "┌─ pve ────────────────────── 192.168.1.2, 8 cores/16 threads ─┐",
      "│ memory    ████▒░░░░░░░░░░░░░░░░░░░░░░░░ 8+4/64 GiB, 52 free  │",
      "│ cpu       ███████░░░░░░░░░░░░░░░░░░░░░░ 4 vCPU:16 threads    │",
      "│ local-lvm ██░░░░░░░░░░░░░░░░░░░░░░░░░░░ 40/500 GiB, 460 free │",
      "│                                                              │",
      "│ ◆ ctrl-00  800  .100  4 GiB  2 vCPU  20 GiB disk             │",
      "│ ○ work-00  803  .103  4 GiB  2 vCPU  20 GiB disk             │",
      "└──────────────────────────────────────────────────────────────┘",
      "█ allocated ▒ reserved ░ free ◆ control plane ○ worker",
    ]);
  });

  it("draw time to scale and mark the critical path", () => {
    const [axis, first, second] = renderTimeline(rehearsal([resource("a", 0, 50), resource("b", 50, 100)]), style(60));
    assert.equal(axis, "         0:00                             1:40");
    assert.equal(first, `Thing a  ${"█".repeat(19)}${" ".repeat(22)}0:00–0:50`);
    assert.match(second ?? "", /^Thing b {20,}▒{18,19} {4}0:50–1:40$/);
  });

  it("fold like rows when there are very many", () => {
    const many = Array.from({ length: 200 }, (_, index) => resource(`r${index}`, index, index + 1));
    const lines = renderTimeline(rehearsal(many), style(80));
    assert.equal(lines.length, 3);
    assert.match(lines[1] ?? "", /^200 Thing {2}█+ {4}0:00–3:20$/);
  });

  it("show what becomes of things that stand, value by value", () => {
    const changes = [
      { path: "cpu.cores", before: 2, after: 4 },
      { path: "token", before: "[secret]", after: "[secret]" },
      { path: "tags", before: null, after: ["a"] },
      { path: "image", before: `${"x".repeat(90)}:v1.13.8`, after: `${"x".repeat(90)}:v1.13.9` },
    ];
    const lines = renderRehearsal(
      planOf(stackFile()),
      rehearsal([
        resource("a", 0, 1, { operation: "update", changes }),
        resource("b", 0, 1, { operation: "replace", replacedBy: ["urn:pulumi:s::p::t:i:Thing::a"] }),
        resource("c", 0, 1, { operation: "delete" }),
        resource("d", 0, 0, { operation: "same" }),
      ]),
      style(100),
    );
    const at = lines.indexOf("delete Thing c");
    assert.deepEqual(lines.slice(at, at + 7), [
      "delete Thing c",
      "replace Thing b because of a",
      "update Thing a",
      "  cpu.cores: 2 → 4",
      "  token: [secret] → [secret]",
      '  tags: ["a"]',
      "  image: …xxxxx:v1.13.8 → …xxxxx:v1.13.9",
    ]);
  });

  it("name what was broken and what the program said", () => {
    const failed = rehearsal([resource("a", 0, 5, { outcome: "failed" })], {
      result: "failed",
      violations: [{ rule: "host-memory", urn: "urn:pulumi:s::p::t:i:Thing::a", message: "no room" }],
      diagnostics: [{ severity: "error", urn: "", message: "went wrong" }],
    });
    const text = renderRehearsal(planOf(stackFile()), failed, style(80)).join("\n");
    assert.match(text, /✗ host-memory at a\n {2}no room\n✗ error from the program\n {2}went wrong/);
    assert.match(text, /✗ rehearsal failed$/);
  });

  it("write time as people do", () => {
    assert.deepEqual([0, 59.6, 61, 3600, 3661].map(duration), ["0:00", "1:00", "1:01", "1:00:00", "1:01:01"]);
  });
});
