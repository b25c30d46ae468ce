import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { cancelTask } from "../../../automation/commands/cancel";
import type { ImportDoors } from "../../../automation/commands/import";
import { importTask } from "../../../automation/commands/import";
import { outputsTask } from "../../../automation/commands/outputs";
import { previewTask } from "../../../automation/commands/preview";
import { refreshTask } from "../../../automation/commands/refresh";
import { parseStackFile } from "../../../config/parse";
import { Failure, invalidFile } from "../../../automation/failure";
import type { Lock } from "../../../automation/locks";
import { lockIn } from "../../../automation/locks";
import type { Task, TaskOptions } from "../../../automation/operations/tasks";
import { runTask, runTasks } from "../../../automation/operations/tasks";
import type { CliDoors } from "../../../automation/pulumi-cli";
import { pulumi, pulumiCli } from "../../../automation/pulumi-cli";
import type { ExportedState, PlannedEntry } from "../../../automation/recovery";
import { BOOTSTRAP, VM } from "../../../automation/recovery";
import { planned } from "../../../automation/stacks";
import type { Guarded } from "../../../automation/unlocking";
import type { ListedVm } from "../../../planner/identity";
import { captured } from "../../captured";
import { lab } from "../../lab";

const HOMELAB = planned("homelab");
const urn = (type: string, name: string): string => `urn:pulumi:homelab::proxmox-talos::a$b$${type}::${name}`;
const QUIET: TaskOptions = { color: false, ascii: true, json: true };

/** Runs tasks; what they print is a document, what they fail with too. */
async function run(task: Task | Task[], options: TaskOptions = QUIET): Promise<{ code: number; json: Record<string, unknown> }> {
  const { result, stdout } = await captured(async () => {
    try {
      return await (Array.isArray(task) ? runTasks("test", task, options) : runTask(task, options));
    } catch (error) {
      assert.ok(error instanceof Failure);
      return error;
    }
  });
  if (result instanceof Failure) return { code: result.exitCode, json: { code: result.code, message: result.message } };
  return { code: result, json: JSON.parse(stdout) as Record<string, unknown> };
}

/** The part of a workspace that keeps out of others' way: nobody else is at work, and backups are only noted. */
const guarded = (saved: string[] = []): Guarded => ({
  stack: "homelab",
  locks: () => Promise.resolve([]),
  backup: (operation) => Promise.resolve(void saved.push(operation)),
});

