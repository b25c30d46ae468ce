import assert from "node:assert/strict";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { DEPLOYS } from "../../tools/ci/forge/github";
import { SECRET_SETTINGS } from "../../tools/ci/secrets";
import { PROJECT } from "../stacks";
import { filled, holds } from "./expression";
import type { Job } from "./workflow";
import { WORKFLOWS, jobs, workflow, workflowText } from "./workflow";

/** Jobs that run what a fork brings: nothing that they can read may be secret, nothing that they can write may matter. */
const FORKS = ["check.yml"];

/** Whether a text asks for a secret that is not the job's own token, which can do what its permissions say. */
function asksForSecret(text: string): boolean {
  return /secrets\s*[.[]|secrets:\s*inherit|toJSON\(\s*secrets/i.test(text);
}

function text(of: unknown): string {
  return JSON.stringify(of);
}

describe("the workflows", () => {
  it("give a fork's job no secret, no environment, no right to write and no token", () => {
    for (const file of FORKS) {
      const { on, permissions } = workflow(file);
      assert.deepEqual(Object.keys(on).sort(), ["pull_request", "push"], file);
      assert.deepEqual(permissions, { contents: "read" });
      assert.ok(!asksForSecret(workflowText(file)), file);
      assert.ok(!/github\.token|GITHUB_TOKEN|GH_TOKEN|id-token/.test(workflowText(file)), file);
    }
    for (const { name, job } of jobs(...FORKS)) {
      assert.deepEqual(job.permissions, { contents: "read" }, name);
      assert.equal(job.environment, undefined, name);
      assert.ok(!/self-hosted|vars\./.test(job["runs-on"]), `${name}: a fork's code on a runner that reaches hardware`);
    }
  });

  it("run for pull requests only what forks may run, or jobs that leave forks and other people's updates out", async () => {
    const repository = "somebody/platform";
    const runs = (job: Job, fullName: string, login: string, vars = {}): Promise<boolean> => {
      const event = { pull_request: { head: { repo: { full_name: fullName } }, user: { login } } };
      return holds(job.if, { vars, github: { event_name: "pull_request", repository, event } }, "success");
    };
    const files = WORKFLOWS.filter((each) => "pull_request" in workflow(each).on && !FORKS.includes(each));
    assert.deepEqual(files, ["preview.yml"]);
    for (const file of files) {
      for (const [name, job] of Object.entries(workflow(file).jobs)) {
        if (job.needs !== undefined) {
          assert.ok(!/always|cancelled|failure/.test(job.if ?? ""), `${name} does not wait for the answer`);
          continue;
        }
        assert.ok(!asksForSecret(text(job)), `${name}: secrets before anybody looked whose code it is`);
        assert.deepEqual(
          await Promise.all([
            runs(job, repository, "colleague"),
            runs(job, "stranger/platform", "stranger"),
            runs(job, repository, "dependabot[bot]"),
            runs(job, repository, "colleague", { LAB_PREVIEWS: "off" }),
          ]),
          [true, false, false, false],
          name,
        );
      }
    }
  });

  it("never run a fork's code with rights: no pull_request_target, and behind workflow_run only the default branch", () => {
    for (const file of WORKFLOWS) {
      const { on, jobs: all } = workflow(file);
      assert.ok(!("pull_request_target" in on), file);
      if (!("workflow_run" in on)) continue;
      for (const job of Object.values(all)) {
        const checkouts = job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
        assert.deepEqual(
          checkouts.map((step) => step.with?.["ref"]),
          ["${{ github.event.repository.default_branch }}"],
        );
        assert.deepEqual(job.permissions, { actions: "read", contents: "read", "pull-requests": "write" });
        const downloads = job.steps.filter(({ uses }) => uses?.startsWith("actions/download-artifact@"));
        assert.ok(
          downloads.every((step) => String(step.with?.["path"]).startsWith("${{ runner.temp }}/")),
          "data beside the code",
        );
        assert.ok(!asksForSecret(text(job)), file);
      }
    }
  });

  it("pin every action to a commit, with the version beside it, the same everywhere", () => {
    const pins = WORKFLOWS.flatMap((file) =>
      [...workflowText(file).matchAll(/^.*\buses:.*$/gm)].map(([line]) => ({ file, line })),
    );
    assert.ok(pins.length > 10);
    const versions = new Map<string, string>();
    for (const { file, line } of pins) {
      const [, action = "", pin = ""] = /uses: (actions\/[\w-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)$/.exec(line) ?? [];
      assert.notEqual(pin, "", `${file}: ${line}`);
      assert.equal(versions.get(action) ?? pin, pin, action);
      versions.set(action, pin);
    }
    const { updates } = parse(readFileSync(join(PROJECT, ".github", "dependabot.yml"), "utf8")) as {
      updates: { "package-ecosystem": string }[];
    };
    assert.deepEqual(
      updates.map((each) => each["package-ecosystem"]),
      ["github-actions", "npm"],
    );
  });

  it("leave no token behind in a checkout, and no cache that somebody else has filled", () => {
    for (const { name, job } of jobs()) {
      for (const step of job.steps) {
        if (step.uses?.startsWith("actions/checkout@")) assert.equal(step.with?.["persist-credentials"], false, name);
        if (step.uses?.startsWith("actions/setup-node@")) assert.equal(step.with?.["package-manager-cache"], false, name);
        assert.ok(!step.uses?.startsWith("actions/cache@"), name);
      }
    }
  });

  it("limit each job in time and in rights", () => {
    for (const { name, of, job } of jobs()) {
      assert.ok((job["timeout-minutes"] ?? 0) > 0, name);
      assert.ok(job.permissions && Object.keys(job.permissions).length > 0, name);
      assert.ok(
        Object.values(of.permissions).every((right) => right === "read"),
        name,
      );
      const writes = Object.entries(job.permissions).flatMap(([what, right]) => (right === "write" ? [what] : []));
      const allowed: Readonly<Record<string, readonly string[]>> = {
        "comment.yml comment": ["pull-requests"],
        "drift.yml issue": ["issues"],
        "release.yml release": ["attestations", "contents", "id-token"],
      };
      assert.deepEqual(writes, allowed[name] ?? [], name);
    }
  });

  it("hand secrets to the step that needs them, in the environment they belong to, all of which are kept out of logs", () => {
    const asked = new Set<string>();
    for (const { name, of, job } of jobs()) {
      assert.ok(
        !asksForSecret(text({ ...job, steps: [] })) && !asksForSecret(text({ ...of, jobs: {} })),
        `${name}: for every step`,
      );
      for (const step of job.steps.filter((each) => asksForSecret(text(each)))) {
        assert.ok(job.environment !== undefined, name);
        assert.ok(step.run !== undefined, `${name}: an action with a secret`);
        for (const [key, value] of Object.entries(step.env ?? {})) {
          if (!asksForSecret(value)) continue;
          assert.equal(value, `\${{ secrets.${key} }}`, name);
          asked.add(key);
        }
      }
    }
    assert.deepEqual(
      [...asked].filter((each) => !(SECRET_SETTINGS as readonly string[]).includes(each)),
      [],
    );
    assert.ok(asked.has("PULUMI_CONFIG_PASSPHRASE"));
  });

  it("deploy one stack at a time, in order, never twice at once, and never cut one off", () => {
    const { jobs: all } = workflow("deploy.yml");
    const { deploy } = all as { deploy: Job };
    assert.equal(deploy.environment, "${{ matrix.stack }}");
    assert.deepEqual(deploy.concurrency, { group: "deploy-${{ matrix.stack }}", "cancel-in-progress": false });
    assert.equal(deploy.strategy?.["max-parallel"], 1);
    const scripts = deploy.steps.flatMap(({ run }) => run ?? []);
    assert.ok(
      scripts.findIndex((each) => each.includes("reviewed.ts")) < scripts.findIndex((each) => each.includes("deploy.ts")),
    );
    assert.match(deploy.if ?? "", /github\.ref == 'refs\/heads\/main'/);
  });

  it("deploy by the workflow, branch, job and step that what was deployed is known by", () => {
    const { on, jobs: all } = workflow(DEPLOYS.file);
    assert.deepEqual(Object.keys(on), DEPLOYS.events);
    assert.deepEqual(on["push"], { branches: [DEPLOYS.branch] });
    const { deploy } = all as { deploy: Job };
    assert.equal(deploy.name, undefined, "GitHub calls it deploy (<stack>)");
    assert.equal(deploy.steps.filter(({ run }) => run?.includes(DEPLOYS.script)).length, 1);
    for (const { name, job } of jobs(DEPLOYS.file))
      assert.deepEqual(job.permissions, { actions: "read", contents: "read" }, name);
    // A step with a name would be called by that.
    assert.ok(!workflowText(DEPLOYS.file).includes("- name:"));
  });

  it("tell the issue of drift which stacks there were to look at", () => {
    const { issue } = workflow("drift.yml").jobs as { issue: Job };
    assert.deepEqual(issue.needs, ["environments", "look"]);
    assert.equal(issue.steps.at(-1)?.env?.["LAB_STACKS"], "${{ needs.environments.outputs.stacks }}");
  });

  it("look for drift with an environment that asks nobody and is no branch's", () => {
    const { look } = workflow("drift.yml").jobs as { look: Job };
    assert.equal(look.environment, "${{ matrix.stack }}-drift");
    const { preview } = workflow("preview.yml").jobs as { preview: Job };
    assert.equal(preview.environment, "${{ matrix.stack }}-preview");
  });

  it("call a check of stacks what a rule asks for on the way into the default branch only, and check anew when that changes", async () => {
    const { on, jobs: all } = workflow("check.yml");
    assert.deepEqual(on["pull_request"], { types: ["opened", "synchronize", "reopened", "edited"] });
    const name = (base: string): Promise<unknown> => {
      const event = { repository: { default_branch: "main" } };
      return filled(all["stacks"]?.name ?? "", { github: { base_ref: base, event } });
    };
    assert.deepEqual([await name("main"), await name("x")], ["stacks", "stacks for x"]);
    for (const { name: job, job: each } of jobs("check.yml")) {
      assert.ok(!each.if?.includes("action"), `${job}: what is skipped counts as passed`);
    }
  });

  it("let comments of one workflow not take another's place in the queue", () => {
    const { comment } = workflow("comment.yml").jobs as { comment: Job };
    assert.match(comment.concurrency?.group ?? "", /^comment-\$\{\{ github\.event\.workflow_run\.name \}\}-/);
  });

  it("put nothing that others wrote into a script: every step runs one file, and values come by its environment", () => {
    for (const { name, job } of jobs()) {
      for (const { run } of job.steps) {
        if (run === undefined) continue;
        assert.ok(!run.includes("${{"), `${name}: ${run}`);
        const [, file = ""] = /^(?:node --import tsx )?(tools\/ci\/[\w-]+(?:\.ts)?)(?: (?:[a-z]+|"\$[A-Z]+"))?$/.exec(run) ?? [];
        assert.ok(existsSync(join(PROJECT, file)), `${name}: ${run}`);
        if (!file.endsWith(".ts")) accessSync(join(PROJECT, file), constants.X_OK);
      }
    }
  });

  it("find out everything before they fail: the gate of a check comes after what the comment is made of", () => {
    const { stacks } = workflow("check.yml").jobs as { stacks: Job };
    assert.match(stacks.steps.at(-1)?.run ?? "", /gate\.ts$/);
    const uploads = stacks.steps.filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
    assert.deepEqual(
      uploads.map((step) => [step.with?.["name"], step.if]),
      [
        ["comment-check", undefined],
        ["report", undefined],
      ],
    );
  });
});
