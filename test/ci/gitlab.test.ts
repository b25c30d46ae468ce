import assert from "node:assert/strict";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { PROJECT } from "../stacks";

interface Rule {
  readonly if?: string;
  readonly when?: string;
}

interface Job {
  readonly extends?: string;
  readonly stage?: string;
  readonly script?: readonly string[];
  readonly needs?: readonly (string | { readonly job: string; readonly optional?: boolean })[];
  readonly rules?: readonly Rule[];
  readonly environment?: { readonly name: string; readonly action?: string };
  readonly resource_group?: string;
  readonly interruptible?: boolean;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Keys of the file that are no jobs, and of a job that are used; anything else is a slip. */
const GLOBAL = ["stages", "workflow", "variables", "default"];
const KEYS = [
  "extends",
  "stage",
  "script",
  "needs",
  "rules",
  "environment",
  "resource_group",
  "interruptible",
  "variables",
  "artifacts",
  "timeout",
];

const FILE = parse(readFileSync(join(PROJECT, ".gitlab-ci.yml"), "utf8")) as { readonly stages: readonly string[] };
const TEMPLATES = new Map(Object.entries(FILE).filter(([name]) => !GLOBAL.includes(name))) as ReadonlyMap<
  string,
  unknown
> as ReadonlyMap<string, Job>;
const JOBS = [...TEMPLATES].filter(([name]) => !name.startsWith(".")).map(([name, job]) => [name, whole(job)] as const);

/** A job with what it extends; maps are merged, and nothing else. */
function whole(job: Job): Job {
  if (job.extends === undefined) return job;
  const base = TEMPLATES.get(job.extends);
  assert.ok(base, job.extends);
  return { ...base, ...job, variables: { ...base.variables, ...job.variables } };
}

const condition = ({ rules = [] }: Job): string => rules.map((rule) => rule.if ?? "").join(" | ");

describe("the pipeline of GitLab", () => {
  it("has jobs of known keys, in stages that are there, after jobs that are there", () => {
    for (const [name, job] of TEMPLATES)
      assert.deepEqual(
        Object.keys(job).filter((key) => !KEYS.includes(key)),
        [],
        name,
      );
    for (const [name, job] of JOBS) {
      assert.ok(FILE.stages.includes(job.stage ?? ""), name);
      assert.ok((job.rules ?? []).length > 0, `${name} is in every pipeline`);
      for (const need of job.needs ?? []) {
        const of = typeof need === "string" ? need : need.job;
        const found = JOBS.find(([each]) => each === of);
        assert.ok(found, `${name} needs ${of}`);
        assert.ok(FILE.stages.indexOf(found[1].stage ?? "") <= FILE.stages.indexOf(job.stage ?? ""), name);
      }
    }
  });

  it("runs the scripts that GitHub's workflows run", () => {
    for (const [name, { script = [] }] of JOBS) {
      assert.ok(script.length > 0, name);
      for (const line of script.filter((each) => !each.startsWith("git fetch "))) {
        const [, file = ""] = /^(?:node --import tsx )?(tools\/ci\/[\w-]+(?:\.ts)?)(?: [a-z]+)?$/.exec(line) ?? [];
        assert.ok(existsSync(join(PROJECT, file)), `${name}: ${line}`);
        if (!file.endsWith(".ts")) accessSync(join(PROJECT, file), constants.X_OK);
      }
    }
  });

  it("has its stacks previewed, deployed and looked after, where LAB_ENVIRONMENTS names it", () => {
    const stacks = JOBS.flatMap(([name]) => /^deploy (.*)$/.exec(name)?.[1] ?? []);
    assert.deepEqual(stacks.slice(0, 2), ["homelab", "prod"]);
    for (const stack of stacks) {
      const of = (what: string): Job => {
        const job = JOBS.find(([name]) => name === `${what} ${stack}`)?.[1];
        assert.ok(job, `${what} ${stack}`);
        assert.equal(job.variables?.["STACK"], stack);
        assert.ok(condition(job).includes(`$LAB_ENVIRONMENTS =~ /"${stack}"/`), `${what} ${stack}`);
        return job;
      };
      assert.deepEqual(of("preview").environment, { name: `${stack}-preview`, action: "access" });
      assert.deepEqual(of("drift").environment, { name: `${stack}-drift`, action: "access" });
      const deploy = of("deploy");
      assert.deepEqual(
        [deploy.environment?.name, deploy.resource_group, deploy.interruptible],
        [stack, `deploy-${stack}`, false],
      );
      assert.match(condition(deploy), /^\$CI_COMMIT_BRANCH == \$CI_DEFAULT_BRANCH && /);
      assert.deepEqual(
        deploy.rules?.map(({ when }) => when),
        ["manual"],
      );
      assert.deepEqual(
        deploy.script?.map((line) => line.split("/").at(-1)),
        ["reviewed.ts", "deploy.ts"],
      );
    }
  });

  it("has nothing with credentials in a pipeline of a fork's", () => {
    for (const [name, job] of JOBS.filter(([, each]) => /merge_request_event/.test(condition(each)))) {
      if (name === "stacks") assert.equal(job.environment, undefined);
      else assert.ok(condition(job).includes("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID"), name);
    }
  });
});