describe("operations of several stacks", () => {
  const done = (stack: string, ...shares: string[]): Task => ({
    stack,
    shares,
    run: () => Promise.resolve({ summary: { create: 2, same: 1 }, json: { found: stack }, lines: [], note: "well" }),
  });
  const broken: Task = { stack: "broken", shares: [], run: () => Promise.reject(new Failure("update-failed", "no\nmore", 1)) };
  const bug: Task = { stack: "bug", shares: [], run: () => Promise.reject(new TypeError("undefined is not")) };
  const unlike: Task = {
    stack: "unlike",
    shares: [],
    run: () => Promise.resolve({ summary: {}, json: {}, lines: ["VM x"], ok: false }),
  };

  it("go on when one fails, also by a bug, and say of each what became of it", async () => {
    const { code, json } = await run([done("a"), broken, bug, unlike, done("z")]);
    assert.equal(code, 1);
    const { stacks, ...rest } = json as { stacks: { stack: string; result: string; error?: { code: string }; found?: string }[] };
    assert.deepEqual(rest, { operation: "test", result: "failed" });
    assert.deepEqual(
      stacks.map(({ stack, result, error, found }) => [stack, result, error?.code ?? found]),
      [
        ["a", "succeeded", "a"],
        ["broken", "failed", "update-failed"],
        ["bug", "failed", "internal"],
        ["unlike", "failed", undefined],
        ["z", "succeeded", "z"],
      ],
    );
  });

  it("end in a table, and the reasons below", async () => {
    const { result, stdout, stderr } = await captured(() =>
      runTasks("test", [done("a", "host"), broken, done("b", "host")], { color: false, ascii: true }),
    );
    assert.equal(result, 1);
    assert.deepEqual(stdout.replace(/\d s\b/g, "0 s").split("\n"), [
      "    stack   result     changes   time",
      "ok  a       succeeded  2 create   0 s  well",
      "x   broken  failed                0 s  update-failed",
      "ok  b       succeeded  2 create   0 s  well",
      "",
      "broken: no",
      "broken: more",
      "",
      "2 of 3 stacks as they should be",
      "",
    ]);
    assert.match(stderr, /x broken {2}update-failed/);
  });

  it("give every stack's answer where one was asked for, above the table", async () => {
    const asked = (stack: string, outputs: object): Task =>
      outputsTask({ open: () => Promise.resolve({ outputs: () => Promise.resolve({ ...outputs }) }) }, stack, undefined, {
        color: false,
        ascii: true,
      });
    const { stdout } = await captured(() =>
      runTasks("outputs", [asked("a", { endpoint: "https://a:6443" }), asked("b", {})], { color: false, ascii: true }),
    );
    assert.deepEqual(stdout.split("\n").slice(0, 7), [
      "a",
      "  endpoint  https://a:6443",
      "",
      "b",
      "  no outputs: nothing is deployed",
      "",
      "    stack  result     changes  time",
    ]);
  });

  it("say what is wrong with a file that is invalid", async () => {
    const text = readFileSync(HOMELAB.path, "utf8").replace(/^config:/m, "config:\n  proxmox-talos:nonsense: {}");
    const result = parseStackFile(text, "Pulumi.invalid.yaml");
    assert.ok(!result.ok);
    const invalid: Task = { stack: "invalid", shares: [], run: () => Promise.reject(invalidFile(result.problems)) };
    const { stdout } = await captured(() => runTasks("test", [invalid], { color: false, ascii: true }));
    assert.match(
      stdout,
      /^invalid: Pulumi\.invalid\.yaml: 1 problem\ninvalid: {3}Pulumi\.invalid\.yaml:\d+:\d+ .*nonsense.*; .+$/m,
    );
  });

  it("start no more stacks once they are told to stop", async () => {
    const listeners = process.listenerCount("SIGTERM");
    const stopping: Task = {
      stack: "a",
      shares: ["host"],
      run: () => {
        process.emit("SIGTERM", "SIGTERM");
        return Promise.reject(new Failure("update-failed", "canceled", 1));
      },
    };
    const { json } = await run([stopping, done("b", "host")]);
    assert.deepEqual(
      (json["stacks"] as { result: string }[]).map(({ result }) => result),
      ["failed", "not-started"],
    );
    assert.equal(process.listenerCount("SIGTERM"), listeners);
  });

  it("want one stack or all of them, and a number of jobs", async () => {
    const one = await lab("preview", "homelab", "--jobs", "2");
    assert.deepEqual([one.code, one.stderr], [2, "--jobs is for --all: one stack is one job\n"]);
    const neither = await lab("preview");
    assert.deepEqual(
      [neither.code, neither.stderr],
      [2, "name a stack, or give --all for every stack of the project; got neither\n"],
    );
    assert.match((await lab("up", "homelab", "--all")).stderr, /; got both$/m);
    const { code, json } = await run([done("a")], { ...QUIET, jobs: "0" });
    assert.deepEqual([code, json["message"]], [2, "--jobs 0 is no number of stacks: 1 or more"]);
  });
});

describe("lab preview and lab refresh", () => {
  const change = (op: string, name: string): EngineEvent =>
    ({ resOutputsEvent: { metadata: { op, urn: urn(VM, name), type: VM, new: { custom: true } } } }) as never;
  const summary = (resourceChanges: object): EngineEvent => ({ summaryEvent: { resourceChanges } }) as never;

  it("say what would change", async () => {
    const open = (): Promise<never> =>
      Promise.resolve({
        preview: ({ onEvent, parallel }: { onEvent: (event: EngineEvent) => void; parallel: number }, options: object) => {
          assert.deepEqual([parallel, options], [HOMELAB.plan.parallel, { refresh: true }]);
          onEvent(change("update", "work-00"));
          onEvent(summary({ update: 1 }));
          return Promise.resolve();
        },
      } as never);
    const { code, json } = await run(previewTask({ open }, "homelab", { ...QUIET, refresh: true }));
    assert.equal(code, 0);
    assert.deepEqual(json["summary"], { update: 1 });
    assert.deepEqual(
      (json["changes"] as { name: string }[]).map(({ name }) => name),
      ["work-00"],
    );
  });

  it("explain what they fail with", async () => {
    const open = (): Promise<never> =>
      Promise.resolve({
        preview: ({ onEvent }: { onEvent: (event: EngineEvent) => void }) => {
          onEvent({ diagnosticEvent: { severity: "error", urn: urn(VM, "work-00"), message: "HTTP 595 no route" } } as never);
          return Promise.reject(new Failure("pulumi-failed", "pulumi: preview failed", 1));
        },
      } as never);
    const { code, json } = await run(previewTask({ open }, "homelab", QUIET));
    assert.deepEqual([code, json["code"]], [1, "preview-failed"]);
    assert.match(String(json["message"]), /^no preview: VM work-00: HTTP 595 no route; bring that Proxmox host back/);
  });

  for (const [what, events, options, code] of [
    ["drift is told and fails only who expects none", [change("update", "work-00")], {}, 0],
    ["drift fails who expects none", [change("update", "work-00")], { expectNoChanges: true, previewOnly: true }, 1],
    ["no drift fails nobody", [change("refresh", "work-00"), change("same", "work-01")], { expectNoChanges: true }, 0],
  ] as const) {
    it(what, async () => {
      const saved: string[] = [];
      const workspace = {
        ...guarded(saved),
        resources: () => Promise.resolve([]),
        refreshAll: ({ onEvent }: { onEvent: (event: EngineEvent) => void }, { previewOnly }: { previewOnly: boolean }) => {
          assert.equal(previewOnly, "previewOnly" in options);
          for (const event of events) onEvent(event);
          return Promise.resolve();
        },
      };
      const doors = { open: () => Promise.resolve(workspace as never) };
      const found = await run(refreshTask(doors, HOMELAB, { ...QUIET, ...options }));
      assert.equal(found.code, code);
      assert.equal((found.json["drifted"] as unknown[]).length, events.length === 1 ? 1 : 0);
      assert.deepEqual(saved, "previewOnly" in options ? [] : ["refresh"]);
    });
  }
});

