import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { Failure } from "../../automation/failure";
import { REPORT } from "../../tools/ci/report/document";
import type { CheckReport, StackReport } from "../../tools/ci/report/document";
import { driftMarkdown, previewMarkdown } from "../../tools/ci/report/engine-markdown";
import { readReports } from "../../tools/ci/report/files";
import { gather } from "../../tools/ci/report/gather";
import { LIMIT_BYTES, checkMarkdown } from "../../tools/ci/report/markdown";
import { passes } from "../../tools/ci/report/verdict";
import { stackFile } from "../stacks";
import { BASE, CHANGE, DANGEROUS, FINE, HEAD, INVALID, checkReport, engineReport } from "./reports";

const GOLDEN = join(__dirname, "golden");

/** A text as it is kept beside the test; `UPDATE_GOLDEN=1` writes it. */
function golden(name: string, text: string): void {
  const path = join(GOLDEN, name);
  if (process.env["UPDATE_GOLDEN"]) writeFileSync(path, text);
  assert.equal(text, readFileSync(path, "utf8"));
}

/** A report as a comment is written from it: through a file, whoever wrote that. */
function read(report: unknown): CheckReport {
  return REPORT.parse(JSON.parse(JSON.stringify(report))) as CheckReport;
}

describe("the comment of a pull request", () => {
  it("is the same to the byte for the same change", () => {
    const runUrl = "https://github.com/somebody/platform/actions/runs/1";
    golden("comment.md.txt", checkMarkdown(read(checkReport(DANGEROUS, FINE, INVALID)), { runUrl, ownCode: true }));
  });

  it("passes only what plans, runs and has consent", () => {
    const consented = { ...DANGEROUS.diff!, dangers: DANGEROUS.diff!.dangers.map((each) => ({ ...each, consented: "meant" })) };
    assert.deepEqual(
      [
        FINE,
        DANGEROUS,
        { ...DANGEROUS, diff: consented },
        INVALID,
        { ...FINE, rehearsal: { ...FINE.rehearsal!, result: "failed" } },
      ].map((each) => passes(each as StackReport)),
      [true, false, true, false, false],
    );
    assert.equal(passes({ ...FINE, diff: null }), false);
    assert.equal(passes({ ...FINE, problems: ["findings that nobody has accepted"] }), false);
    assert.match(
      checkMarkdown(checkReport(FINE)),
      /^<!-- lab check -->\n## :white_check_mark: Nothing stands in the way of 1 stack\n/,
    );
    assert.match(checkMarkdown(checkReport(DANGEROUS, FINE)), /## :no_entry: Not to be merged as it is: homelab\n/);
  });

  it("names every policy that is switched off, before whatever else was found, of a new stack as well", () => {
    const projectDir = mkdtempSync(join(tmpdir(), "lab-gather-"));
    try {
      const said = "{ vm-marks: { level: disabled, reason: another one marks them } }";
      writeFileSync(join(projectDir, "Pulumi.lab.yaml"), stackFile({ more: `  proxmox-talos:policies: ${said}` }));
      const silent = { code: 1, document: undefined, log: "" };
      const of = { lab: () => silent, base: BASE, baseProgram: false, before: () => undefined, pages: projectDir };
      const report = gather("lab", { ...of, scratch: projectDir, projectDir });
      const [first, ...others] = report.findings;
      assert.equal(`${first?.severity} ${first?.code} ${first?.path}`, "info policy-loosened policies.vm-marks");
      assert.ok(others.length > 0 && others.every(({ severity }) => severity !== "info"));
      const text = checkMarkdown(read(checkReport(report)));
      assert.match(
        text,
        /- info `policy-loosened` at `policies\.vm-marks`: vm-marks is disabled in place of mandatory: another one marks them\./,
      );
      assert.match(text, new RegExp(`0 errors, ${others.length} warnings?, 0 acknowledged`));
    } finally {
      rmSync(projectDir, { recursive: true });
    }
  });

  it("leaves out floor plans first, single resources next, then all but first lines, and says so", () => {
    const wide = (stack: string): StackReport => ({ ...DANGEROUS, stack, picture: "x".repeat(20_000) });
    const all = checkReport(wide("one"), wide("two"), { ...wide("three"), picture: "y".repeat(30_000) });
    const text = checkMarkdown(all);
    assert.ok(Buffer.byteLength(text) <= LIMIT_BYTES);
    assert.match(text, /Left out, for a comment has a limit: the floor plan of three\. The page of the run/);
    assert.ok(text.includes("xxxx") && !text.includes("yyyy"));

    const small = checkMarkdown(all, { limitBytes: 3_600 });
    assert.match(small, /the floor plan and single resources of one/);
    assert.ok(small.includes("vm-deleted") && !small.includes("memory.dedicated"));

    const smaller = checkMarkdown(all, { limitBytes: 900 });
    assert.match(smaller, /everything but the first line of one/);
    assert.ok(smaller.includes("### :no_entry: one: ") && Buffer.byteLength(smaller) <= 900);

    const least = checkMarkdown(checkReport(...Array.from({ length: 50 }, (_, n) => wide(`s${n}`))), { limitBytes: 1_500 });
    assert.match(least, /\n\d+ stacks more: the page of the run has them\.\n$/);
    assert.ok(Buffer.byteLength(least) <= 1_500);
  });

  it("is data while it is handed on: no text of a report leads away, calls anybody, hides anything or ends what it stands in", () => {
    const nasty =
      "see https://evil.example and www.evil.example, @somebody, #12, <img src=x> \\[a\\](//b) &commat;team \u202eabc\u200b ``` |";
    const danger = { ...DANGEROUS.diff!.dangers[0]!, what: nasty };
    const odd = {
      ...DANGEROUS,
      diff: { ...DANGEROUS.diff!, dangers: [danger] },
      findings: [{ ...DANGEROUS.findings[0]!, message: nasty }],
      problems: [nasty],
      unpriced: [nasty],
      picture: "a\n```\n@somebody <img>\n",
    };
    const text = checkMarkdown(read(checkReport(odd)));
    const [, prose = ""] = text.split("```text\n", 2);
    assert.ok(prose.length > 0);
    const outside = text.replace(/```text\n[^`]*\n```/g, "");
    for (const bad of ["https://", "www.", "@somebody", "#12", "<img", "](//b)", "&commat;", "\u202e"]) {
      if (bad === "](//b)") assert.ok(!/[^\\]\]\(\/\/b\)/.test(outside), bad);
      else assert.ok(!outside.replaceAll("&amp;commat;", "").includes(bad), bad);
    }
    assert.equal((text.match(/^```/gm) ?? []).length, 4);
  });

  it("leads nowhere by what Markdown makes links of by itself: types, issues and commits of anybody's", () => {
    const typed = (type: string): object =>
      checkReport({ ...DANGEROUS, diff: { ...DANGEROUS.diff!, resources: [{ ...DANGEROUS.diff!.resources[0]!, type }] } });
    assert.ok(REPORT.safeParse(typed("kubernetes:cert-manager.io/v1:ClusterIssuer")).success);
    for (const type of ["www.evil.example/login", "a:WWW.evil.example", "https://evil.example", "GH-1"]) {
      assert.ok(!REPORT.safeParse(typed(type)).success, type);
    }
    const what = `mended in ${HEAD} and 0123abc, see GH-1 and xwww.evil.example`;
    const odd = { ...DANGEROUS.diff!, dangers: [{ ...DANGEROUS.diff!.dangers[0]!, what }] };
    const prose = checkMarkdown(read(checkReport({ ...DANGEROUS, diff: odd }))).replace(/`[^`]*`/g, "");
    for (const bad of [HEAD, "0123abc", "GH-1", "www.evil"]) assert.ok(!prose.includes(bad), bad);
  });

  it("takes what a change of a thousand machines brings, and says of it what there is room for", () => {
    const times = <T>(each: T): T[] => Array.from({ length: 1_200 }, () => each);
    const [danger] = DANGEROUS.diff!.dangers;
    const [resource] = DANGEROUS.diff!.resources;
    const replaced = { ...resource!, replacedBy: times("lab") };
    const all = {
      ...DANGEROUS,
      diff: { ...DANGEROUS.diff!, dangers: times(danger!), resources: [replaced] },
      findings: times(DANGEROUS.findings[0]!),
      survival: { ...DANGEROUS.survival!, changes: times(DANGEROUS.survival!.changes[0]!) },
      problems: times("a finding that nobody has accepted"),
    };
    const text = checkMarkdown(read(checkReport(all)));
    assert.ok(Buffer.byteLength(text) <= LIMIT_BYTES);
    assert.match(text, /Not to be merged as it is: homelab/);
  });

  it("takes nothing that is no report", () => {
    const refused = (change: object): boolean => !REPORT.safeParse({ ...checkReport(FINE), ...change }).success;
    assert.ok(!refused({}));
    assert.ok(refused({ kind: "other" }));
    assert.ok(refused({ commit: "main" }));
    assert.ok(refused({ stacks: [{ ...FINE, stack: "a b" }] }));
    assert.ok(refused({ stacks: [{ ...FINE, findings: [{ ...DANGEROUS.findings[0], code: "a` @x" }] }] }));
    assert.ok(refused({ stacks: [{ ...FINE, costs: [{ currency: "EUR", before: null, after: { purchase: "1" } }] }] }));
    assert.ok(refused({ stacks: Array.from({ length: 501 }, () => FINE) }));
  });
});

