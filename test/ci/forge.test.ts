import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { Failure } from "../../automation/failure";
import { keepIssue } from "../../tools/ci/drift";
import { GitHub } from "../../tools/ci/forge/github";
import { GitLab } from "../../tools/ci/forge/gitlab";
import { Rest } from "../../tools/ci/forge/rest";
import { commentOnGitHub, commentOnGitLab } from "../../tools/ci/pull-request-comment";
import { REPORT } from "../../tools/ci/report/document";
import { CHECK_MARKER } from "../../tools/ci/report/markdown";
import { FakeGitHub, FakeGitLab, jobOf } from "./fake-forge";
import { BASE, CHANGE, DANGEROUS, FINE, HEAD, checkReport, engineReport } from "./reports";

const RUN = {
  headRepository: "stranger/platform",
  headBranch: "more",
  headCommit: HEAD,
  workflow: "check",
  conclusion: "success",
};

describe("a repository on GitHub", () => {
  let fake: FakeGitHub;
  let github: GitHub;
  const bodies = (pull = 5): string[] => (fake.comments.get(pull) ?? []).map(({ body }) => body);
  const pull = (number: number, sha = HEAD, files = ["Pulumi.homelab.yaml"], base = "main"): FakeGitHub["pulls"][number] => ({
    number,
    head: { ref: "more", sha, repo: { full_name: "stranger/platform" } },
    base: { ref: base },
    files: files.map((filename) => ({ filename })),
  });

  beforeEach(async () => {
    fake = await new FakeGitHub().start();
    fake.pulls = [pull(5)];
    github = new GitHub(new Rest(fake.url, { authorization: "Bearer t0ken" }), "somebody/platform");
  });
  afterEach(() => fake.stop());

  it("gets one comment, which is edited from then on", async () => {
    fake.say(5, "a word of mine", "somebody");
    assert.deepEqual(await commentOnGitHub(github, RUN, [checkReport(DANGEROUS)]), ["comment of 5: added"]);
    assert.deepEqual(await commentOnGitHub(github, RUN, [checkReport(DANGEROUS)]), ["comment of 5: unchanged"]);
    assert.deepEqual(await commentOnGitHub(github, RUN, [checkReport(FINE)]), ["comment of 5: edited"]);
    assert.equal(bodies().length, 2);
    assert.match(bodies()[1]!, /Nothing stands in the way/);
    assert.ok(fake.asked.every(({ authorization }) => authorization === "Bearer t0ken"));
  });

  it("finds its comment among hundreds", async () => {
    for (let n = 0; n < 250; n++) fake.say(5, `${n}`, "somebody");
    fake.say(5, `${CHECK_MARKER}\nold`);
    assert.deepEqual(await commentOnGitHub(github, RUN, [checkReport(FINE)]), ["comment of 5: edited"]);
    assert.equal(bodies().length, 251);
  });

  it("never has somebody else's comment edited, whatever it begins with", async () => {
    fake.say(5, `${CHECK_MARKER}\nmine`, "stranger");
    assert.deepEqual(await commentOnGitHub(github, RUN, [checkReport(FINE)]), ["comment of 5: added"]);
    assert.equal(bodies()[0], `${CHECK_MARKER}\nmine`);
  });

  it("gets no comment where no stack is touched, but has one that is there say so", async () => {
    assert.deepEqual(await commentOnGitHub(github, RUN, [checkReport()]), ["comment of 5: needless"]);
    fake.say(5, `${CHECK_MARKER}\nold`);
    assert.deepEqual(await commentOnGitHub(github, RUN, [checkReport()]), ["comment of 5: edited"]);
    assert.match(bodies()[0]!, /No stack is touched/);
  });

  it("has a comment about an earlier commit say that nothing is known of the last, when its run ended early", async () => {
    const early = { ...RUN, conclusion: "failure" };
    assert.deepEqual(await commentOnGitHub(github, early, []), []);
    await commentOnGitHub(github, RUN, [checkReport(FINE)]);
    assert.deepEqual(await commentOnGitHub(github, early, []), [], "it is about this commit");
    const next = "9".repeat(40);
    fake.pulls = [pull(5, next)];
    fake.say(5, "a word of mine", "somebody");
    assert.deepEqual(await commentOnGitHub(github, { ...early, headCommit: next }, []), ["comment of 5: outdated"]);
    assert.match(
      bodies()[0]!,
      /^<!-- lab check -->\n## :no_entry: Nothing is known of the last commit\n\n`check` ended \(failure\) without a report about `9{10}`;/,
    );
    assert.deepEqual(await commentOnGitHub(github, { ...early, headCommit: next, conclusion: "cancelled" }, []), []);
    assert.deepEqual(await commentOnGitHub(github, { ...RUN, headCommit: next }, [{ ...checkReport(FINE), commit: next }]), [
      "comment of 5: edited",
    ]);
    assert.equal(bodies().length, 2);
  });

  it("has a comment of previews say so, too, and that a stack is missing", async () => {
    const own = "somebody/platform";
    fake.pulls = [{ ...pull(5), head: { ...pull(5).head, repo: { full_name: own } } }];
    const run = { ...RUN, headRepository: own, workflow: "preview" };
    await commentOnGitHub(github, { ...run, conclusion: "failure" }, [engineReport("preview", "a")]);
    assert.match(bodies()[0]!, /## :no_entry: Not every stack was previewed\n/);
    const next = "9".repeat(40);
    fake.pulls = [{ ...pull(5, next), head: { ...pull(5, next).head, repo: { full_name: own } } }];
    await commentOnGitHub(github, { ...run, headCommit: next }, []);
    assert.match(
      bodies()[0]!,
      /^<!-- lab preview -->\n## Nothing to say of the last commit\n\n`preview` ended \(success\) without a report about `9{10}`;/,
    );
  });

  it("says which pull request it is: none of another fork, commit or base", async () => {
    fake.pulls = [
      pull(1, BASE),
      pull(2, HEAD, [], "other"),
      { ...pull(3), head: { ...pull(3).head, repo: { full_name: "stranger/other" } } },
    ];
    const [said] = await commentOnGitHub(github, RUN, [checkReport(FINE)]);
    assert.match(said!, /^no open pull request/);
    assert.deepEqual(fake.changes, []);
  });

  it("gets its comment whatever the branch is called that it goes into", async () => {
    for (const ref of ["www.shop", "release-0123abc", "b".repeat(220)]) {
      fake.pulls = [pull(5, HEAD, ["Pulumi.homelab.yaml"], ref)];
      const report = { ...checkReport(FINE), base: { ref, commit: BASE } };
      const [said] = await commentOnGitHub(github, RUN, [REPORT.parse(report)]);
      assert.match(said!, /^comment of 5: /, ref);
    }
  });

  it("is told nothing by a report about another commit", async () => {
    const other = { ...checkReport(FINE), commit: BASE };
    await assert.rejects(commentOnGitHub(github, RUN, [other]), /a report is about fedcba.*nothing of it is believed/);
    assert.deepEqual(fake.asked, []);
  });

  it("has its readers warned when a pull request brings code of its own, a moved file among it", async () => {
    await commentOnGitHub(github, RUN, [checkReport(FINE)]);
    assert.ok(!bodies()[0]!.includes("written by its own code"));
    fake.pulls = [{ ...pull(5), files: [{ filename: "Pulumi.homelab.yaml", previous_filename: "planner/plan.ts" }] }];
    await commentOnGitHub(github, RUN, [checkReport(FINE)]);
    assert.ok(bodies()[0]!.includes("written by its own code"));
  });

  it("gets a second comment of previews, and none that a fork made up", async () => {
    const reports = [checkReport(FINE), engineReport("preview", "a", [CHANGE])];
    await commentOnGitHub(github, RUN, reports);
    await commentOnGitHub(github, { ...RUN, workflow: "preview" }, reports);
    assert.equal(bodies().length, 1);
    const own = "somebody/platform";
    fake.pulls = [{ ...pull(5), head: { ...pull(5).head, repo: { full_name: own } } }];
    const run = { ...RUN, headRepository: own };
    // What Dependabot brings runs in a check of this repository's, and has no previews.
    assert.deepEqual(await commentOnGitHub(github, run, reports), ["comment of 5: unchanged"]);
    await commentOnGitHub(github, { ...run, workflow: "preview" }, [...reports, engineReport("preview", "b")]);
    assert.deepEqual(
      bodies().map((body) => body.split("\n")[0]),
      ["<!-- lab check -->", "<!-- lab preview -->"],
    );
  });

  it("has its readers warned when there are more files than GitHub names", async () => {
    const names = Array.from({ length: 3_000 }, (_, n) => `Pulumi.s${n}.yaml`);
    fake.pulls = [pull(5, HEAD, [...names, "planner/plan.ts"])];
    const { answer } = fake as unknown as { answer: (...args: unknown[]) => object | null };
    Object.assign(fake, {
      answer: (asked: unknown, path: string, query: URLSearchParams) =>
        path.endsWith("/files") && Number(query.get("page")) > 30 ? [] : answer.call(fake, asked, path, query),
    });
    await commentOnGitHub(github, RUN, [checkReport(FINE)]);
    assert.ok(bodies()[0]!.includes("written by its own code"));
  });

  const always = (): boolean => true;

  it("knows the last deployment that succeeded", async () => {
    fake.deploy("homelab", "a".repeat(40));
    fake.deploy("prod", "b".repeat(40));
    fake.deploy("homelab", "c".repeat(40), "failure");
    fake.deploy("homelab", "d".repeat(40), "waiting");
    assert.equal(await github.deployedCommit("homelab", always), "a".repeat(40));
    assert.equal(await github.deployedCommit("lab", always), undefined);
  });

  it("finds the last deployment that succeeded behind hundreds that did not: else nothing would be compared with it", async () => {
    fake.deploy("homelab", "a".repeat(40));
    for (let n = 0; n < 120; n++) fake.deploy("homelab", "b".repeat(40), "failure");
    assert.equal(await github.deployedCommit("homelab", always), "a".repeat(40));
    const asked = fake.asked.length;
    await github.deployedCommit("prod", always);
    assert.equal(fake.asked.length - asked, 2, "jobs are asked for once");
  });

  it("takes an attempt after the first for what became of a run", async () => {
    const run = fake.deploy("homelab", "a".repeat(40), "failure");
    run.jobs.push(jobOf("homelab", "success", 2));
    assert.deepEqual(
      [await github.deployedCommit("homelab", always), await github.isUnfinished("homelab")],
      ["a".repeat(40), false],
    );
  });

  it("believes no deployment but those of the default branch's own workflow", async () => {
    const of = (commit: string): string => commit.repeat(40);
    fake.deploy("homelab", of("a"));
    fake.deploy("homelab", of("b"), "success", { event: "pull_request" });
    fake.deploy("homelab", of("c"), "success", { head_repository: { full_name: "stranger/platform" } });
    fake.deploy("homelab", of("d"), "success", { head_branch: "mine" });
    assert.equal(await github.deployedCommit("homelab", always), of("a"));
    fake.deploy("homelab", of("b"), "failure", { event: "pull_request" });
    assert.equal(await github.isUnfinished("homelab"), false);
    assert.ok(
      fake.asked.every(({ path }) => !path.includes("/deployments")),
      "anybody who may push writes those",
    );
  });

  it("stops where what is deployed is in no history: that was rewritten, or a tag is called like the branch", async () => {
    fake.deploy("homelab", "a".repeat(40));
    fake.deploy("homelab", "e".repeat(40));
    await assert.rejects(
      github.deployedCommit("homelab", (commit) => commit.startsWith("a")),
      /homelab was deployed from e{40}, which is not in the history of this branch: fetch all of the history; .* delete the run$/,
    );
  });

  it("knows whether a deployment was left half way: not whether one was turned down, or failed before it began", async () => {
    const isUnfinished = (): Promise<boolean> => new GitHub(new Rest(fake.url, {}), "somebody/platform").isUnfinished("homelab");
    assert.equal(await isUnfinished(), false);
    fake.deploy("homelab", "a".repeat(40), "failure");
    fake.deploy("homelab", "b".repeat(40));
    for (const outcome of ["refused", "early", "waiting"] as const) fake.deploy("homelab", "c".repeat(40), outcome);
    assert.equal(await isUnfinished(), false);
    fake.deploy("homelab", "d".repeat(40), "failure");
    fake.deploy("homelab", "e".repeat(40), "waiting");
    assert.equal(await isUnfinished(), true);
    fake.deploy("homelab", "e".repeat(40));
    assert.equal(await isUnfinished(), false);
    fake.deploy("homelab", "e".repeat(40), "running");
    assert.equal(await isUnfinished(), true);
  });

  it("has one issue about drift, closed when it is over", async () => {
    const drifted = [engineReport("drift", "homelab", [CHANGE]), engineReport("drift", "prod")];
    assert.equal(await keepIssue(github, drifted, [], undefined), "opened");
    assert.equal(
      await keepIssue(
        github,
        drifted.map((each) => ({ ...each, changes: [CHANGE] })),
        [],
        undefined,
      ),
      "edited",
    );
    const failed = [{ ...engineReport("drift", "prod"), result: "failed" as const, problem: "no answer" }];
    assert.equal(await keepIssue(github, failed, [], undefined), "edited");
    assert.deepEqual(
      fake.issues.map(({ title, state }) => [title, state]),
      [["Drift: prod", "open"]],
    );
    assert.equal(await keepIssue(github, [], [], undefined), "none");
    assert.equal(await keepIssue(github, [engineReport("drift", "prod")], [], undefined), "closed");
    assert.equal(await keepIssue(github, [engineReport("drift", "prod")], [], undefined), "none");
    assert.deepEqual(
      fake.issues.map(({ state }) => state),
      ["closed"],
    );
  });

  it("keeps the issue open as long as a stack was not looked at", async () => {
    const stacks = ["homelab", "prod"];
    assert.equal(await keepIssue(github, [engineReport("drift", "homelab", [CHANGE])], ["homelab"], undefined), "opened");
    assert.equal(await keepIssue(github, [engineReport("drift", "prod")], stacks, undefined), "edited");
    assert.deepEqual(
      fake.issues.map(({ title, state }) => [title, state]),
      [["Drift: homelab", "open"]],
    );
    assert.match(fake.issues[0]!.body, /### homelab: :no_entry: it was not looked at: its job ended without a report\n/);
    assert.equal(await keepIssue(github, [], stacks, undefined), "edited");
    assert.match(fake.issues[0]!.title, /^Drift: homelab, prod$/);
  });

  it("has a title that GitHub takes, however many stacks there are", async () => {
    const stacks = Array.from({ length: 40 }, (_, n) => `${"s".repeat(90)}${n}`);
    await keepIssue(github, [], stacks, undefined);
    assert.ok(fake.issues[0]!.title.length <= 256, fake.issues[0]!.title);
  });

  it("fails with what it answered, and without the token", async () => {
    fake.broken = 403;
    await assert.rejects(github.deployedCommit("homelab", always), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(error.message, /^GET \/repos\/somebody\/platform\/actions\/workflows\/deploy\.yml\/runs.*: 403 Not Found$/);
      return error.code === "api-failed" && !error.message.includes("t0ken");
    });
    await fake.stop();
    await assert.rejects(github.deployedCommit("homelab", always), /ECONNREFUSED|fetch failed/);
    await fake.start();
  });
});

describe("a project on GitLab", () => {
  let fake: FakeGitLab;
  let gitlab: GitLab;
  beforeEach(async () => {
    fake = await new FakeGitLab().start();
    gitlab = new GitLab(new Rest(fake.url, { "private-token": "t0ken" }), "7", "main");
  });
  afterEach(() => fake.stop());

  it("gets one note, which is edited from then on, and nobody else's", async () => {
    fake.notes.push({ id: 1, body: `${CHECK_MARKER}\nmine`, author: { id: 1 }, system: false });
    assert.deepEqual(await commentOnGitLab(gitlab, 3, HEAD, [checkReport(DANGEROUS)]), ["comment of 3: added"]);
    assert.deepEqual(await commentOnGitLab(gitlab, 3, HEAD, [checkReport(FINE)]), ["comment of 3: edited"]);
    assert.deepEqual(
      fake.notes.map(({ body }) => body.split("\n")[1]?.slice(0, 30)),
      ["mine", "## :white_check_mark: Nothing "],
    );
    assert.deepEqual(await commentOnGitLab(gitlab, 3, HEAD, []), ["there is no report: nothing to say"]);
    assert.deepEqual(await commentOnGitLab(gitlab, 3, BASE, []), ["comment of 3: outdated"]);
  });

  it("knows the last deployment that succeeded, by a job of the default branch", async () => {
    const always = (): boolean => true;
    const of = (commit: string): string => commit.repeat(40);
    assert.equal(await gitlab.deployedCommit("homelab", always), undefined);
    fake.deploy("homelab", of("a"));
    fake.deploy("homelab", of("b"), "success", null);
    fake.deploy("homelab", of("c"), "success", { ref: "mine" });
    fake.deploy("homelab", of("d"), "success", { tag: true });
    fake.deploy("homelab", of("e"), "success", { name: "deploy anything" });
    assert.equal(await gitlab.deployedCommit("homelab", always), of("a"));
    assert.equal(await gitlab.isUnfinished("homelab"), false);
    for (const [status, isUnfinished] of [
      ["blocked", false],
      ["failed", true],
      ["created", true],
      ["success", false],
      ["running", true],
    ] as const) {
      fake.deploy("homelab", HEAD, status);
      assert.equal(await gitlab.isUnfinished("homelab"), isUnfinished, status);
    }
  });
});