describe("lab outputs", () => {
  const all = { endpoint: "https://a:6443", kubeconfig: "[secret]", machines: { "ctrl-00": "10.0.0.1" } };
  const outputs = (name?: string): Promise<{ code: number; json: Record<string, unknown> }> =>
    run(outputsTask({ open: () => Promise.resolve({ outputs: () => Promise.resolve(all) }) }, "homelab", name, QUIET));

  it("prints all or one, and no secret unless that is asked for", async () => {
    assert.deepEqual((await outputs()).json["outputs"], all);
    assert.deepEqual((await outputs("machines")).json["outputs"], { machines: all.machines });
    const secret = await outputs("kubeconfig");
    assert.deepEqual([secret.code, secret.json["code"]], [1, "secret-output"]);
  });

  it("names what was meant by a name that nothing has", async () => {
    const { code, json } = await outputs("endpont");
    assert.deepEqual([code, json["message"]], [2, "homelab has no output endpont: did you mean endpoint?"]);
  });
});

describe("lab cancel", () => {
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  const lock = (host: string, pid: number, since = new Date().toISOString()): Lock => ({ user: "me", host, pid, since });

  async function cancel(locks: Lock[] | undefined, consent?: string[]): Promise<[string, number]> {
    let unlocked = 0;
    const workspace = {
      locks: () => Promise.resolve(locks),
      unlock: () => {
        unlocked++;
        return Promise.resolve();
      },
    };
    const doors = { open: () => Promise.resolve(workspace), ask: () => Promise.resolve(undefined) };
    const { json } = await run(cancelTask(doors, HOMELAB, { ...QUIET, ...(consent ? { consent } : {}) }));
    return [String(json["message"] ?? json["result"]), unlocked];
  }

  it("takes away nothing where nothing is locked, and a dead update's lock without a word", async () => {
    assert.deepEqual(await cancel([]), ["succeeded", 0]);
    assert.deepEqual(await cancel([lock(hostname(), dead)]), ["succeeded", 1]);
  });

  it("never takes a lock away from an update that is at work on this machine", async () => {
    const [message, unlocked] = await cancel([lock(hostname(), process.pid)], ["homelab-cluster"]);
    assert.match(
      message,
      new RegExp(`^nothing was changed: homelab is being updated on this machine, by me@.*kill -INT ${process.pid} `),
    );
    assert.equal(unlocked, 0);
  });

  it("takes a number that is another program's by now for no update at work", async function () {
    if (process.platform !== "linux") this.skip();
    assert.deepEqual(await cancel([lock(hostname(), process.pid, "2020-11-20T10:00:00Z")]), ["succeeded", 1]);
  });

  for (const [whose, locks] of [
    ["of another machine", [lock("elsewhere", 1)]],
    ["of nobody knows whom", undefined],
  ] as const) {
    it(`wants consent for a lock ${whose}`, async () => {
      const [message, unlocked] = await cancel(locks && [...locks]);
      assert.match(message, /^nothing was changed: .*npx lab cancel homelab --consent homelab-cluster takes the lock away$/);
      assert.equal(unlocked, 0);
      assert.deepEqual(await cancel(locks && [...locks], ["homelab-cluster"]), ["succeeded", 1]);
    });
  }

  it("reads lock files, and takes one that was cut off for none", () => {
    const text = JSON.stringify({ pid: 7, username: "me", hostname: "laptop", timestamp: "2026-11-20T10:00:00Z" });
    assert.deepEqual(lockIn(text), { user: "me", host: "laptop", pid: 7, since: "2026-11-20T10:00:00Z" });
    assert.equal(lockIn(text.slice(0, 20)), undefined);
  });
});

