import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { stateBackupWith } from "../../../automation/commands/state-backup";
import { stateBootstrapWith } from "../../../automation/commands/state-bootstrap";
import { stateCheckWith } from "../../../automation/commands/state-check";
import { stateListWith } from "../../../automation/commands/state-list";
import { stateRestoreWith } from "../../../automation/commands/state-restore";
import { Failure } from "../../../automation/failure";
import { StoreFailure } from "../../../automation/state/store-failure";
import type { StateDoors } from "../../../automation/state/stack-state";
import { captured } from "../../captured";
import { labWith } from "../../lab";
import { MemoryStore } from "./memory-store";

interface State {
  readonly version: number;
  readonly deployment: Record<string, unknown>;
}

const urn = (name: string, stack = "homelab"): string => `urn:pulumi:${stack}::proxmox-talos::t::${name}`;
const stateOf = (names: readonly string[], more: object = {}): State => ({
  version: 3,
  deployment: {
    manifest: { time: "2026-11-21T19:15:36.123456Z" },
    secrets_providers: { type: "passphrase", state: { salt: "v1:salt" } },
    resources: names.map((name) => ({ urn: urn(name), type: "t" })),
    ...more,
  },
});
const LOCK = ".pulumi/locks/organization/proxmox-talos/homelab/1.json";
const lock = (host: string, pid: number, timestamp = "2026-11-21T18:00:00+01:00"): string =>
  JSON.stringify({ pid, username: "ada", hostname: host, timestamp });

