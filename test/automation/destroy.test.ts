import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { DestroyOptions, DestroyedWorkspace } from "../../automation/commands/destroy";
import { destroyWith } from "../../automation/commands/destroy";
import { Failure } from "../../automation/failure";
import type { Lock } from "../../automation/locks";
import { reason } from "../../automation/pulumi-cli";
import { openWorkspace, stateResources, withoutHooks } from "../../automation/workspace";
import type { StateResource } from "../../automation/workspace";
import type { ProxmoxAccess } from "../../components/proxmox/proxmox-reader";
import type { ListedVm, Listing } from "../../planner/identity";
import { labWith } from "../lab";
import type { Outcome } from "../lab";
import { PROJECT } from "../stacks";

const urn = (type: string, name: string): string => `urn:pulumi:homelab::proxmox-talos::${type}::${name}`;

/** A state as `pulumi stack export` has it. */
const exported = {
  deployment: {
    resources: [
      { urn: urn("pulumi:pulumi:Stack", "proxmox-talos-homelab"), type: "pulumi:pulumi:Stack" },
      {
        urn: urn("proxmoxve:index/vmLegacy:VmLegacy", "work-00"),
        type: "proxmoxve:index/vmLegacy:VmLegacy",
        inputs: { vmId: 103, nodeName: "pve", name: "work-00" },
        resourceHooks: { BeforeDelete: ["vm-identity-delete"] },
      },
      {
        urn: urn("proxmoxve:index/vmLegacy:VmLegacy", "ctrl-00"),
        type: "proxmoxve:index/vmLegacy:VmLegacy",
        protect: true,
        inputs: { vmId: 100, nodeName: "pve", name: "ctrl-00" },
      },
      {
        urn: urn("talos:machine/secrets:Secrets", "homelab-cluster"),
        type: "talos:machine/secrets:Secrets",
        protect: true,
        inputs: { token: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "hunter2" } },
      },
    ],
  },
};

/** A VM as the cluster lists it, with the stack's tags. */
const vm = (vmId: number, name: string): ListedVm => ({
  vmId,
  name,
  host: "pve",
  status: "running",
  tags: ["homelab-cluster", "talos"],
});

/** An engine without an engine: what is protected cannot be deleted, and what `stuckAt` names never can. */
class FakeWorkspace implements DestroyedWorkspace {
  public readonly stack = "homelab";
  /** Locks that are held. */
  public held: Lock[] = [];
  public state: StateResource[] = stateResources(exported);
  public readonly log: string[] = [];

  constructor(private readonly stuckAt?: string) {}

