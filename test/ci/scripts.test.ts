import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { affected, reported, stacksAmong } from "../../tools/ci/affected";
import { notesOf } from "../../tools/ci/changelog";
import { failureOf } from "../../tools/ci/lab";
import { Repository as Checkout } from "../../tools/ci/repository";
import { engineReport } from "../../tools/ci/report/engine";
import { withoutSecrets } from "../../tools/ci/secrets";
import { changed, environmentsOf, undeployed } from "../../tools/ci/selection";
import { HAS_GIT, Repository } from "../blast-radius/repository";
import { stackFile } from "../stacks";
import { CHANGE } from "./reports";

describe("what a change touches", () => {
  const stacks = ["homelab", "lab", "prod"];

  it("is the stacks whose files it has, deleted ones among them", () => {
    assert.deepEqual(affected(["Pulumi.prod.yaml", "README.md", "docs/ci.md"], stacks), { program: false, stacks: ["prod"] });
    assert.deepEqual(affected(["test/Pulumi.prod.yaml"], stacks), { program: false, stacks: [] });
    assert.deepEqual(stacksAmong(["Pulumi.a.yaml", "Pulumi.yaml", "x/Pulumi.b.yaml", "Pulumi.c.d.yaml"]), ["a", "c.d"]);
  });

  it("is every stack when the program changes, or what it runs with", () => {
    for (const name of [
      "index.ts",
      "planner/plan.ts",
      "config/parse.ts",
      "components/x/y.ts",
      "package-lock.json",
      "Pulumi.yaml",
    ]) {
      assert.deepEqual(affected([name], stacks), { program: true, stacks }, name);
    }
    assert.deepEqual(affected(["policy/judge.ts"], stacks), { program: false, stacks });
    for (const name of ["automation/cli.ts", "simulator/index.ts", "planner.md", "docs/index.ts", "tools/ci/gate.ts"]) {
      assert.deepEqual(affected([name], stacks), { program: false, stacks: [] }, name);
    }
  });

  it("has something else said of every stack when what says it changes", () => {
    const never = (): boolean => assert.fail("no stack file changed");
    for (const name of [
      "policy/policies/vm-marks.ts",
      "automation/cli.ts",
      "simulator/index.ts",
      "bin/lab.cjs",
      "tools/ci/report/section.ts",
      ".github/workflows/check.yml",
      ".gitlab-ci.yml",
    ]) {
      assert.deepEqual(reported([name], stacks, never), { program: false, stacks }, name);
    }
    assert.deepEqual(reported(["package-lock.json"], stacks, never), { program: true, stacks });
    for (const name of ["README.md", "docs/ci.md", "test/ci/flow.slow.ts", "examples/core.yaml", "tools/charts/run.ts"]) {
      assert.deepEqual(reported([name], stacks, never), { program: false, stacks: [] }, name);
    }
  });

  it("has something else said of a stack that is planned otherwise because of another's file", () => {
    const near = (stack: string): boolean => stack === "lab";
    assert.deepEqual(reported(["Pulumi.prod.yaml"], stacks, near), { program: false, stacks: ["lab", "prod"] });
  });
});

describe("the environments of a repository", () => {
  it("are a JSON list of stacks, in its order", () => {
    const of = (text: string) => environmentsOf(text, ["homelab", "prod"]);
    assert.deepEqual(of('["prod", "homelab"]'), { stacks: ["prod", "homelab"], unknown: [] });
    assert.deepEqual(of("[]"), { stacks: [], unknown: [] });
  });

  it("go on without one whose stack is no longer there", () => {
    assert.deepEqual(environmentsOf('["gone", "prod", "homelap"]', ["homelab", "prod"]), {
      stacks: ["prod"],
      unknown: ["gone", "homelap"],
    });
  });

  it("are nothing else", () => {
    for (const [text, reason] of [
      ["homelab", /a JSON list is wanted, for instance/],
      ['"homelab"', /a JSON list of names is wanted/],
      ["[1]", /a JSON list of names is wanted/],
    ] as const) {
      assert.throws(() => environmentsOf(text, ["homelab"]), reason);
    }
  });

  it("are each of one stack", () => {
    const known = ["homelab", "homelab-drift", "homelab-preview"];
    assert.throws(() => environmentsOf('["homelab", "homelab"]', known), /homelab is in it twice/);
    for (const name of ["homelab-preview", "homelab-drift"]) {
      assert.throws(() => environmentsOf(`["${name}", "homelab"]`, known), /would be that of two stacks/);
      assert.deepEqual(environmentsOf(`["${name}"]`, known).stacks, [name]);
    }
  });
});

