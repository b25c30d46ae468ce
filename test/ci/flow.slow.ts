import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { HAS_GIT } from "../blast-radius/repository";
import { FakeGitHub } from "./fake-forge";
import { Platform } from "./platform";
import { CHANGE } from "./reports";
import type { Happening, Outcome } from "./runner";
import { contents, runWorkflow } from "./runner";
import { workflow } from "./workflow";

const REPOSITORY = "somebody/platform";
const FORK = "stranger/platform";
const SECRETS = {
  homelab: { PULUMI_CONFIG_PASSPHRASE: "passphrase-of-homelab", AWS_SECRET_ACCESS_KEY: "key-of-homelab" },
  "homelab-drift": { PULUMI_CONFIG_PASSPHRASE: "passphrase-of-drift" },
  "homelab-preview": { PULUMI_CONFIG_PASSPHRASE: "passphrase-of-preview" },
  "prod-preview": { PULUMI_CONFIG_PASSPHRASE: "passphrase-of-prod-preview" },
};
const HIDDEN = [...Object.values(SECRETS).flatMap((each) => Object.values(each)), "token-of-the-job"];

const SMALLER = [
  [
    "{ count: 4, cores: 2, memoryGiB: 6, diskGiB: 60, hosts: [pve-02], ids: 106-109",
    "{ count: 3, cores: 2, memoryGiB: 6, diskGiB: 60, hosts: [pve-02], ids: 106-108",
  ],
  [
    "addresses: 192.168.68.106-192.168.68.109, names: work-03..06",
    "addresses: 192.168.68.106-192.168.68.108, names: work-03..05",
  ],
] as const;
const CONSENT = "  proxmox-talos:consent: [{ danger: vm-deleted, of: work-06, reason: it goes to the other cluster }]\n";

/** Takes the last worker of the homelab away. */
function shrink(platform: Platform): void {
  for (const [from, to] of SMALLER) platform.edit("Pulumi.homelab.yaml", from, to);
}