  public login(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  public locks(): Promise<Lock[]> {
    return Promise.resolve(this.held);
  }

  public unlock(): Promise<void> {
    this.log.push("unlock");
    return Promise.resolve();
  }

  public backup(operation: string): Promise<undefined> {
    this.log.push(`backup before ${operation}`);
    return Promise.resolve(undefined);
  }

  public apiToken(): Promise<string | undefined> {
    return Promise.resolve("HIDDEN");
  }

  public unhook(): Promise<void> {
    this.log.push("unhook");
    return Promise.resolve();
  }

  public resources(): Promise<StateResource[]> {
    return Promise.resolve(this.state);
  }

  public protect(urns: readonly string[]): Promise<void> {
    return this.mark("protect", urns, true);
  }

  public unprotect(urns: readonly string[]): Promise<void> {
    return this.mark("unprotect", urns, false);
  }

  public destroy(onEvent: (event: EngineEvent) => void): Promise<void> {
    this.log.push("destroy");
    for (const resource of [...this.state].reverse()) {
      if (resource.protect || resource.name === this.stuckAt) {
        const message =
          "<{%reset%}>error: sdk/provider.go:571: no route to host<{%reset%}>\n    at Object.<anonymous> (/x.ts:1:1)\n";
        const { urn } = resource;
        onEvent({ sequence: 0, timestamp: 0, diagnosticEvent: { urn, message, color: "never", severity: "error" } });
        return Promise.reject(new Failure("pulumi-failed", "pulumi: update failed", 1));
      }
      this.state = this.state.filter((each) => each !== resource);
      const metadata = { op: "delete" as const, urn: resource.urn, type: resource.type, provider: "" };
      onEvent({ sequence: 0, timestamp: 0, resOutputsEvent: { metadata } });
    }
    return Promise.resolve();
  }

  private mark(what: string, urns: readonly string[], protect: boolean): Promise<void> {
    this.log.push(`${what} ${urns.map((each) => each.split("::").at(-1)).join(" ")}`);
    this.state = this.state.map((each) => (urns.includes(each.urn) ? { ...each, protect } : each));
    return Promise.resolve();
  }
}

describe("lab destroy", () => {
  const streams = [process.stdout, process.stderr] as const;
  const writes = streams.map((stream) => stream.write.bind(stream));
  let written: string[];
  let vms: ListedVm[];
  let looks: ProxmoxAccess[];
  let away: string | undefined;
  beforeEach(() => {
    written = ["", ""];
    vms = [vm(100, "ctrl-00"), vm(103, "work-00")];
    looks = [];
    away = undefined;
  });
  const restore = (): void => {
    streams.forEach((stream, index) => {
      const write = writes[index];
      if (write) stream.write = write;
    });
  };
  afterEach(restore);

  /** Runs the command; what it wrote is in `written`, what it failed with is returned. */
  async function run(workspace: FakeWorkspace, options: Partial<DestroyOptions>, typed?: string): Promise<Failure | number> {
    streams.forEach((stream, index) => {
      stream.write = (text: string) => {
        written[index] = `${written[index] ?? ""}${text}`;
        return true;
      };
    });
    const look = (access: ProxmoxAccess): Promise<Listing> => {
      looks.push(access);
      return away === undefined ? Promise.resolve({ cluster: null, hosts: [], vms }) : Promise.reject(new Error(away));
    };
    const doors = { open: () => Promise.resolve(workspace), look, ask: () => Promise.resolve(typed) };
    try {
      return await destroyWith(doors, "homelab", { color: false, ascii: true, ...options });
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    } finally {
      restore();
    }
  }

  const report = `homelab - TalosCluster homelab-cluster - 4 resources

2 machines with all data on their disks
  ctrl-00  VM 100  pve
  work-00  VM 103  pve

2 protected resources, which a plain pulumi destroy refuses
  VmLegacy  ctrl-00
  Secrets   homelab-cluster

nothing is destroyed yet - nothing brings any of it back afterwards - to destroy it:
  npx lab destroy homelab --consent homelab-cluster
`;

  it("without consent destroys nothing and shows what it would, and the command that does", async () => {
    const workspace = new FakeWorkspace();
    const failure = await run(workspace, {});
    assert.ok(failure instanceof Failure);
    assert.deepEqual([failure.code, failure.exitCode], ["consent-missing", 1]);
    assert.equal(
      failure.message,
      "nothing destroyed: no consent; to consent, run npx lab destroy homelab --consent homelab-cluster",
    );
    assert.deepEqual(written, [report, "> homelab  opening  0 s\n"]);
    assert.deepEqual(workspace.log, []);
  });

  for (const consent of ["homelab", "Homelab-Cluster", "homelab-cluster ", ""]) {
    it(`takes ${JSON.stringify(consent)} for no consent`, async () => {
      const workspace = new FakeWorkspace();
      const failure = await run(workspace, { consent: [consent], json: true }, "homelab-cluster");
      assert.ok(failure instanceof Failure);
      assert.match(failure.message, new RegExp(`^nothing destroyed: ${JSON.stringify(consent)} is not the cluster's name`));
      assert.deepEqual([written, workspace.log], [["", "> homelab  opening  0 s\n"], []]);
    });
  }

  it("takes the name typed when asked for consent, and another for none", async () => {
    assert.equal(await run(new FakeWorkspace(), {}, "homelab-cluster"), 0);
    const workspace = new FakeWorkspace();
    assert.ok((await run(workspace, {}, "yes")) instanceof Failure);
    assert.deepEqual(workspace.log, []);
  });

  it("with consent unprotects what is protected, destroys all and counts it", async () => {
    const workspace = new FakeWorkspace();
    assert.equal(await run(workspace, { consent: ["homelab-cluster"], json: true }), 0);
    assert.deepEqual(workspace.log, ["backup before destroy", "unhook", "unprotect ctrl-00 homelab-cluster", "destroy"]);
    assert.deepEqual(workspace.state, []);
    assert.deepEqual(JSON.parse(written[0]!), { stack: "homelab", result: "succeeded", summary: { delete: 4 } });
    assert.deepEqual(written[1]!.split("\n").slice(1, 4), [
      "> homelab  unprotecting  2 resources  0 s",
      "> homelab  destroying  0 s",
      "- secrets of homelab-cluster deleted",
    ]);
  });

  it("asks the stack's own Proxmox whose the VMs are, with the stack's own token, and only once there is consent", async () => {
    await run(new FakeWorkspace(), {});
    assert.deepEqual(looks, []);
    await run(new FakeWorkspace(), { consent: ["homelab-cluster"] });
    assert.deepEqual(looks, [{ endpoint: "https://192.168.68.51:8006", insecure: true, apiToken: "HIDDEN" }]);
  });

  it("touches nothing when a VM of the state is another by now, also where the check may be left out", async () => {
    vms = [vm(100, "ctrl-00"), { ...vm(103, "nas"), tags: [] }];
    for (const withoutIdentityCheck of [false, true]) {
      const workspace = new FakeWorkspace();
      const failure = await run(workspace, { consent: ["homelab-cluster"], withoutIdentityCheck });
      assert.ok(failure instanceof Failure);
      assert.deepEqual([failure.code, failure.exitCode], ["identity-mismatch", 1]);
      assert.equal(
        failure.message,
        "nothing destroyed: VM 103 must not be deleted: the state has work-00, but there is nas on pve (running), which is not " +
          "named work-00 and lacks the tag homelab-cluster; if it is the same VM, give it that name and tag, else take work-00 " +
          "out of the state (pulumi state delete)",
      );
      assert.deepEqual(workspace.log, []);
    }
  });

  it("lets a VM go that is gone already", async () => {
    vms = [];
    assert.equal(await run(new FakeWorkspace(), { consent: ["homelab-cluster"] }), 0);
  });

  it("touches nothing when it cannot know whose the VMs are, unless told to go on without", async () => {
    away = "https://192.168.68.51:8006 does not answer (ENETUNREACH)";
    const workspace = new FakeWorkspace();
    const failure = await run(workspace, { consent: ["homelab-cluster"] });
    assert.ok(failure instanceof Failure);
    assert.deepEqual([failure.code, failure.exitCode], ["identity-unchecked", 1]);
    assert.equal(
      failure.message,
      `nothing destroyed: identity-unchecked: ${away}; --without-identity-check destroys the VMs of these ids whosever they are`,
    );
    assert.deepEqual(workspace.log, []);
    assert.equal(await run(workspace, { consent: ["homelab-cluster"], withoutIdentityCheck: true }), 0);
  });

  it("does not go on without the passphrase, for it is not the API that does not answer", async () => {
    const wrong = new Failure("wrong-passphrase", "the passphrase is wrong for this stack; give its own", 1);
    const workspace = new FakeWorkspace();
    workspace.apiToken = () => Promise.reject(wrong);
    assert.equal(await run(workspace, { consent: ["homelab-cluster"], withoutIdentityCheck: true }), wrong);
    assert.deepEqual(workspace.log, []);
  });

  it("asks nobody when the state has no VM", async () => {
    const workspace = new FakeWorkspace();
    workspace.state = workspace.state.filter(({ type }) => !type.endsWith(":VmLegacy"));
    away = "nobody is there";
    assert.equal(await run(workspace, { consent: ["homelab-cluster"] }), 0);
    assert.deepEqual(looks, []);
  });

  it("writes the engine's events to stderr, one JSON document a line and nothing else, when asked to", async () => {
    await run(new FakeWorkspace(), { consent: ["homelab-cluster"], jsonEvents: true });
    const events = written[1]!.trim().split("\n");
    assert.equal(events.map((line) => JSON.parse(line) as EngineEvent).filter((each) => each.resOutputsEvent).length, 4);
    assert.equal(written[0]!, "ok homelab destroyed: 4 resources deleted\n");
  });

  it("protects again what is left when it stops half way, and says why and what", async () => {
    const workspace = new FakeWorkspace("work-00");
    workspace.state = [workspace.state[2]!, ...workspace.state.filter((_, index) => index !== 2)];
    const failure = await run(workspace, { consent: ["homelab-cluster"] });
    assert.ok(failure instanceof Failure);
    assert.deepEqual([failure.code, failure.exitCode], ["destroy-failed", 1]);
    assert.equal(
      failure.message,
      "not all destroyed: VM work-00: no route to host; bring that Proxmox host back, then run the command once more; 3 resources left (VmLegacy ctrl-00, Stack proxmox-talos-homelab, VmLegacy work-00), 1 of them protected again",
    );
    assert.deepEqual(workspace.log, [
      "backup before destroy",
      "unhook",
      "unprotect ctrl-00 homelab-cluster",
      "destroy",
      "protect ctrl-00",
    ]);
    assert.ok(!written.join("").includes("x.ts"), "no stack trace");
  });

  it("says so when what is left cannot be protected again", async () => {
    const workspace = new FakeWorkspace("work-00");
    workspace.protect = () => Promise.reject(new Error("locked\nby another"));
    const failure = await run(workspace, { consent: ["homelab-cluster"] });
    assert.ok(failure instanceof Failure);
    assert.match(failure.message, /what is left could not be protected again: locked; run pulumi state protect for it$/);
  });

  it("leaves somebody alone who is at work, with consent or not", async () => {
    const workspace = new FakeWorkspace();
    workspace.held = [{ user: "ada", host: "another-machine", pid: 7, since: "2026-11-21T12:00:00Z" }];
    const failure = await run(workspace, { consent: ["homelab-cluster"] });
    assert.ok(failure instanceof Failure);
    assert.match(
      failure.message,
      /^nothing was changed: homelab is locked by ada@another-machine \(pid 7\) since .* run lab cancel homelab$/,
    );
    assert.deepEqual(workspace.log, []);
  });

  it("refuses a state that is empty", async () => {
    const workspace = new FakeWorkspace();
    workspace.state = [];
    const failure = await run(workspace, { consent: ["homelab-cluster"] });
    assert.ok(failure instanceof Failure);
    assert.deepEqual([failure.code, failure.message], ["empty-state", "nothing to destroy: the state of homelab is empty"]);
  });

  it("tells the engine to stop when it is told so itself", async () => {
    const workspace = new FakeWorkspace();
    const listeners = process.listenerCount("SIGTERM");
    workspace.destroy = (_: unknown, signal?: AbortSignal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          reject(new Error("canceled"));
        });
        process.emit("SIGTERM", "SIGTERM");
      });
    const failure = await run(workspace, { consent: ["homelab-cluster"] });
    assert.ok(failure instanceof Failure);
    assert.match(
      failure.message,
      /^not all destroyed: canceled; run the command once more; 4 resources left .* 2 of them protected again/,
    );
    assert.equal(process.listenerCount("SIGTERM"), listeners);
  });

  for (const when of ["backup", "unprotect"] as const) {
    it(`destroys nothing when it is told to stop before the engine is there to be told: ${when}`, async () => {
      const workspace = new FakeWorkspace();
      const before = workspace[when].bind(workspace) as (what: never) => Promise<never>;
      workspace[when] = (what: never) => {
        process.emit("SIGTERM", "SIGTERM");
        return before(what);
      };
      const failure = await run(workspace, { consent: ["homelab-cluster"] });
      assert.ok(failure instanceof Failure);
      assert.match(
        failure.message,
        when === "backup" ? /^stopped: nothing was destroyed$/ : /^not all destroyed: stopped before/,
      );
      assert.equal(workspace.state.length, 4);
      assert.ok(!workspace.log.includes("destroy"));
      assert.deepEqual(
        workspace.state.filter(({ protect }) => protect).map(({ name }) => name),
        ["ctrl-00", "homelab-cluster"],
      );
    });
  }

  const lab = (...args: string[]): Promise<Outcome> => labWith({ PATH: join(PROJECT, "docs") }, "destroy", ...args);

  it("names the missing Pulumi CLI and where it comes from", async () => {
    const { code, stdout, stderr } = await lab("homelab", "--consent", "homelab-cluster");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      /^the Pulumi CLI is not on the PATH: --install-cli installs \d+\.\d+\.\d+ into ~\/\.pulumi\/versions\/[\d.]+ with Pulumi's own installer \(https:\/\/get\.pulumi\.com\), or install it from https:\/\/www\.pulumi\.com\/docs\/install\/; plan and rehearse need none\n$/,
    );
    const { error } = JSON.parse((await lab("homelab", "--json")).stdout) as { error: { code: string } };
    assert.equal(error.code, "missing-tool");
  });

  it("wants a stack to be named, and one of the project", async () => {
    assert.match((await lab()).stderr, /name a stack, or give --all for every stack of the project; got neither/);
    const { code, stderr } = await lab(join(PROJECT, "examples", "my-cluster.yaml"));
    assert.equal(code, 2);
    assert.match(stderr, /my-cluster\.yaml is no stack file of the project, which are: homelab, prod/);
  });
});