describe("lab import", () => {
  const provider = urn("pulumi:providers:proxmoxve", "homelab-cluster");
  const entry = (type: string, name: string, inputs: object): PlannedEntry => ({
    urn: urn(type, name),
    type,
    custom: true,
    provider: `${provider}::id`,
    inputs: inputs as PlannedEntry["inputs"] & object,
  });
  const planned = [
    entry(VM, "work-00", { vmId: 103, name: "work-00" }),
    entry(BOOTSTRAP, "homelab-cluster", { node: "192.168.68.100" }),
    entry("proxmoxve:index/poolLegacy:PoolLegacy", "homelab-cluster", { poolId: "homelab-cluster" }),
    entry("kubernetes:core/v1:Secret", "tokens", {}),
  ];
  const empty: ExportedState = { deployment: { resources: [{ urn: provider, type: "pulumi:providers:proxmoxve" }] } };
  const ours: ListedVm = { vmId: 103, name: "work-00", host: "pve", status: "running", tags: ["homelab-cluster"] };

  async function take(
    names: string[],
    vms: ListedVm[],
    isThere: boolean | "unknown" = true,
  ): Promise<{ said: string; state: string[]; refreshed: string[] }> {
    let state = empty;
    const refreshed: string[] = [];
    const workspace = {
      ...guarded(),
      exported: () => Promise.resolve(state),
      imported: (next: ExportedState) => Promise.resolve(void (state = next)),
      creations: () => Promise.resolve(planned),
      refresh: (urns: readonly string[]) => {
        refreshed.push(...urns);
        if (isThere === "unknown") return Promise.reject(new Failure("pulumi-failed", "pulumi refresh: HTTP 595", 1));
        const { resources = [] } = state.deployment;
        if (!isThere) state = { deployment: { resources: resources.filter((each) => !urns.includes(each.urn)) } };
        return Promise.resolve();
      },
      apiToken: () => Promise.resolve("HIDDEN"),
      login: () => Promise.resolve(undefined),
      unlock: () => Promise.resolve(),
    };
    const doors: ImportDoors = {
      open: () => Promise.resolve(workspace as never),
      look: () => Promise.resolve({ cluster: null, hosts: [], vms }),
      etcdRuns: () => Promise.resolve(false),
    };
    const { json } = await run(importTask(doors, HOMELAB, names, QUIET));
    return {
      said: typeof json["message"] === "string" ? json["message"] : JSON.stringify(json),
      state: (state.deployment.resources ?? []).map((each) => each.urn.split("::").at(-1) ?? "").slice(1),
      refreshed: refreshed.map((each) => each.split("::").at(-1) ?? ""),
    };
  }

  it("says what could be taken over: nothing that keeps secrets", async () => {
    const { said, state } = await take([], [ours]);
    assert.ok(said.includes("work-00") && !said.includes("tokens"));
    assert.deepEqual(state, []);
  });

  it("takes a VM over by its name, once its provider has looked at it", async () => {
    const { state, refreshed } = await take(["work-00"], [ours]);
    assert.deepEqual([state, refreshed], [["work-00"], ["work-00"]]);
  });

  it("takes over no VM that is another, whatever its id, and says how it becomes the stack's", async () => {
    const { said, state } = await take(["work-00"], [{ ...ours, name: "nas", tags: ["keep"] }]);
    assert.match(
      (await take(["work-00"], [{ ...ours, tags: [] }])).said,
      /is work-00 with the tags \(none\), not work-00 with the tag/,
    );
    assert.match(
      said,
      /VM 103 on pve is nas with the tags keep, .*qm set 103 --name work-00 --tags "keep;homelab-cluster" on pve$/,
    );
    assert.deepEqual(state, []);
  });

  it("leaves the state as it was when nothing is there", async () => {
    assert.match((await take(["work-00"], [])).said, /^nothing was taken over: there is no VM 103; lab up creates it$/);
    const gone = await take(["resource pool homelab-cluster"], [], false);
    assert.match(gone.said, /resource pool homelab-cluster: its provider finds none/);
    assert.deepEqual(gone.state, []);
    const unknown = await take(["work-00"], [ours], "unknown");
    assert.deepEqual([unknown.said, unknown.state], ["pulumi refresh: HTTP 595", []]);
    assert.match((await take(["bootstrap of homelab-cluster"], [])).said, /no etcd runs on 192\.168\.68\.100/);
  });

  it("wants a name that is one thing", async () => {
    assert.match(
      (await take(["homelab-cluster"], [ours])).said,
      /is more than one .* choose of "resource pool homelab-cluster", "bootstrap/,
    );
    assert.match((await take(["work-99"], [ours])).said, /^work-99 is nothing that an update would create/);
  });
});