describe("lab state", () => {
  let folder: string;
  let store: MemoryStore;
  /** The stack's state; undefined when the backend has none. */
  let state: State | undefined;
  let calls: string[];
  /** What commands of Pulumi fail with, by how they begin. */
  let faults: Record<string, string>;
  const before = { ...process.env };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-state-"));
    Object.assign(process.env, {
      XDG_STATE_HOME: folder,
      PULUMI_BACKEND_URL: "s3://lab-state",
      PULUMI_CONFIG_PASSPHRASE: "horse",
    });
    store = new MemoryStore();
    store.keeps = "on";
    store.objects.set(".pulumi/stacks/proxmox-talos/homelab.json", "x".repeat(2000));
    state = stateOf(["a", "b"]);
    calls = [];
    faults = {};
  });
  afterEach(() => {
    for (const name of ["XDG_STATE_HOME", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"]) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
    rmSync(folder, { recursive: true });
  });

  const pulumi: StateDoors["pulumi"] = (args, _cwd, input) => {
    const call = args.join(" ");
    calls.push(call);
    const fault = Object.entries(faults).find(([begin]) => call.startsWith(begin))?.[1];
    if (fault !== undefined) return Promise.reject(new Failure("pulumi-failed", fault, 1));
    if (call.startsWith("stack import")) state = JSON.parse(input ?? "") as State;
    if (call.startsWith("stack init")) state = stateOf([]);
    if (!call.startsWith("stack export")) return Promise.resolve("");
    if (!state)
      return Promise.reject(new Failure("pulumi-failed", "pulumi stack export: error: no stack named 'homelab' found", 1));
    return Promise.resolve(JSON.stringify(state));
  };
  const doors: StateDoors = { pulumi, openStore: () => store };
  const text = { color: false, ascii: true };
  const json = { json: true, color: false };

  async function run(command: () => Promise<number>): Promise<{ code: number; lines: string[]; failure: Failure | undefined }> {
    const { result, stdout } = await captured(() => command().catch((error: unknown) => error as Error));
    if (result instanceof Failure) return { code: result.exitCode, lines: [], failure: result };
    if (result instanceof Error) throw result;
    return { code: result, lines: stdout.trimEnd().split("\n"), failure: undefined };
  }
  const check = (): ReturnType<typeof run> => run(() => stateCheckWith(doors, "homelab", text));
  /** What check says of one thing. */
  const said = async (name: string): Promise<string> => (await check()).lines.find((line) => line.includes(` ${name} `)) ?? "";

  describe("check", () => {
    it("finds nothing wrong where nothing is, and changes nothing", async () => {
      const { code, lines } = await check();
      assert.equal(code, 0);
      assert.deepEqual(
        lines.map((line) => line.replace(/ {2,}/g, " ").replace(folder, "…")),
        [
          "ok backend s3://lab-state (PULUMI_BACKEND_URL)",
          "ok store lab-state/ on http://s3.test can be read",
          "ok versions what is overwritten is kept",
          "ok access nobody reads it without credentials",
          "ok state 2 resources, last written 2026-11-21T19:15:36Z, 2 KiB",
          "ok lock nobody holds one",
          "ok secrets passphrase decrypts them",
          "ok backups none yet in …/proxmox-talos/backups/proxmox-talos/homelab",
        ],
      );
      assert.deepEqual(store.log, []);
      assert.deepEqual(
        calls.filter((call) => !/^(stack export|config set --secret lab:probe probe --config-file)/.test(call)),
        [],
      );
    });

    it("says it all as one document", async () => {
      store.objects.set(LOCK, lock("elsewhere", 7));
      const { lines } = await run(() => stateCheckWith(doors, "homelab", json));
      const { checks, ...report } = JSON.parse(lines.join("\n")) as { checks: unknown[] };
      assert.equal(checks.length, 8);
      assert.deepEqual(report, {
        stack: "homelab",
        backend: { url: "s3://lab-state", source: "PULUMI_BACKEND_URL" },
        versioning: "on",
        state: { lastUpdate: "2026-11-21T19:15:36Z", resources: 2, pendingOperations: 0, bytes: 2000 },
        locks: [{ user: "ada", host: "elsewhere", pid: 7, since: "2026-11-21T18:00:00+01:00", holder: "elsewhere" }],
        backups: [],
      });
    });

    it("tells whose a lock is, and whether that is still at work", async () => {
      store.objects.set(LOCK, lock("elsewhere", 7));
      assert.match(
        await said("lock"),
        /^! lock +ada@elsewhere \(pid 7\) since 2026-11-21T18:00:00\+01:00, on another machine +wait until/,
      );
      store.objects.set(LOCK, lock(hostname(), process.pid, new Date().toISOString()));
      assert.match(await said("lock"), /which is at work +wait until it has ended/);
      store.objects.set(LOCK, lock(hostname(), 2 ** 30));
      assert.match(await said("lock"), /which is no more +lab up homelab takes it away/);
      store.objects.delete(LOCK);
      store.objects.set(`${LOCK}.18ea33382a646471.tmp`, "");
      assert.match(await said("lock"), /^! lock +somebody@a-lock-that-is-cut-off /);
      store.objects.set(LOCK, "");
      assert.match(await said("lock"), /^! lock +somebody@a-lock-that-is-cut-off .* lab cancel homelab takes it away/);
    });

    it("says that locks cannot be read, and goes on", async () => {
      store.list = () =>
        Promise.reject(new StoreFailure("store-refused", "/x/locks cannot be read (EACCES)", "run it as its owner"));
      const { code, lines } = await check();
      assert.equal(code, 1);
      assert.ok(
        lines.some((line) => /^x lock +\/x\/locks cannot be read \(EACCES\) +run it as its owner$/.test(line)),
        lines.join("\n"),
      );
      assert.ok(lines.some((line) => line.includes(" backups ")));
    });

    it("says what is wrong with a store, and nothing of what is behind it", async () => {
      store.isThere = false;
      const missing = await check();
      assert.equal(missing.code, 1);
      assert.match(
        missing.lines.at(-1) ?? "",
        /^x store +lab-state\/ on http:\/\/s3.test is not there +lab state bootstrap homelab makes it$/,
      );
      const region = "the bucket cannot be read: the store has another region than garage (Expected: 'us-west-2'; try again)";
      store.fault = new StoreFailure("store-refused", region, "correct state.backend.s3.region");
      const refused = (await run(() => stateCheckWith(doors, "homelab", json))).lines.join("\n");
      const { checks } = JSON.parse(refused) as { checks: { found: string; remedy: string }[] };
      assert.deepEqual(checks.at(-1), { name: "store", state: "fail", found: region, remedy: "correct state.backend.s3.region" });
      assert.deepEqual(calls, []);
    });

    it("says when versions are off or never kept, and when anybody can read", async () => {
      store.keeps = "off";
      assert.match(await said("versions"), /^! .*lab state bootstrap homelab turns them on where the server can/);
      store.keeps = "unsupported";
      assert.match(await said("versions"), /^ok versions +none are kept .*Garage.*lab keeps backups of the state instead$/);
      store.keeps = "unknown";
      assert.match(await said("versions"), /^! .*the credentials may not ask +give them s3:GetBucketVersioning in the store/);
      store.everybodys = true;
      assert.match(await said("access"), /^x access +anybody can read it/);
      assert.equal((await check()).code, 1);
    });

    it("says when there is no state, it cannot be decrypted, or an update was interrupted", async () => {
      state = undefined;
      assert.match(await said("state"), /^x state +none of homelab +lab state bootstrap homelab makes it/);
      state = stateOf(["a"], { pending_operations: [{ type: "creating", resource: { urn: urn("b"), type: "t" } }] });
      assert.match(
        await said("state"),
        /^! .*1 resource, .*1 operation nobody knows the end of +an update was interrupted: lab up homelab/,
      );
      faults = { "config set": "pulumi config set: error: incorrect passphrase" };
      assert.match(
        await said("secrets"),
        /^x secrets +pulumi config set: error: incorrect passphrase +set PULUMI_CONFIG_PASSPHRASE/,
      );
    });

    it("finds no backend where nobody names one", async () => {
      process.env["PULUMI_BACKEND_URL"] = "";
      const home = process.env["PULUMI_HOME"];
      process.env["PULUMI_HOME"] = folder;
      const { code, lines } = await run(() => stateCheckWith({ pulumi, openStore: () => undefined }, "homelab", text));
      if (home === undefined) delete process.env["PULUMI_HOME"];
      else process.env["PULUMI_HOME"] = home;
      assert.deepEqual([code, calls], [1, []]);
      assert.match(
        lines[0] ?? "",
        /^x backend +none: nobody says where the state is +say where the state is in proxmox-talos:state/,
      );
    });
  });

  describe("bootstrap", () => {
    const bootstrapped = async (): Promise<{ steps: Record<string, string>; todo: string[] }> => {
      const { lines, failure } = await run(() => stateBootstrapWith(doors, "homelab", json));
      assert.equal(failure, undefined);
      const { steps, todo } = JSON.parse(lines.join("\n")) as { steps: { name: string; result: string }[]; todo: string[] };
      return { steps: Object.fromEntries(steps.map(({ name, result }) => [name, result])), todo };
    };

    it("makes what is missing, and the second time nothing", async () => {
      store.isThere = false;
      store.keeps = "off";
      state = undefined;
      const { steps, todo } = await bootstrapped();
      assert.deepEqual(steps, { store: "made", probe: "done", versions: "made", access: "made", state: "made" });
      assert.deepEqual(store.log, ["create", "probe", "keepVersions", "closeToPublic"]);
      assert.ok(calls.includes("stack init --secrets-provider passphrase --stack homelab"), calls.join("\n"));
      assert.ok(
        todo.some((each) => each.startsWith("commit Pulumi.homelab.yaml")),
        todo.join("\n"),
      );
      assert.ok(todo.includes("lab pulumi homelab -- config set --secret proxmoxve:apiToken"), todo.join("\n"));
      calls = [];
      store.log.length = 0;
      const again = await bootstrapped();
      assert.deepEqual(again.steps, { store: "there", probe: "done", versions: "there", access: "made", state: "there" });
      assert.deepEqual(store.log, ["probe", "closeToPublic"]);
      assert.deepEqual(calls, ["stack export --stack homelab"]);
      assert.ok(!again.todo.some((each) => each.startsWith("commit")));
    });

    it("says plainly what a server cannot", async () => {
      Object.assign(store, { keeps: "off", canKeep: "unsupported", closes: false, everybodys: true });
      const { steps, todo } = await bootstrapped();
      assert.deepEqual([steps["versions"], steps["access"]], ["unsupported", "unknown"]);
      assert.ok(todo.includes("close the store to the public: anybody can read it"));
      const { lines } = await run(() => stateBootstrapWith(doors, "homelab", text));
      assert.match(
        lines.find((line) => line.startsWith("versions")) ?? "",
        /unsupported +none are kept \(a folder and Garage have none\)/,
      );
    });

    it("goes on where the credentials may not ask for versions, or turn them on", async () => {
      for (const [keeps, canKeep, right] of [
        ["unknown", "unknown", "GetBucketVersioning"],
        ["off", "unknown", "PutBucketVersioning"],
      ] as const) {
        Object.assign(store, { keeps, canKeep });
        const { lines } = await run(() => stateBootstrapWith(doors, "homelab", text));
        assert.match(
          lines.find((line) => line.startsWith("versions")) ?? "",
          new RegExp(`unknown +the credentials .*s3:${right}`),
        );
        assert.ok(lines.includes("  have somebody who may turn on versions of the bucket"));
      }
    });

    it("makes nothing without a passphrase to encrypt with", async () => {
      delete process.env["PULUMI_CONFIG_PASSPHRASE"];
      const { failure } = await run(() => stateBootstrapWith(doors, "homelab", text));
      assert.deepEqual([failure?.code, store.log, calls], ["no-passphrase", [], []]);
      assert.match(
        failure?.message ?? "",
        /^nothing was made: there is no passphrase .*PULUMI_CONFIG_PASSPHRASE_FILE.*sops or age/,
      );
    });
  });

  describe("backup, list and restore", () => {
    const restore = (file?: string, more: object = {}): ReturnType<typeof run> =>
      run(() => stateRestoreWith(doors, "homelab", file, { ...text, consent: "homelab-cluster", ...more }));

    it("keep a state and put it back, once what is there is kept, too", async () => {
      const first = state;
      assert.equal((await run(() => stateBackupWith(doors, "homelab", text))).code, 0);
      state = stateOf(["a"]);
      const { code, lines } = await restore();
      assert.deepEqual([code, state], [0, first]);
      assert.match(
        lines[0] ?? "",
        /^ok the state of homelab is \S+-backup\.json again: 2 resources, as of 2026-11-21T19:15:36Z$/,
      );
      const [, kept = ""] = /what was there is in (\S+)/.exec(lines[1] ?? "") ?? [];
      assert.deepEqual(JSON.parse(readFileSync(kept, "utf8")), stateOf(["a"]));
      const listed = await run(() => stateListWith(doors, "homelab", text));
      assert.equal(listed.lines.filter((line) => /before (backup|restore)/.test(line)).length, 2);
    });

    it("leave nothing but the path of a backup on stdout, for a script to use", async () => {
      const { result, stdout, stderr } = await captured(() => stateBackupWith(doors, "homelab", text));
      assert.equal(result, 0);
      assert.deepEqual(JSON.parse(readFileSync(stdout.trimEnd(), "utf8")), state);
      assert.equal(stderr, "ok the state of homelab is kept:\n");
    });

    it("change nothing without the cluster's name", async () => {
      await run(() => stateBackupWith(doors, "homelab", text));
      calls = [];
      for (const consent of [undefined, "homelab"]) {
        const { failure } = await restore(undefined, { consent });
        assert.deepEqual([failure?.code, failure?.exitCode], ["consent-missing", 1]);
        assert.match(failure?.message ?? "", /^nothing was changed: .*2 resources.* to consent, add --consent homelab-cluster$/);
      }
      assert.deepEqual(calls, []);
    });

    it("take a version that the bucket keeps, and say which there are", async () => {
      const key = ".pulumi/stacks/proxmox-talos/homelab.json";
      const checkpoint = { version: 3, checkpoint: { stack: "s", latest: stateOf(["old"]).deployment } };
      store.old.push({ key, id: "v1", bytes: 5, modified: new Date(0), isLatest: false, text: JSON.stringify(checkpoint) });
      const { lines } = await run(() => stateListWith(doors, "homelab", text));
      assert.match(lines.at(-1) ?? "", /^1970-01-01T00:00:00Z +1 KiB +of the bucket +--version v1$/);
      assert.equal((await restore(undefined, { version: "v1" })).code, 0);
      assert.deepEqual(state, stateOf(["old"]));
      assert.equal((await restore(undefined, { version: "v2" })).failure?.code, "no-backup");
    });

    it("show what is on this machine where the store says nothing of its versions", async () => {
      await run(() => stateBackupWith(doors, "homelab", text));
      store.versions = () => Promise.reject(new StoreFailure("store-refused", "the bucket cannot say", "give it"));
      const { result, stdout, stderr } = await captured(() => stateListWith(doors, "homelab", text));
      assert.equal(result, 0);
      assert.match(stdout, /before backup +\S+-backup\.json$/m);
      assert.equal(stderr, "versions of the bucket are not known: the bucket cannot say; give it\n");
      const { lines } = await run(() => stateListWith(doors, "homelab", json));
      const { versions, problem } = JSON.parse(lines.join("\n")) as { versions: unknown; problem: unknown };
      assert.deepEqual([versions, problem], [null, "the bucket cannot say; give it"]);
    });

    it("refuse what is no whole state of this stack", async () => {
      const file = join(folder, "state.json");
      const attempts: [string, RegExp][] = [
        ["{", /it is cut off, or no JSON/],
        ['{"version":3}', /it is no state/],
        [
          JSON.stringify({ version: 3, deployment: { resources: [{ urn: urn("a", "prod"), type: "t" }] } }),
          /it is the state of the stack prod of proxmox-talos/,
        ],
        [
          JSON.stringify(stateOf([], { resources: [{ urn: urn("a"), type: "t", parent: urn("gone") }] })),
          /it is not whole: the parent of \S+::a is not in it/,
        ],
        [
          '{"version":3,"deployment":{"resources":[null]}}',
          /deployment\.resources\.0 is not as it is in a state; lab state list homelab/,
        ],
        ['{"version":3,"deployment":{"resources":[{"urn":7}]}}', /deployment\.resources\.0\.urn is not as it is/],
        ['{"version":3,"deployment":{"resources":[{"urn":"a"}]}}', /"a" is no URN/],
        ['{"version":3,"deployment":{"manifest":{"time":7}}}', /deployment\.manifest\.time is not as it is/],
        ['{"version":3,"checkpoint":{"latest":null}}', /it is no state/],
      ];
      for (const [content, message] of attempts) {
        writeFileSync(file, content);
        const { failure } = await restore(file);
        assert.deepEqual([failure?.code, failure?.exitCode], ["invalid-state", 2]);
        assert.match(failure?.message ?? "", message);
      }
      assert.equal((await restore(join(folder, "nowhere"))).failure?.code, "no-backup");
      assert.equal((await restore(file, { version: "v1" })).failure?.exitCode, 2);
      assert.ok(!calls.some((call) => call.startsWith("stack import")));
    });

    it("put a state back where the one there is cannot be read, and not where there is none", async () => {
      await run(() => stateBackupWith(doors, "homelab", text));
      faults = { "stack export": "pulumi stack export: error: failed to load checkpoint: EOF" };
      assert.equal((await restore()).code, 0);
      faults = {};
      state = undefined;
      assert.equal((await restore()).failure?.code, "unknown-state");
    });

    it("put none in the place of one that is only out of reach", async () => {
      await run(() => stateBackupWith(doors, "homelab", text));
      calls = [];
      for (const why of ["stat homelab.json: permission denied", "read: connection reset by peer", "dial tcp: i/o timeout"]) {
        faults = { "stack export": `pulumi stack export: failed to load checkpoint: ${why}` };
        assert.equal((await restore()).failure?.code, "pulumi-failed", why);
      }
      assert.ok(!calls.some((call) => call.startsWith("stack import")), calls.join("\n"));
    });

    it("say on one line who is at work, and change nothing then", async () => {
      await run(() => stateBackupWith(doors, "homelab", text));
      state = stateOf(["a"]);
      const locked =
        "error: the stack is currently locked by 1 lock(s). (created by ada@elsewhere (pid 7) at 2026-11-21T18:00:00+01:00)";
      faults = { "stack import": locked };
      const { failure } = await restore();
      assert.equal(failure?.code, "locked");
      assert.equal(
        failure.message,
        "nothing was changed: homelab is locked by ada@elsewhere (pid 7) since 2026-11-21T18:00:00+01:00, on another machine; wait until it has ended, or, when you know that it has, run lab cancel homelab",
      );
      assert.deepEqual(state, stateOf(["a"]));
      // What a full disk leaves of a lock is read by Pulumi, which then says nothing of locks.
      faults = { "stack import": "pulumi stack import: could not import deployment: unexpected end of JSON input" };
      assert.equal((await restore()).failure?.code, "pulumi-failed");
      store.objects.set(`${LOCK}.18ea33382a646471.tmp`, "");
      assert.match((await restore()).failure?.message ?? "", /homelab is locked by somebody@a-lock-that-is-cut-off /);
    });

    it("keep nothing of an empty state or of none", async () => {
      state = stateOf([]);
      assert.equal((await run(() => stateBackupWith(doors, "homelab", text))).failure?.code, "empty-state");
      state = undefined;
      assert.equal((await run(() => stateBackupWith(doors, "homelab", text))).failure?.code, "unknown-state");
      assert.equal((await restore()).failure?.code, "no-backup");
    });
  });

  it("env prints what a shell needs, and nothing secret", async () => {
    const { code, stdout } = await labWith({ PULUMI_BACKEND_URL: undefined }, "state", "env", "homelab");
    const [told, mark, ...more] = stdout.split("\n");
    assert.deepEqual([code, told, more], [0, "export PULUMI_STACK='homelab'", [""]]);
    assert.match(mark ?? "", /^export PROXMOX_TALOS_STATE_ENV='homelab PULUMI_STACK=[0-9a-f]{16}'$/);
    const bad = await labWith({}, "state", "env", "homelabb", "--json");
    assert.equal(bad.code, 2);
    assert.equal((JSON.parse(bad.stdout) as { error: { code: string } }).error.code, "unknown-stack");
    assert.equal((await labWith({}, "state")).code, 2);
  });
});