describe("the Pulumi CLI", function () {
  this.timeout(30_000);
  const { PATH, PULUMI_BACKEND_URL } = process.env;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-"));
  });
  afterEach(() => {
    process.env["PATH"] = PATH;
    if (PULUMI_BACKEND_URL === undefined) delete process.env["PULUMI_BACKEND_URL"];
    else process.env["PULUMI_BACKEND_URL"] = PULUMI_BACKEND_URL;
    rmSync(folder, { recursive: true });
  });

  /** Puts a CLI on the PATH that notes its arguments and answers from a table. */
  function install(answers: Record<string, string>): () => string[] {
    const log = join(folder, "log");
    const program = `#!${process.execPath}
const args = process.argv.slice(2).join(" ");
require("node:fs").appendFileSync(${JSON.stringify(log)}, args + "\\n");
if (args.startsWith("stack import")) {
  require("node:fs").writeFileSync(${JSON.stringify(join(folder, "imported"))}, require("node:fs").readFileSync(0));
}
const [, answer = ""] = Object.entries(${JSON.stringify(answers)}).find(([start]) => args.startsWith(start)) ?? [];
if (answer.startsWith("SIG")) process.kill(process.pid, answer); else if (answer.startsWith("error: ")) { console.error(answer); process.exitCode = 1; } else console.log(answer);
`;
    writeFileSync(join(folder, "pulumi"), program, { mode: 0o755 });
    process.env["PATH"] = folder;
    return () => readFileSync(log, "utf8").trim().split("\n");
  }
  const good = {
    version: "v3.259.0",
    "stack export": JSON.stringify(exported),
    "stack history": "[]",
    "config --json": JSON.stringify({ "proxmoxve:apiToken": { secret: true } }),
    "config get": "root@pam!lab=x",
  };
  const ignore = (): void => undefined;

  it("is never told a secret, decrypts none for reading, and runs no program that would protect everything again", async () => {
    const log = install(good);
    const workspace = await openWorkspace("homelab", PROJECT);
    assert.deepEqual(await workspace.resources(), stateResources(exported));
    await workspace.unprotect(["urn:a$b::c", "urn:d"]);
    await workspace.protect([]);
    await workspace.destroy(ignore, new AbortController().signal);
    const lines = log();
    for (const line of [
      "stack export --stack homelab --non-interactive",
      "state unprotect urn:a$b::c urn:d --yes --stack homelab --non-interactive",
    ]) {
      assert.ok(lines.includes(line), `${line} is not among\n${lines.join("\n")}`);
    }
    assert.ok(lines.some((line) => /^destroy --yes --skip-preview .*--run-program=false/.test(line)));
    assert.ok(!lines.some((line) => /--show-secrets|^state protect|^stack import/.test(line)));
  });

  it("is asked for nothing that takes a passphrase when the one at hand is another stack's", async () => {
    const log = install(good);
    const before = process.env["PULUMI_CONFIG_PASSPHRASE"];
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "cow";
    for (const name of ["Pulumi.yaml", "Pulumi.homelab.yaml"]) copyFileSync(join(PROJECT, name), join(folder, name));
    const salt = "v1:jw0RNRnNz1E=:v1:PTVVLGdCvlx1GKPm:RFG7jteaV+ODDQ+pH1VlZZPcd6OrLA==";
    appendFileSync(join(folder, "Pulumi.homelab.yaml"), `encryptionsalt: ${salt}\n`);
    try {
      await assert.rejects(openWorkspace("homelab", folder), { code: "wrong-passphrase" });
      assert.ok(!log().some((line) => line.startsWith("stack")), log().join("\n"));
      await openWorkspace("homelab", folder, { secrets: false });
      process.env["PULUMI_CONFIG_PASSPHRASE"] = "horse";
      await openWorkspace("homelab", folder);
    } finally {
      if (before === undefined) delete process.env["PULUMI_CONFIG_PASSPHRASE"];
      else process.env["PULUMI_CONFIG_PASSPHRASE"] = before;
    }
  });

  it("mends what a killed engine left of its files, which are where the backend is", async () => {
    install(good);
    process.env["PULUMI_BACKEND_URL"] = `file://${folder}`;
    const state = join(folder, ".pulumi/stacks/proxmox-talos/homelab.json");
    mkdirSync(dirname(state), { recursive: true });
    writeFileSync(state, "{");
    writeFileSync(`${state}.bak`, "{}");
    assert.equal((await openWorkspace("homelab", PROJECT)).restoredFrom, `${state}.bak`);
    assert.equal(readFileSync(state, "utf8"), "{}");
    assert.equal((await openWorkspace("homelab", PROJECT)).restoredFrom, undefined);
  });

  it("takes the hooks out of the state through its standard input, and nothing else", async () => {
    const log = install(good);
    const workspace = await openWorkspace("homelab", PROJECT);
    await workspace.unhook();
    const text = readFileSync(join(folder, "imported"), "utf8");
    assert.equal(text, withoutHooks(JSON.stringify(exported)));
    assert.ok(!text.includes("resourceHooks"));
    assert.deepEqual(stateResources(JSON.parse(text) as typeof exported), stateResources(exported));
    assert.ok(text.includes("hunter2"), "ciphertext stays");
    assert.deepEqual(log().slice(-2), [
      "stack export --stack homelab --non-interactive",
      "stack import --stack homelab --non-interactive",
    ]);
  });

  it("leaves a state without hooks as it is", async () => {
    const log = install({ ...good, "stack export": withoutHooks(JSON.stringify(exported)) ?? "" });
    await (await openWorkspace("homelab", PROJECT)).unhook();
    assert.ok(!log().some((line) => line.startsWith("stack import")));
  });

  it("reads the stack's API token where it has one", async () => {
    install(good);
    assert.equal(await (await openWorkspace("homelab", PROJECT)).apiToken(), "root@pam!lab=x");
    install({ ...good, "config --json": "{}", "config get": "error: not found" });
    assert.equal(await (await openWorkspace("homelab", PROJECT)).apiToken(), undefined);
  });

  const refusals: [string, Record<string, string>, string, RegExp][] = [
    [
      "is too old",
      { version: "v3.0.0" },
      "missing-tool",
      /^the Pulumi CLI on the PATH will not do: Minimum version .*pulumi\.com\/docs\/install/,
    ],
    [
      "does not know the stack",
      { "stack --stack": "error: no stack named 'homelab' found" },
      "unknown-state",
      /has no stack homelab/,
    ],
    ["cannot open it", { "stack --stack": "error: no passphrase" }, "pulumi-failed", /^pulumi stack: no passphrase$/],
    ["cannot read its state", { "stack export": "error: locked\nmore" }, "pulumi-failed", /^pulumi stack export: locked$/],
    [
      "is no Pulumi that talks",
      { "stack export": "nonsense" },
      "pulumi-failed",
      /^pulumi did not answer with JSON: is the pulumi on/,
    ],
    [
      "cannot reach a database with a password",
      { "stack --stack": 'error: unable to open "postgres://me:hunter2@db/x"' },
      "pulumi-failed",
      /^pulumi stack: unable to open "postgres:\/\/\*{4}@db\/x"$/,
    ],
    [
      "is given another stack's passphrase",
      { destroy: "error: getting stack configuration: get stack secrets manager: incorrect passphrase" },
      "wrong-passphrase",
      /^the passphrase of PULUMI_CONFIG_PASSPHRASE_FILE is wrong for this stack: .* lab state check says what the one at hand fits$/,
    ],
    [
      "may not write to the bucket",
      {
        "stack export":
          'error: write "x": blob (code=PermissionDenied): operation error S3: PutObject, https response error StatusCode: 403, RequestID: A, HostID: B, api error AccessDenied: no',
      },
      "store-refused",
      /^pulumi stack export is refused by the bucket of the state: the credentials may not \(AccessDenied\); give them s3:PutObject in/,
    ],
    [
      "is killed while it reads",
      { "stack export": "SIGTERM" },
      "pulumi-failed",
      /^pulumi stack export: the engine was ended by SIGTERM$/,
    ],
    [
      "is killed",
      { destroy: "SIGKILL" },
      "pulumi-failed",
      /^pulumi: the engine was ended by SIGKILL \(a kill, or this machine has/,
    ],
    ["cannot destroy", { destroy: "error: update failed" }, "pulumi-failed", /^pulumi: .*update failed$/],
  ];
  it("says that the backend's folder is not there, and what makes it", async () => {
    install({ ...good, "stack --stack": "error: unable to open state directory" });
    process.env["PULUMI_BACKEND_URL"] = `file://${join(folder, "nowhere")}`;
    await assert.rejects(openWorkspace("homelab", PROJECT), {
      code: "no-store",
      message: /^file:\/\/\S+\/nowhere \(PULUMI_BACKEND_URL\) is not there; lab state bootstrap homelab makes it where/,
    });
  });

  for (const [when, answers, code, message] of refusals) {
    it(`ends with one line when it ${when}`, async () => {
      install({ ...good, ...answers });
      const all = async (): Promise<void> => {
        const workspace = await openWorkspace("homelab", PROJECT);
        await workspace.resources();
        await workspace.destroy(ignore, new AbortController().signal);
      };
      await assert.rejects(all, (error) => {
        assert.ok(error instanceof Failure);
        assert.match(error.message, message);
        return error.code === code;
      });
    });
  }
});

describe("what the Pulumi CLI says", () => {
  it("becomes one line without codes, colours and stack traces", () => {
    const output =
      "code: -2\n stdout: \n stderr: Command failed: pulumi destroy\nerror: incorrect passphrase\n    at x (y.ts:1:1)\n";
    assert.equal(reason(output), "incorrect passphrase");
    assert.equal(reason(""), "it failed and did not say why");
    const several =
      "error: 2 errors occurred:\n    1) write /x/.pulumi/locks/1.json.1.tmp: no space left on device\n    2) Unknown\n    3) write /x/.pulumi/locks/1.json.1.tmp: no space left on device\n";
    assert.equal(reason(several), "write /x/.pulumi/locks/1.json.1.tmp: no space left on device");
    assert.equal(reason("error: 1 error occurred:\n\t* first: no\n"), "first: no");
    assert.equal(reason("error: 1 error occurred:\n"), "1 error occurred");
  });
});