describe("the files of a report", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-ci-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
  };
  const fails = (message: RegExp): void => {
    assert.throws(
      () => readReports(folder),
      (error) => error instanceof Failure && error.code === "invalid-report" && message.test(error.message),
    );
  };

  it("are read in the order of their names", () => {
    assert.deepEqual(readReports(join(folder, "missing")), []);
    write("preview-b.json", JSON.stringify(engineReport("preview", "b")));
    write("check.json", JSON.stringify(checkReport(FINE)));
    write("notes.md", "nothing of ours");
    assert.deepEqual(
      readReports(folder).map(({ kind }) => kind),
      ["check", "preview"],
    );
  });

  it("are refused where they are no JSON, no report, too large, too many or no files", () => {
    write("check.json", "{");
    fails(/no JSON/);
    write("check.json", JSON.stringify({ ...checkReport(), commit: 1 }));
    fails(/no report: .*commit/);
    write("check.json", " ".repeat(8 * 1024 * 1024 + 1));
    fails(/at most 8388608 are read/);
    rmSync(join(folder, "check.json"));
    symlinkSync("/etc/hostname", join(folder, "check.json"));
    fails(/no file/);
    for (let n = 0; n < 100; n++) write(`${n}.txt`, "");
    fails(/101 files/);
  });
});

