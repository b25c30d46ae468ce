import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { FAULTS } from "../../simulator";
import { lab, labWith } from "../lab";
import type { Outcome } from "../lab";
import { PROJECT, stackFile, stackText } from "../stacks";

/** Once as people start it: what follows runs in this process, which is faster by seconds. */
function labProcess(...args: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(PROJECT, "bin", "lab.cjs"), ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", LC_ALL: "C.UTF-8", COLUMNS: "100" },
  });
  return { code: status ?? -1, stdout, stderr };
}

/** The only thing on stdout must be one JSON document. */
function json(outcome: Outcome): Record<string, unknown> {
  return JSON.parse(outcome.stdout) as Record<string, unknown>;
}

describe("lab", function () {
  this.timeout(60_000);
  let folder: string;
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("plans homelab by default and exits 0: its error findings are acknowledged", () => {
    const { code, stdout } = labProcess("plan");
    assert.equal(code, 0);
    assert.match(stdout, /^homelab · TalosCluster homelab-cluster/);
    assert.match(stdout, /nothing stops this plan · 2 warnings · 9 acknowledged/);
  });

  it("plans a file by its path, the same in every respect but the name", async () => {
    const copy = file("Pulumi.copy.yaml", stackText("prod"));
    const [byName, byPath] = [json(await lab("plan", "prod", "--json")), json(await lab("plan", copy, "--json"))];
    assert.deepEqual({ ...byPath, stack: "prod" }, byName);
    assert.equal(byPath["stack"], "copy");
  });

  it("rehearses a stack on top of another one and reports only what comes after, with progress on stderr and one document on stdout", async () => {
    const outcome = await lab("rehearse", "homelab", "--from", "examples/homelab-single.yaml", "--json");
    assert.equal(outcome.code, 0);
    const document = json(outcome);
    assert.deepEqual(Object.keys(document), [
      "stack",
      "engine",
      "result",
      "summary",
      "resources",
      "makespanSeconds",
      "criticalPathSeconds",
      "criticalPath",
      "violations",
      "sensitivity",
      "diagnostics",
      "findings",
    ]);
    assert.match(outcome.stderr, /running the program {2}1 {2}/);
    assert.match(outcome.stderr, /carrying it out/);
    assert.deepEqual(document["summary"], { create: 10, update: 0, replace: 0, delete: 0, same: 30 });
  });

  it("says of a stack file that is a link to nowhere what it is", async () => {
    const path = join(folder, "Pulumi.link.yaml");
    symlinkSync(join(folder, "nowhere.yaml"), path);
    const { code, stderr } = await lab("plan", path);
    assert.equal(code, 2);
    assert.match(stderr, /Pulumi\.link\.yaml is a link to .*nowhere\.yaml, which does not exist; mend the link/);
  });

  it("takes one of --from and --state", async () => {
    const outcome = await lab("rehearse", "homelab", "--from", "prod", "--state", "x.json", "--json");
    assert.equal(outcome.code, 2);
    assert.match((json(outcome)["error"] as { message: string }).message, /'--from <stack>' cannot be used with option '--state/);
  });

  it("exits 1 when an acknowledgement is removed, in plan and in rehearse, and still prints the plan's document", async () => {
    const open = file("open.yaml", stackText("homelab").replace(/^ {4}- code: proxmox-quorum-two-hosts\n.*\n/m, ""));
    const planned = await lab("plan", open, "--json");
    assert.equal(planned.code, 1);
    assert.ok(
      (json(planned)["findings"] as { code: string; acknowledged?: string }[]).some(
        ({ code, acknowledged }) => code === "proxmox-quorum-two-hosts" && acknowledged === undefined,
      ),
    );
    const rehearsed = await lab("rehearse", open, "--json");
    assert.equal(rehearsed.code, 1);
    assert.deepEqual(json(rehearsed), {
      error: { code: "blocking-findings", message: "not rehearsed: mend or acknowledge proxmox-quorum-two-hosts", problems: [] },
    });
  });

  it("exits 2 for an invalid file, with every problem and its place", async () => {
    const invalid = file("invalid.yaml", stackFile({ vm: "{ idBase: 1 }", workers: "{ a: { count: 1 } }" }));
    const { code, stderr, stdout } = await lab("plan", invalid);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /invalid\.yaml: 3 problems\n/);
    assert.ok(!/\n\s+at /.test(stderr), "no stack trace");
    const { error } = json(await lab("plan", invalid, "--json")) as {
      error: { code: string; problems: Record<string, unknown>[] };
    };
    assert.equal(error.code, "invalid-stack-file");
    assert.deepEqual(
      error.problems.map(({ path, line }) => `${String(path)}:${String(line)}`),
      ["proxmox.vm.idBase:5", "topology.workers.a.cores:14", "topology.workers.a.memoryGiB:14"],
    );
    assert.deepEqual(Object.keys(error.problems[0] ?? {}), [
      "file",
      "path",
      "line",
      "column",
      "value",
      "message",
      "allowed",
      "remedy",
    ]);
  });

  it("exits 2 for what only the planner finds, with its place as well", async () => {
    const grown = file("grown.yaml", stackFile({ workers: "{ a: { count: 9, cores: 2, memoryGiB: 4 } }" }));
    const { code, stderr } = await lab("rehearse", grown);
    assert.equal(code, 2);
    assert.match(stderr, /grown\.yaml:14:21 {2}topology\.workers\.a\.count: 9 machines for 7 ids/);
  });

  it("lists what can be had go wrong, also as JSON", async () => {
    const { code, stdout } = await lab("faults");
    assert.equal(code, 0);
    assert.match(stdout, /^host-lost +a host breaks down while VMs start$/m);
    const { faults } = JSON.parse((await lab("faults", "--json")).stdout) as { faults: { name: string }[] };
    assert.deepEqual(
      faults.map(({ name }) => name),
      FAULTS.map(({ name }) => name),
    );
  });

  const usage: [string, string[], RegExp][] = [
    ["an unknown stack", ["plan", "homlab"], /did you mean homelab\?/],
    ["a file that is not there", ["plan", "examples/none.yaml"], /does not exist/],
    ["an unknown command", ["paln"], /unknown command 'paln'/],
    ["an unknown option", ["plan", "--fast"], /unknown option '--fast'/],
    ["a fault there is not", ["rehearse", "--fault", "x"], /^no fault x: lab faults lists them, each with @n for its n-th call/],
    ["a seed that is no number", ["rehearse", "--seed", "x"], /--seed x is no number/],
    ["too many arguments", ["plan", "a", "b"], /too many arguments/],
    ["an unknown engine", ["rehearse", "--engine", "x"], /argument 'x' is invalid/],
    ["no command at all", [], /Usage: lab/],
  ];
  for (const [what, args, message] of usage) {
    it(`exits 2 for ${what}`, async () => {
      const { code, stderr, stdout } = await lab(...args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, message);
      assert.ok(!/\n\s+at /.test(stderr), "no stack trace");
    });
  }

  it("prints the help of a group that is named without a command, and nothing of its own making", async () => {
    for (const args of [[], ["state"]]) {
      const { code, stdout, stderr } = await lab(...args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^Usage: lab .*\n {2}help \[command\] +display help for command\n$/s);
    }
  });

  it("answers bad usage with one JSON document when JSON is asked for", async () => {
    for (const args of [
      ["plan", "homlab", "--json"],
      ["plan", "--fast", "--json"],
      ["paln", "--json"],
    ]) {
      const outcome = await lab(...args);
      assert.equal(outcome.code, 2);
      assert.equal(outcome.stderr, "");
      assert.deepEqual(Object.keys(json(outcome)["error"] as object), ["code", "message", "problems"]);
    }
  });

  it("names everything that rehearsing with the real engine needs and where it comes from", async () => {
    // Nothing is on this PATH but Node.js itself, which is called by its whole name.
    const nothing = { PATH: join(PROJECT, "docs"), HOME: join(PROJECT, "docs"), XDG_CACHE_HOME: "", KUBEBUILDER_ASSETS: "" };
    const outcome = await labWith(nothing, "rehearse", "--engine", "pulumi", "--json");
    assert.equal(outcome.code, 1);
    const { code, message } = json(outcome)["error"] as { code: string; message: string };
    assert.equal(code, "missing-tool");
    assert.deepEqual(
      message.split("\n").map((line) => line.replace(/:.*/, "")),
      [
        "the real engine cannot be rehearsed with here",
        "  private network",
        "  Pulumi CLI",
        "  provider kubernetes",
        "  provider proxmoxve",
        "  provider talos",
        "  kube-apiserver",
        "  kube-controller-manager",
        "  etcd",
      ],
    );
    assert.match(message, /private network: unshare not found: install util-linux and iproute2/);
    assert.match(message, /provider talos: pulumi plugin install resource talos 0\.8\.1 --server github/);
  });

  it("keeps no state with the real engine", async () => {
    const outcome = await lab("rehearse", "--engine", "pulumi", "--state", "x.json", "--json");
    assert.deepEqual([outcome.code, (json(outcome)["error"] as { code: string }).code], [2, "usage"]);
  });

  it("draws a rehearsal: hosts, timeline, figures, verdict, within the columns there are", async () => {
    const { code, stdout } = await lab("rehearse", "homelab");
    assert.equal(code, 0);
    for (const part of [
      /┌─ pve ─/,
      /ConfigurationApply work-06 .*▒.* {2}\d:\d\d–\d:\d\d/,
      /makespan +\d:\d\d of simulated time/,
      /ratio 1\.0\d/,
      /it hangs on +Schematic homelab-cluster → File pve → VmLegacy ctrl-00 →/,
      /×0\.5 +\d:\d\d/,
      /✓ rehearsal succeeded: ready after \d:\d\d\n$/,
    ]) {
      assert.match(stdout, part);
    }
    for (const line of stdout.split("\n")) assert.ok(line.length <= 100, `${line.length}: ${line}`);
  });

  it("draws with ASCII alone where asked to", async () => {
    // eslint-disable-next-line no-control-regex -- control characters are ASCII, too
    assert.match((await lab("plan", "homelab", "--ascii")).stdout, /^[\x00-\x7f]*$/);
  });

  it("keeps state between rehearsals and refuses another's", async () => {
    const state = join(folder, "state.json");
    const small = "examples/homelab-small.yaml";
    assert.match((await lab("rehearse", small, "--state", state)).stdout, /22 create, /);
    const second = await lab("rehearse", small, "--state", state);
    assert.match(second.stdout, /0 create, 0 update, 0 replace, 0 delete, 22 same/);
    assert.match(second.stdout, /rehearsal succeeded: nothing to do/);
    assert.equal((await lab("rehearse", "prod", "--state", state)).code, 2);
  });

  it("looks at this machine and finds what plan and rehearse need", async () => {
    const outcome = await lab("doctor", "--json");
    assert.equal(outcome.code, 0);
    const checks = json(outcome)["checks"] as { name: string; state: string }[];
    assert.deepEqual(
      checks.slice(0, 4).map(({ name, state }) => `${name} ${state}`),
      ["Node.js ok", "npm packages ok", "Pulumi.homelab.yaml ok", "Pulumi.prod.yaml ok"],
    );
    // Whatever of these is missing, it is no fault: they are for the real engine alone.
    const others = checks.slice(4);
    assert.deepEqual(
      others.map(({ name }) => name),
      [
        "private network",
        "Pulumi CLI",
        "provider kubernetes",
        "provider proxmoxve",
        "provider talos",
        "kube-apiserver",
        "kube-controller-manager",
        "etcd",
      ],
    );
    assert.ok(others.every(({ state }) => state !== "fail"));
  });

  it("prints the JSON Schema and knows that the file is fresh", async () => {
    assert.equal((json(await lab("schema"))["title"] as string).includes("proxmox-talos"), true);
    assert.equal((await lab("schema", "--check")).code, 0);
  });

  it("explains itself", async () => {
    const { code, stdout } = await lab("--help");
    assert.equal(code, 0);
    for (const command of ["plan", "rehearse", "destroy", "doctor", "schema"])
      assert.ok(stdout.includes(`  ${command} `), command);
  });
});