(HAS_GIT ? describe : describe.skip)("a checkout", () => {
  let repository: Repository;
  let checkout: Checkout;
  beforeEach(() => {
    repository = new Repository();
    repository.write("one", "a");
    repository.write("one", "b");
    checkout = new Checkout(repository.dir);
  });
  afterEach(() => {
    repository.remove();
  });

  it("knows what changed since it left a branch, moved and deleted files too", () => {
    const base = repository.commit("base");
    repository.git("update-ref", "refs/remotes/origin/main", base);
    repository.git("mv", "Pulumi.a.yaml", "Pulumi.c.yaml");
    repository.write(undefined, "b");
    repository.commit("moved");
    assert.equal(checkout.leftFrom("origin/main"), base);
    assert.deepEqual(checkout.changedSince(base), ["Pulumi.a.yaml", "Pulumi.b.yaml", "Pulumi.c.yaml"]);
    assert.equal(checkout.file(base, "Pulumi.a.yaml"), "one");
    assert.equal(checkout.file("HEAD", "Pulumi.a.yaml"), undefined);
    assert.deepEqual(changed(["a", "c", "d"], checkout, "main"), ["a", "c"]);
    assert.throws(() => checkout.leftFrom("origin/other"), /is not known: fetch all of the history/);
  });

  it("knows which stacks have hosts in common with one whose file changed, or that went", () => {
    const of = (ids: number, addresses: string): string =>
      stackFile({ vm: `{ idBase: ${ids}, idCount: 10 }` })
        .replace("192.168.1.100-192.168.1.109", addresses)
        .replace("{ address: 192.168.1.100 }", `{ address: ${addresses.split("-")[0] ?? ""} }`)
        .replace("name: lab", `name: lab-${ids}`);
    repository.write(of(800, "192.168.1.100-192.168.1.109"), "a");
    repository.write(of(900, "192.168.1.110-192.168.1.119"), "b");
    repository.write(of(700, "192.168.1.120-192.168.1.129").replaceAll("192.168.1.", "10.9.9."), "c");
    const base = repository.commit("base");
    repository.git("update-ref", "refs/remotes/origin/main", base);
    repository.write(
      of(900, "192.168.1.110-192.168.1.119").replace("count: 1, cores: 2, memoryGiB: 4", "count: 1, cores: 2, memoryGiB: 6"),
      "b",
    );
    repository.commit("b grows");
    assert.deepEqual(changed(["a", "b", "c"], checkout, "main"), ["a", "b"]);
    repository.git("reset", "--quiet", "--hard", base);
    repository.write(undefined, "b");
    repository.commit("b goes");
    assert.deepEqual(changed(["a", "c"], checkout, "main"), ["a"]);
  });

  it("compares with the parent that a merge has in the base", () => {
    repository.commit("base");
    repository.git("checkout", "--quiet", "-b", "more");
    repository.write("two", "a");
    repository.commit("edit");
    repository.git("checkout", "--quiet", "main");
    repository.write("two", "b");
    const main = repository.commit("meanwhile");
    repository.git("update-ref", "refs/remotes/origin/main", main);
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "more");
    assert.deepEqual(checkout.changedSince(checkout.leftFrom("origin/main")), ["Pulumi.a.yaml"]);
  });

  it("takes what Git does not say for no answer, and not for no change", () => {
    repository.commit("base");
    assert.throws(() => checkout.changedSince("0".repeat(40)), /what changed since 0{40} is not known: see what git diff/);
  });

  it("has whatever was touched since it was last deployed, or never was", async () => {
    const first = repository.commit("first");
    repository.write("two", "b");
    const second = repository.commit("second");
    const deployed = new Map([
      ["a", first],
      ["b", first],
      ["c", "0".repeat(40)],
    ]);
    const unfinished = new Set<string>();
    const forge = {
      deployedCommit: (name: string) => Promise.resolve(deployed.get(name)),
      isUnfinished: (name: string) => Promise.resolve(unfinished.has(name)),
    };
    const of = (...names: string[]): Promise<readonly string[]> => undeployed(names, checkout, forge, "main");
    assert.deepEqual(await of("a", "b", "c", "d"), ["b", "c", "d"]);
    deployed.set("b", second);
    assert.deepEqual(await of("a", "b"), []);
    repository.git("checkout", "--quiet", "--detach", first);
    assert.deepEqual(
      [first, second, "0".repeat(40)].map((commit) => checkout.isMerged(commit, "main")),
      [true, false, false],
    );
    repository.git("update-ref", "refs/remotes/origin/main", second);
    assert.equal(checkout.isMerged(second, "main"), true);
    repository.git("checkout", "--quiet", "main");
    // Taken back after it had failed half way.
    unfinished.add("a");
    assert.deepEqual(await of("a", "b"), ["a"]);
    assert.ok(checkout.isAncestor(first, second) && !checkout.isAncestor(second, first));
  });
});