describe("what the engine said", () => {
  it("is a comment of previews", () => {
    const reports = [
      engineReport("preview", "homelab", [CHANGE]),
      engineReport("preview", "lab"),
      { ...engineReport("preview", "prod"), result: "failed" as const, problem: "no preview: 192.168.1.2 does not answer" },
    ];
    golden("preview.md.txt", previewMarkdown(reports, { runUrl: "https://example.org/run" }));
    assert.match(previewMarkdown(reports.slice(0, 2)), /## :white_check_mark: 2 previews\n/);
  });

  it("is no longer than a forge takes: single changes go first, then stacks", () => {
    const properties = Array.from({ length: 20 }, (_, n) => `spec.template.spec.containers[${n}].resources.limits.memory`);
    const changes = Array.from({ length: 60 }, () => ({ ...CHANGE, properties }));
    const of = <Kind extends "preview" | "drift">(kind: Kind, stacks: number) =>
      Array.from({ length: stacks }, (_, n) => engineReport(kind, `s${n}`, changes));
    for (const text of [previewMarkdown(of("preview", 12)), driftMarkdown(of("drift", 12))]) {
      assert.ok(Buffer.byteLength(text) <= LIMIT_BYTES, String(text.length));
      assert.match(text, /### s11: 60 update\n\n- update/);
      assert.match(text, /- 57 more\n/);
    }
    const least = driftMarkdown(of("drift", 50), { limitBytes: 600 });
    assert.ok(Buffer.byteLength(least) <= 600);
    assert.match(least, /\d+ stacks more: the page of the run has them\.\n\nAn update/);
  });

  it("is an issue of drift", () => {
    golden("drift.md.txt", driftMarkdown([engineReport("drift", "homelab", [CHANGE, CHANGE]), engineReport("drift", "lab")]));
  });

  it("lists no more than anybody reads", () => {
    const text = driftMarkdown([
      engineReport(
        "drift",
        "homelab",
        Array.from({ length: 50 }, () => CHANGE),
      ),
    ]);
    assert.match(text, /\n- 10 more\n/);
    assert.ok(text.includes(`\`${HEAD.slice(0, 10)}\``) && !text.includes(BASE));
  });
});