(HAS_GIT ? describe : describe.skip)("from a pull request to a deployment", function () {
  this.timeout(600_000);
  let platform: Platform;
  let github: FakeGitHub;
  let artifacts: Map<string, string>;

  before(async () => {
    platform = new Platform();
    github = await new FakeGitHub().start();
    for (const stack of ["homelab", "prod"]) github.deploy(stack, platform.git("rev-parse", "main"));
  });
  after(async () => {
    await github.stop();
    platform.remove();
  });

  const happening = (event: string, ref: string, more: object): Happening => ({
    github: {
      event_name: event,
      ref,
      ref_name: ref.replace(/^refs\/(heads|tags)\//, ""),
      repository: REPOSITORY,
      token: "token-of-the-job",
      api_url: github.url,
      server_url: "https://github.example",
      run_id: 1,
      ...more,
    },
    vars: { LAB_ENVIRONMENTS: '["homelab", "prod"]', PULUMI_BACKEND_URL: "s3://state" },
    secrets: SECRETS,
    path: platform.path,
    checkout: (folder, of) => {
      platform.checkout(folder, of);
    },
    artifacts,
    scratch: mkdtempSync(join(platform.scratch, "run-")),
  });

  /** A push to a pull request's branch: what GitHub has of it, then the workflow. */
  const pushed = (file: string, number: number, branch: string, repository: string): Promise<Outcome> => {
    artifacts = new Map();
    const sha = platform.git("rev-parse", branch);
    const files = platform
      .git("diff", "--name-only", `main...${branch}`)
      .split("\n")
      .map((filename) => ({ filename }));
    github.pulls = [{ number, head: { ref: branch, sha, repo: { full_name: repository } }, base: { ref: "main" }, files }];
    const pull = { head: { sha, repo: { full_name: repository } }, user: { login: "stranger" } };
    return runWorkflow(
      workflow(file),
      happening("pull_request", platform.mergeRef(number, branch), { base_ref: "main", event: { pull_request: pull } }),
    );
  };

  /** What follows a run of a pull request's. */
  const commented = (branch: string, repository: string, name = "check", conclusion = "failure"): Promise<Outcome> => {
    const run = {
      id: 1,
      name,
      event: "pull_request",
      conclusion,
      head_branch: branch,
      head_sha: platform.git("rev-parse", branch),
      head_repository: { id: 2, full_name: repository },
      html_url: "https://github.example/run/1",
    };
    const event = { workflow_run: run, repository: { default_branch: "main" } };
    return runWorkflow(workflow("comment.yml"), happening("workflow_run", "refs/heads/main", { event }));
  };

  /** Something on the main branch, at its last commit or, as a run that is repeated, at an earlier one. */
  const onMain = (file: string, event: string, sha = platform.git("rev-parse", "main")): Promise<Outcome> => {
    artifacts = new Map();
    return runWorkflow(workflow(file), happening(event, "refs/heads/main", { sha, event: {} }));
  };

  const bodies = (number: number): string[] => (github.comments.get(number) ?? []).map(({ body }) => body);
  const told = ({ steps }: Outcome): string =>
    steps.map(({ job, run, code, output }) => `${job}: ${run}: ${code}\n${output}`).join("\n");

  it("checks a fork's pull request without a secret, says what is wrong with it, and fails", async () => {
    platform.git("checkout", "--quiet", "-b", "smaller");
    shrink(platform);
    platform.commit("one worker less");
    const check = await pushed("check.yml", 5, "smaller", FORK);
    assert.deepEqual(check.jobs, { test: "success", workflows: "success", stacks: "failure" }, told(check));
    assert.match(check.steps.at(-1)!.run, /gate\.ts$/);
    for (const { job, run, env } of check.steps) {
      const secret = HIDDEN.find((each) => JSON.stringify(env).includes(each));
      assert.equal(secret, undefined, `${job}: ${run}`);
    }
    assert.deepEqual([...artifacts.keys()].sort(), ["comment-check", "report"]);
    for (const folder of artifacts.values()) assert.ok(!HIDDEN.some((each) => contents(folder).includes(each)));
    assert.deepEqual(readdirSync(artifacts.get("report")!).sort(), ["check.md", "homelab.html", "homelab.svg"]);
    assert.match(check.summary, /Not to be merged as it is: homelab/);
    assert.deepEqual(github.changes, []);
    assert.deepEqual(
      platform.called().filter(({ program }) => program === "lab"),
      [],
    );

    const comment = await commented("smaller", FORK);
    assert.equal(comment.status, "success", told(comment));
    const [body = ""] = bodies(5);
    assert.ok(body.startsWith("<!-- lab check -->\n## :no_entry: Not to be merged as it is: homelab\n"), body);
    for (const text of [
      "<!-- lab diff homelab -->",
      "`vm-deleted`",
      "work-06",
      "**Rehearsal**",
      "**Costs** in EUR",
      "| * ctrl-00",
    ]) {
      assert.ok(body.includes(text), text);
    }
    assert.ok(!body.includes("written by its own code"));
    const writing = comment.steps.filter(({ env }) => JSON.stringify(env).includes("token-of-the-job"));
    assert.deepEqual(
      writing.map(({ run }) => run),
      ["node --import tsx tools/ci/comment.ts"],
    );
  });

  it("has no preview for a fork, whatever is set up", async () => {
    const preview = await pushed("preview.yml", 5, "smaller", FORK);
    assert.deepEqual(preview, {
      status: "success",
      jobs: { environments: "skipped", preview: "skipped" },
      steps: [],
      summary: "",
    });
  });

  it("edits the same comment after the next push, which consents, and passes", async () => {
    platform.git("checkout", "--quiet", "smaller");
    platform.edit("Pulumi.homelab.yaml", "  proxmox-talos:acknowledge:\n", `${CONSENT}  proxmox-talos:acknowledge:\n`);
    platform.commit("meant");
    const check = await pushed("check.yml", 5, "smaller", FORK);
    assert.equal(check.status, "success", told(check));
    await commented("smaller", FORK);
    assert.equal(bodies(5).length, 1);
    assert.match(bodies(5)[0]!, /^<!-- lab check -->\n## :white_check_mark: Nothing stands in the way of 1 stack\n/);
    assert.match(bodies(5)[0]!, /:white_check_mark: \| `vm-deleted` \| work-06 \|.*it goes to the other cluster/);
  });

  it("previews a branch of the repository with the secrets of its environment alone", async () => {
    platform.called();
    platform.answer("preview", {
      code: 0,
      document: { result: "succeeded", summary: { update: 1 }, changes: [{ ...CHANGE, urn: "u" }] },
    });
    const preview = await pushed("preview.yml", 5, "smaller", REPOSITORY);
    assert.deepEqual(preview.jobs, { environments: "success", preview: "success" }, told(preview));
    assert.deepEqual(
      platform.called().filter(({ program }) => program === "lab"),
      [
        {
          program: "lab",
          args: ["preview", "homelab", "--refresh", "--policy", "--install-cli", "--json"],
          passphrase: "passphrase-of-preview",
        },
      ],
    );
    const secret = preview.steps.filter(({ env }) => HIDDEN.some((each) => JSON.stringify(env).includes(each)));
    assert.deepEqual(
      secret.map(({ run }) => run),
      ["node --import tsx tools/ci/engine.ts preview"],
    );
    await commented("smaller", REPOSITORY, "preview", "success");
    assert.match(bodies(5)[1]!, /^<!-- lab preview -->\n## :white_check_mark: 1 preview\n/);
    assert.match(bodies(5)[1]!, /- update VmLegacy \*\*work-00\*\*: memory\.dedicated/);
  });

  it("deploys what was reviewed, and only where something changed", async () => {
    const before = platform.git("rev-parse", "main");
    platform.git("checkout", "--quiet", "main");
    platform.git("merge", "--quiet", "--no-ff", "--no-edit", "smaller");
    platform.called();
    const deploy = await onMain("deploy.yml", "push");
    assert.deepEqual(deploy.jobs, { environments: "success", deploy: "success" }, told(deploy));
    assert.match(told(deploy), new RegExp(`homelab since ${before.slice(0, 10)}: nothing without consent`));
    const passphrase = "passphrase-of-homelab";
    assert.deepEqual(
      platform.called().filter(({ program }) => program === "lab"),
      [
        { program: "lab", args: ["state", "check", "homelab", "--json"], passphrase },
        { program: "lab", args: ["up", "homelab", "--policy", "--install-cli", "--json"], passphrase },
      ],
    );
    const secret = deploy.steps.filter(({ env }) => JSON.stringify(env).includes(passphrase));
    assert.deepEqual(
      secret.map(({ run }) => run),
      ["node --import tsx tools/ci/deploy.ts"],
    );
    assert.match(deploy.summary, /homelab is up: 1 create/);
    github.deploy("homelab", platform.git("rev-parse", "main"));
  });

  it("has nothing to deploy after a change of nothing that is deployed", async () => {
    platform.edit("README.md", "# proxmox-talos", "# proxmox-talos!");
    platform.commit("words");
    const deploy = await onMain("deploy.yml", "push");
    assert.deepEqual(deploy.jobs, { environments: "success", deploy: "skipped" }, told(deploy));
  });

  it("keeps the log of a deployment that failed, without the secrets that somebody printed", async () => {
    platform.edit("Pulumi.homelab.yaml", CONSENT, "");
    platform.commit("consent is taken out");
    platform.called();
    platform.answer("up", {
      code: 1,
      document: { error: { code: "update-failed", message: "pve-02 does not answer" } },
      log: "with passphrase-of-homelab\n",
    });
    const deploy = await onMain("deploy.yml", "push");
    assert.equal(deploy.jobs["deploy"], "failure", told(deploy));
    assert.match(deploy.summary, /:no_entry: lab up homelab: pve-02 does not answer/);
    const log = contents(artifacts.get("deploy-log-homelab")!);
    assert.match(log, /with \[secret\]/);
    assert.ok(!HIDDEN.some((each) => log.includes(each) || told(deploy).includes(each)));
    platform.answer("up", { code: 0, document: { summary: { same: 1 } } });
  });

  it("compares with what was deployed last, so that nothing slips through behind a failed update", async () => {
    const good = platform.git("rev-parse", "main");
    platform.edit("Pulumi.homelab.yaml", "192.168.68.108, names: work-03..05", "192.168.68.107, names: work-03..04");
    platform.edit(
      "Pulumi.homelab.yaml",
      "{ count: 3, cores: 2, memoryGiB: 6, diskGiB: 60, hosts: [pve-02], ids: 106-108",
      "{ count: 2, cores: 2, memoryGiB: 6, diskGiB: 60, hosts: [pve-02], ids: 106-107",
    );
    platform.commit("past everybody");
    platform.edit("README.md", "# proxmox-talos!", "# proxmox-talos");
    platform.commit("words again");
    platform.called();
    const deploy = await onMain("deploy.yml", "push");
    assert.equal(deploy.jobs["deploy"], "failure", told(deploy));
    assert.match(told(deploy), /a danger without consent\n {2}vm-deleted of work-05: /);
    assert.deepEqual(
      platform.called().filter(({ program }) => program === "lab"),
      [],
    );

    github.deploy("homelab", platform.git("rev-parse", "main"));
    const late = await onMain("deploy.yml", "workflow_dispatch", good);
    assert.equal(late.jobs["deploy"], "failure", told(late));
    assert.match(told(late), /homelab was deployed from [0-9a-f]{40}, which is newer than this commit/);
    assert.deepEqual(
      platform.called().filter(({ program }) => program === "lab"),
      [],
    );
  });

  it("opens one issue when something drifted, and closes it", async () => {
    platform.answer("refresh", { code: 1, document: { result: "failed", summary: {}, drifted: [CHANGE] } });
    const drift = await onMain("drift.yml", "schedule");
    assert.deepEqual(drift.jobs, { environments: "success", look: "failure", issue: "success" }, told(drift));
    assert.deepEqual(
      platform
        .called()
        .filter(({ program }) => program === "lab")
        .map(({ args }) => args),
      ["homelab", "prod"].map((stack) => ["refresh", stack, "--preview-only", "--expect-no-changes", "--install-cli", "--json"]),
    );
    assert.deepEqual(
      github.issues.map(({ title, state }) => [title, state]),
      [["Drift: homelab, prod", "open"]],
    );
    platform.answer("refresh", { code: 0, document: { result: "succeeded", summary: {}, drifted: [] } });
    const clean = await onMain("drift.yml", "schedule");
    assert.equal(clean.status, "success", told(clean));
    assert.deepEqual(
      github.issues.map(({ state }) => state),
      ["closed"],
    );
  });

  it("does nothing, and says so, in a repository that has set nothing up", async () => {
    const { github: context, ...rest } = happening("push", "refs/heads/main", { event: {} });
    const deploy = await runWorkflow(workflow("deploy.yml"), { ...rest, github: context, vars: {} });
    assert.deepEqual(deploy.jobs, { environments: "success", deploy: "skipped" }, told(deploy));
    assert.match(deploy.summary, /LAB_ENVIRONMENTS is empty/);
  });

  it("makes a release of a tag: the changelog's section, the source, its checksum", async () => {
    platform.edit("CHANGELOG.md", "## Unreleased", "## Unreleased\n\n## 0.1.0\n\n- The first one.");
    platform.commit("release");
    platform.git("tag", "v0.1.0");
    platform.called();
    artifacts = new Map();
    const release = await runWorkflow(workflow("release.yml"), happening("push", "refs/tags/v0.1.0", { event: {} }));
    assert.equal(release.status, "success", told(release));
    const asked = (): string[] =>
      platform.called().flatMap(({ program, args }) => (program === "gh" ? [args.slice(1).join(" ")] : []));
    const files = "dist/proxmox-talos-0.1.0.tar.gz dist/SHA256SUMS";
    assert.deepEqual(asked(), ["view v0.1.0", `create v0.1.0 --verify-tag --title v0.1.0 --notes-file dist/notes.md ${files}`]);
    const again = await runWorkflow(workflow("release.yml"), happening("push", "refs/tags/v0.1.0", { event: {} }));
    assert.equal(again.status, "success", told(again));
    assert.deepEqual(asked(), [
      "view v0.1.0",
      `upload v0.1.0 --clobber ${files}`,
      "edit v0.1.0 --verify-tag --draft=false --title v0.1.0 --notes-file dist/notes.md",
    ]);
    platform.git("tag", "v0.2.0");
    const wrong = await runWorkflow(workflow("release.yml"), happening("push", "refs/tags/v0.2.0", { event: {} }));
    assert.match(told(wrong), /the tag is v0\.2\.0, package\.json has 0\.1\.0/);
    assert.deepEqual(
      platform.called().filter(({ program }) => program === "gh"),
      [],
    );
  });

  it("says what a program's change does to every stack, and that its own code said it", async () => {
    platform.git("checkout", "--quiet", "-B", "program", "main");
    const file = "planner/identity.ts";
    platform.edit(
      file,
      readFileSync(join(platform.origin, file), "utf8").slice(0, 1),
      "// Another word.\n" + readFileSync(join(platform.origin, file), "utf8").slice(0, 1),
    );
    platform.commit("another program");
    const check = await pushed("check.yml", 6, "program", FORK);
    assert.equal(check.status, "success", told(check));
    await commented("program", FORK);
    assert.match(bodies(6)[0]!, /Nothing stands in the way of 2 stacks/);
    assert.match(bodies(6)[0]!, /written by its own code/);
    assert.match(bodies(6)[0]!, /The base was planned by its own program/);
  });
});