describe("the Pulumi CLI, where it is missing", () => {
  const found = Object.assign(Object.create(PulumiCommand.prototype) as PulumiCommand, { command: "/opt/pulumi/bin/pulumi" });
  const none = (): Promise<never> => Promise.reject(new Error("spawn pulumi ENOENT"));
  const doors = (own: Partial<CliDoors>): CliDoors => ({
    onPath: none,
    installed: none,
    install: none,
    ask: () => Promise.resolve(undefined),
    ...own,
  });
  const PATH = process.env["PATH"];
  afterEach(() => (process.env["PATH"] = PATH));

  it("is taken from where it was installed before, whose folder goes first on the PATH", async () => {
    assert.equal(await pulumiCli(false, doors({ installed: () => Promise.resolve(found) })), found);
    assert.ok(process.env["PATH"]?.startsWith("/opt/pulumi/bin:"));
  });

  it("is installed only by whoever agrees: on the command line, or by typing yes", async () => {
    const install = (): Promise<PulumiCommand> => Promise.resolve(found);
    assert.equal(await pulumiCli(true, doors({ install })), found);
    assert.equal(await pulumiCli(false, doors({ install, ask: () => Promise.resolve("yes") })), found);
    for (const answer of ["y", "", undefined]) {
      const refused = pulumiCli(false, doors({ install, ask: () => Promise.resolve(answer) }));
      await assert.rejects(refused, /--install-cli installs \d.* with Pulumi's own installer/);
    }
  });

  it("runs the command that it was installed for", async () => {
    const folder = mkdtempSync(join(tmpdir(), "proxmox-talos-cli-"));
    process.env["PATH"] = folder;
    const install = (): Promise<void> => {
      writeFileSync(join(folder, "pulumi"), '#!/bin/sh\necho "$1"\n', { mode: 0o700 });
      return Promise.resolve();
    };
    try {
      assert.equal(await pulumi(["version"], folder, "", {}, install), "version\n");
      rmSync(join(folder, "pulumi"));
      await assert.rejects(
        pulumi(["version"], folder, "", {}, () => Promise.resolve()),
        /cannot be run/,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is installed by every command that says so", async () => {
    const commands = [
      "preview",
      "up",
      "refresh",
      "destroy",
      "outputs",
      "import",
      "cancel",
      "kubeconfig",
      "talosconfig",
      "pulumi",
    ];
    const ofState = ["bootstrap", "check", "backup", "restore"].map((name) => `state ${name}`);
    for (const command of [...commands, ...ofState]) {
      const { stdout } = await lab(...command.split(" "), "--help");
      assert.match(stdout, /--install-cli/, command);
    }
  });

  it("says which variable is missing, not which part of the engine misses it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "proxmox-talos-cli-"));
    process.env["PATH"] = `${folder}:${PATH ?? ""}`;
    const said = 'error: constructing secrets manager of type "passphrase": passphrase must be set with PULUMI_CONFIG_PASSPHRASE';
    writeFileSync(join(folder, "pulumi"), `#!/bin/sh\necho '${said}' >&2\nexit 255\n`, { mode: 0o700 });
    try {
      await assert.rejects(pulumi(["stack", "--stack", "x"], folder), (error: Failure) => {
        assert.equal(error.code, "no-passphrase");
        assert.match(error.message, /^there is no passphrase .*; in this shell, too, set PULUMI_CONFIG_PASSPHRASE_FILE/);
        return true;
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("says why the installer failed, and what else to do", async () => {
    const install = (): Promise<never> => Promise.reject(new Error("getaddrinfo EAI_AGAIN get.pulumi.com"));
    await assert.rejects(
      pulumiCli(true, doors({ install })),
      /did not install Pulumi [\d.]+: getaddrinfo EAI_AGAIN.*pulumi\.com\/docs\/install/,
    );
  });
});