describe("a version's notes", () => {
  const changelog =
    "# Changelog\n\n## Unreleased\n\n- soon\n\n## [1.2.0] - 2026-01-31\n\n- more\n\n### Fixed\n\n- less\n\n## 1.1.0\n\n## v1.0.0\n- first\n";

  it("are its section of the changelog", () => {
    assert.equal(notesOf(changelog, "1.2.0"), "- more\n\n### Fixed\n\n- less");
    assert.equal(notesOf(changelog, "1.0.0"), "- first");
  });

  it("are missing when there is none, or nothing in it", () => {
    assert.throws(
      () => notesOf(changelog, "1.1.0"),
      /says nothing of 1\.1\.0, only of Unreleased, 1\.2\.0, 1\.1\.0, 1\.0\.0: write the section "## 1\.1\.0"/,
    );
    assert.throws(() => notesOf(changelog, "1.2"), /says nothing of 1\.2,/);
  });
});

describe("what a command said", () => {
  it("has no value of a secret setting in it, as it is or as JSON has it", () => {
    const environment = {
      PULUMI_CONFIG_PASSPHRASE: 'one "two" three\n',
      AWS_SECRET_ACCESS_KEY: "abc",
      GITHUB_TOKEN: "ghs_123456",
    };
    const text = `${JSON.stringify({ message: 'bad one "two" three here' })} one "two" three abc ghs_123456`;
    assert.equal(withoutSecrets(text, environment), '{"message":"bad [secret] here"} [secret] abc [secret]');
  });

  it("has no line of a secret that has several, such as a file of keys of age", () => {
    const environment = { SOPS_AGE_KEY: "# created: 2026-01-31\nAGE-SECRET-KEY-1QQQ\n" };
    assert.equal(withoutSecrets("bad key AGE-SECRET-KEY-1QQQ in line 2", environment), "bad key [secret] in line 2");
  });

  it("is what its failure says, or a check of it, or its last line", () => {
    assert.equal(failureOf({ code: 1, document: { error: { code: "x", message: "no" } }, log: "a\nb\n" }), "no");
    const checks = [
      { name: "access", state: "ok", found: "yes", remedy: "" },
      { name: "state", state: "fail", found: "none of homelab", remedy: "lab state bootstrap makes it" },
    ];
    const failed = failureOf({ code: 1, document: { checks }, log: "" });
    assert.equal(failed, "state: none of homelab; lab state bootstrap makes it");
    assert.equal(failureOf({ code: 1, document: undefined, log: "a\nb\n" }), "b");
    assert.match(failureOf({ code: 3, document: {}, log: "" }), /exit code 3/);
  });

  it("is a report of the engine, whether it found drift, changes or no answer", () => {
    const change = { ...CHANGE, urn: "urn:pulumi:x" };
    const answer = (code: number, document: object) => engineReport({ code, document, log: "" });
    assert.deepEqual(answer(0, { result: "succeeded", changes: [] }), { result: "succeeded", problem: null, changes: [] });
    assert.deepEqual(answer(1, { result: "failed", drifted: [change] }), {
      result: "succeeded",
      problem: null,
      changes: [CHANGE],
    });
    assert.deepEqual(answer(1, { error: { message: "locked" } }), { result: "failed", problem: "locked", changes: [] });
  });
});
