import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DEFAULT_VERSIONS } from "../../config/versions";
import type { Component } from "../../planner/observability/inventory/component";
import { judge, subjects } from "../../tools/rules/claims";
import { Sources } from "../../tools/rules/sources";

const LOKI: Component = {
  repository: "grafana/loki",
  version: "v1.2.3",
  pinnedBy: { image: "docker.io/grafana/loki" },
  metrics: {
    loki_whole: "pkg/whole.go",
    loki_made_total: { "pkg/made.go": ['Namespace: "loki", Name: "made_total"'] },
  },
  labels: { tenant: "pkg/made.go" },
};

const FILES = {
  "pkg/whole.go": "name: 'loki_whole',\n",
  "pkg/made.go": 'Opts{\n\t\tNamespace: "loki",\n\t\tName:      "made_total",\n\t}, []string{"tenant"}\n',
};

describe("npm run metrics", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "metrics-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (place: string, files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, place, path)), { recursive: true });
      writeFileSync(join(folder, place, path), text);
    }
  };

  /** A repository whose tag has the files, and whose work tree has them no more. */
  const repository = (place: string, tag: string, files: Readonly<Record<string, string>>): void => {
    write(place, files);
    const git = (...args: string[]): Buffer =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", "-C", join(folder, place), ...args]);
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message", "all");
    git("tag", tag);
    git("rm", "--quiet", "-r", ".");
    git("commit", "--quiet", "--message", "none");
  };

  /** What is wrong and what is unknown of each, by name. */
  const verdicts = (component: Component, from = folder): Record<string, readonly string[]> => {
    const sources = new Sources(from);
    const all = subjects({ loki: component }).map((subject) => judge(subject, sources));
    return Object.fromEntries(all.map(({ name, wrong, unknown }) => [name, [...wrong, ...unknown.map((what) => `? ${what}`)]]));
  };

  const FINE = { loki_whole: [], loki_made_total: [], tenant: [] };

  it("finds names whole and in parts, however they are laid out", () => {
    write("grafana+loki@v1.2.3", FILES);
    assert.deepEqual(verdicts(LOKI), FINE);
  });

  it("reads a repository at the tag, and not what came later", () => {
    repository("grafana+loki", "v1.2.3", FILES);
    assert.deepEqual(verdicts(LOKI), FINE);
    repository("more/grafana+loki/repo", "v1.2.3", FILES);
    assert.deepEqual(verdicts(LOKI, join(folder, "more")), FINE);
  });

  it("says what a file does not have, and which file there is not", () => {
    write("grafana+loki@v1.2.3", {
      "pkg/made.go": FILES["pkg/made.go"].replace("made_total", "made_count").replace("tenant", "user"),
    });
    const at = "grafana/loki v1.2.3";
    assert.deepEqual(verdicts(LOKI), {
      loki_whole: [`${at}: no file pkg/whole.go`],
      loki_made_total: [`${at}: pkg/made.go has no Namespace: "loki", Name: "made_total"`],
      tenant: [`${at}: pkg/made.go has no "tenant"`],
    });
    repository("grafana+loki", "v1.2.3", { "pkg/made.go": "" });
    rmSync(join(folder, "grafana+loki@v1.2.3"), { recursive: true });
    assert.deepEqual(verdicts(LOKI)["loki_whole"], [`${at}: no file pkg/whole.go`]);
  });

  it("does not take a name for another one that begins with it", () => {
    write("grafana+loki@v1.2.3", { ...FILES, "pkg/whole.go": '"loki_whole_bytes"' });
    assert.deepEqual(verdicts(LOKI)["loki_whole"], ['grafana/loki v1.2.3: pkg/whole.go has no "loki_whole"']);
  });

  it("says what nobody could tell: no folder, no repository, no such tag", () => {
    const whole = (reason: string): void => {
      assert.deepEqual(verdicts(LOKI)["loki_whole"], [`? grafana/loki v1.2.3: ${reason}`]);
    };
    const place = join(folder, "grafana+loki");
    whole(`no ${place} and no ${place}@v1.2.3`);
    repository("grafana+loki", "v1.2.4", FILES);
    whole(`${place} has no tag v1.2.3`);
    const [subject] = subjects({ loki: LOKI });
    assert.ok(subject);
    assert.deepEqual(judge(subject, new Sources(undefined)).unknown, ["grafana/loki v1.2.3: no folder of sources"]);
  });

  it("holds a version to the file that decides it, at the version that the stack pins", () => {
    const text = 'Version = "v1.2.3"';
    const pinnedBy = { stack: "talos", repository: "siderolabs/talos", file: "versions.go", text } as const;
    write("grafana+loki@v1.2.3", FILES);
    write(`siderolabs+talos@${DEFAULT_VERSIONS.talos}`, { "versions.go": text });
    assert.deepEqual(verdicts({ ...LOKI, pinnedBy }), { "v1.2.3": [], ...FINE });
    write(`siderolabs+talos@${DEFAULT_VERSIONS.talos}`, { "versions.go": text.replace("2.3", "2.4") });
    const wrong = [`siderolabs/talos ${DEFAULT_VERSIONS.talos}: versions.go has no ${text}`];
    assert.deepEqual(verdicts({ ...LOKI, pinnedBy }), { "v1.2.3": wrong, ...FINE });
  });
});
