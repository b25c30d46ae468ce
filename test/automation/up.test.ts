import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { UpDoors } from "../../automation/commands/up";
import { upWith } from "../../automation/commands/up";
import { checkConsent } from "../../automation/consent";
import { Failure } from "../../automation/failure";
import type { ExportedState, PlannedEntry, StateEntry } from "../../automation/recovery";
import { BOOTSTRAP, VM } from "../../automation/recovery";
import { planned } from "../../automation/stacks";
import type { ClusterNode } from "../../automation/cluster-nodes";
import type { MachineMode } from "../../automation/machine-mode";
import type { Lock } from "../../automation/locks";
import type { EngineRun, Workspace } from "../../automation/workspace";
import { pathsOf, rightsOf } from "../../planner";
import type { Survey } from "../../planner";
import type { ListedVm } from "../../planner/identity";
import { PRIVILEGES } from "../../simulator/proxmox-door/privileges";
import { configOf, planOf, stackFile } from "../stacks";

const ours: ListedVm = { vmId: 103, name: "work-00", host: "pve", status: "running", tags: ["homelab-cluster", "talos"] };
const urn = (type: string, name: string): string => `urn:pulumi:homelab::proxmox-talos::a$b$${type}::${name}`;

const HOMELAB = planned("homelab");

/** What hosts say to a token without any right. */
const RIGHTLESS: Survey = {
  version: "9.1.2",
  caller: { name: "a@pve!b", isToken: true, rights: {} },
  listing: undefined,
  pools: [],
  nodes: [],
};

/** A stack whose engine only notes what it is told. */
class FakeWorkspace {
  public readonly stack = "homelab";
  public readonly log: string[] = [];
  /** Operations that the state was kept before. */
  public readonly saved: string[] = [];
  /** Locks that are held. */
  public held: Lock[] = [];
  public state: ExportedState = { deployment: { resources: [] } };
  /** What the next attempts to change anything fail with. */
  public readonly faults: string[] = [];
  public planned: PlannedEntry[] = [];
  public restoredFrom: string | undefined;
  public events: Partial<EngineEvent>[] = [];
  /** What policies say. */
  public judgements: Partial<EngineEvent>[] = [];

  public locks(): Promise<Lock[]> {
    return Promise.resolve(this.held);
  }

  public backup(operation: string): Promise<undefined> {
    this.saved.push(operation);
    return Promise.resolve(undefined);
  }

  public exported(): Promise<ExportedState> {
    return Promise.resolve(this.state);
  }

  public imported(state: ExportedState): Promise<void> {
    return this.attempt("import", () => (this.state = state));
  }

  public unlock(): Promise<void> {
    this.log.push("unlock");
    return Promise.resolve();
  }

  public refresh(urns: readonly string[]): Promise<void> {
    this.log.push(`refresh ${urns.map((each) => each.split("::").at(-1)).join(" ")}`);
    return Promise.resolve();
  }

  public up({ onEvent, parallel }: EngineRun): Promise<void> {
    assert.equal(parallel, HOMELAB.plan.parallel);
    for (const event of this.events) onEvent(event as EngineEvent);
    return this.attempt("up", () => undefined);
  }

  public preview({ onEvent, policy }: EngineRun): Promise<void> {
    assert.equal(policy, true);
    for (const event of this.judgements) onEvent(event as EngineEvent);
    return this.attempt("policies", () => undefined);
  }

  public creations(): Promise<PlannedEntry[]> {
    this.log.push("preview");
    return Promise.resolve(this.planned);
  }

  public output(name: string): Promise<string | undefined> {
    return Promise.resolve(name === "kubeconfig" ? "KUBECONFIG" : undefined);
  }

  public token = "HIDDEN";

  public resources(): Promise<never[]> {
    return Promise.resolve([]);
  }

  public apiToken(): Promise<string> {
    return Promise.resolve(this.token);
  }

  public login(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  private attempt(what: string, done: () => unknown): Promise<void> {
    this.log.push(what);
    const fault = this.faults.shift();
    if (fault !== undefined) return Promise.reject(new Failure("pulumi-failed", fault, 1));
    done();
    return Promise.resolve();
  }
}

describe("lab up", () => {
  const write = process.stdout.write.bind(process.stdout);
  const writeError = process.stderr.write.bind(process.stderr);
  let workspace: FakeWorkspace;
  let written: string;
  let vms: ListedVm[];
  let probes: string[];
  let modes: Record<string, MachineMode>;
  /** What each look at the nodes finds; the last for ever. */
  let nodes: (readonly ClusterNode[] | Error)[];
  let slept: number;
  /** What the first looks at the Proxmox cluster find. */
  let looks: ListedVm[][];
  /** What happens while it waits. */
  let onSleep: () => unknown;
  /** Why the Proxmox API does not answer. */
  let away: string | undefined;
  /** What the hosts say before anything begins. */
  let found: Survey | undefined;
  beforeEach(() => {
    away = undefined;
    onSleep = () => undefined;
    found = undefined;
    modes = {};
    nodes = [HOMELAB.plan.machines.map(({ name }) => ({ name }))];
    slept = 0;
    looks = [];
    workspace = new FakeWorkspace();
    written = "";
    vms = [];
    probes = [];
  });
  const restore = (): void => {
    process.stdout.write = write;
    process.stderr.write = writeError;
  };
  afterEach(restore);

  async function run(options: object = {}): Promise<Failure | number> {
    process.stdout.write = (text: string | Uint8Array): boolean => {
      written += String(text);
      return true;
    };
    process.stderr.write = () => true;
    const doors: UpDoors = {
      open: () => Promise.resolve(workspace as unknown as Workspace),
      look: () =>
        away === undefined
          ? Promise.resolve({ cluster: null, hosts: [], vms: looks.shift() ?? vms })
          : Promise.reject(new Error(away)),
      ...(found ? { survey: () => Promise.resolve(found as Survey) } : {}),
      etcdRuns: (address) => {
        probes.push(address);
        return Promise.resolve(probes.length > 1);
      },
      machineMode: (address) => Promise.resolve(modes[address] ?? "configured"),
      nodes: (kubeconfig) => {
        assert.equal(kubeconfig, "KUBECONFIG");
        const round = nodes.length > 1 ? nodes.shift() : nodes[0];
        return round instanceof Error ? Promise.reject(round) : Promise.resolve(round ?? []);
      },
      sleep: (milliseconds) => {
        onSleep();
        return Promise.resolve(void (slept += milliseconds));
      },
    };
    try {
      return await upWith(doors, HOMELAB, { color: false, ...options });
    } catch (error) {
      assert.ok(error instanceof Failure);
      return error;
    } finally {
      restore();
    }
  }

  it("begins nothing when the hosts are not as the stack file has them, unless that is meant", async () => {
    workspace.token = "a@pve!b=HIDDEN";
    found = RIGHTLESS;
    const failure = await run();
    assert.ok(failure instanceof Failure);
    assert.equal(failure.code, "preflight-failed");
    assert.match(failure.message, /^nothing was changed: .*\n {2}rights of a@pve!b: none at all/);
    assert.deepEqual([workspace.log, workspace.saved], [[], []]);
    assert.equal(await run({ withoutPreflight: true }), 0);
    assert.ok(workspace.log.includes("up"));
  });

  it("tells what the hosts have less of than the stack file says, and goes on", async () => {
    const { plan } = HOMELAB;
    const every = Object.fromEntries(pathsOf(rightsOf(plan)).map((path) => [path, PRIVILEGES]));
    workspace.token = "a@pve!b=HIDDEN";
    found = {
      version: "8.4.0",
      caller: { name: "a@pve!b", isToken: true, rights: every },
      listing: undefined,
      pools: [],
      nodes: [],
    };
    assert.equal(await run(), 0);
    assert.match(written, /Proxmox VE: 8\.4\.0\n.* this program is made for Proxmox VE 9/);
  });

  it("deploys nothing when it is told to stop before the engine is there to be told", async () => {
    workspace.backup = () => {
      process.emit("SIGTERM", "SIGTERM");
      return Promise.resolve(undefined);
    };
    const failure = await run();
    assert.ok(failure instanceof Failure);
    assert.deepEqual([failure.code, failure.message], ["interrupted", "stopped: nothing was changed"]);
    assert.deepEqual(workspace.log, []);
  });

  it("waits for no VM that is being made once it is told to stop", async () => {
    workspace.state = { deployment: { resources: [{ urn: "urn:stack", type: "pulumi:pulumi:Stack", outputs: { a: 1 } }] } };
    looks = [[{ ...ours, creation: "running" }]];
    const first = looks.shift.bind(looks);
    looks.shift = () => {
      process.emit("SIGTERM", "SIGTERM");
      return first();
    };
    const failure = await run();
    assert.ok(failure instanceof Failure);
    assert.deepEqual([failure.code, workspace.log], ["interrupted", []]);
  });

  it("deploys, and asks nobody anything where nothing was interrupted", async () => {
    workspace.events = [
      { summaryEvent: { maybeCorrupt: false, durationSeconds: 1, resourceChanges: { create: 2, same: 1 }, policyPacks: {} } },
    ];
    assert.equal(await run({ json: true }), 0);
    assert.deepEqual(workspace.log, ["up"]);
    assert.deepEqual(probes, []);
    assert.deepEqual(JSON.parse(written), {
      stack: "homelab",
      result: "succeeded",
      adopted: [],
      restoredFrom: null,
      configuredAgain: [],
      summary: { create: 2, same: 1 },
      nodesReady: 10,
      preflight: [],
    });
  });

  const judged = (enforcementLevel: string): Partial<EngineEvent> =>
    ({
      policyEvent: { policyName: "vm-marks", enforcementLevel, resourceUrn: urn(VM, "work-00"), message: "it has no tag\n" },
    }) as never;

  it("asks policies before anything is changed, and changes nothing that a mandatory one refuses", async () => {
    workspace.judgements = [judged("mandatory")];
    workspace.faults.push("pulumi: preview failed");
    const failure = await run({ json: true, policy: true });
    assert.ok(failure instanceof Failure);
    assert.equal(failure.code, "policy-failed");
    assert.match(failure.message, /^nothing was changed: VM work-00: policy vm-marks: it has no tag; /);
    assert.deepEqual(workspace.log, ["policies"]);
  });

  it("passes on what policies only advise", async () => {
    workspace.events = [judged("advisory")];
    assert.equal(await run({ json: true, policy: true }), 0);
    const { advice } = JSON.parse(written) as { advice: object };
    assert.deepEqual(advice, [{ policy: "vm-marks", urn: urn(VM, "work-00"), message: "it has no tag" }]);
  });

  it("changes nothing where nobody says whose the VMs are", async () => {
    workspace.state = { deployment: { resources: [{ urn: urn(VM, "work-00"), type: VM }] } };
    away = "https://192.168.68.51:8006 answers 404";
    const failure = await run();
    assert.ok(failure instanceof Failure);
    assert.equal(failure.code, "identity-unchecked");
    assert.match(failure.message, /^nothing was changed: identity-unchecked: .* answers 404; /);
  });

  it("says that the passphrase is wrong, and not that the API would not answer, or that a resource failed", async () => {
    const wrong = new Failure("wrong-passphrase", "the passphrase is wrong for this stack; give its own", 1);
    workspace.state = { deployment: { resources: [{ urn: urn(VM, "work-00"), type: VM }] } };
    workspace.apiToken = () => Promise.reject(wrong);
    assert.equal(await run(), wrong);
    workspace.apiToken = () => Promise.resolve("HIDDEN");
    workspace.up = () => Promise.reject(wrong);
    vms = [ours];
    assert.equal(await run(), wrong);
  });

  it("says that the state was put back from the one before", async () => {
    workspace.restoredFrom = "/state/homelab.json.bak";
    assert.equal(await run({}), 0);
    assert.match(written, /^the state file was cut off: \/state\/homelab\.json\.bak is in its place/);
  });

  it("touches nothing where Longhorn would be uninstalled and nobody has consented", async () => {
    const longhorn = (protect: boolean): ExportedState => ({
      deployment: {
        resources: [
          { urn: urn("kubernetes:helm.sh/v3:Release", "cilium"), type: "kubernetes:helm.sh/v3:Release" },
          { urn: urn("kubernetes:helm.sh/v3:Release", "longhorn"), type: "kubernetes:helm.sh/v3:Release", protect },
        ],
      },
    });
    workspace.state = longhorn(true);
    const failure = await run();
    assert.ok(failure instanceof Failure);
    assert.equal(failure.code, "consent-missing");
    assert.equal(
      failure.message,
      "nothing was changed: the stack runs Longhorn, addons.longhorn is not in its file any more, and uninstalling Longhorn deletes all of its volumes; to consent, put it back with allowUninstall: true, run lab up, and only then take it out",
    );
    assert.equal(workspace.log.length, 0);
    // Where the file still has it, nothing of the kind is asked for.
    const kept = stackFile({ more: "  proxmox-talos:addons: { longhorn: {} }\n" });
    checkConsent(longhorn(true).deployment.resources ?? [], { config: configOf(kept), plan: planOf(kept) });
    workspace.state = longhorn(false);
    assert.equal(await run(), 0);
    assert.equal(workspace.log.at(-1), "up");
  });

  it("takes over what is there first, waits for etcd where a bootstrap is in doubt, and says what it did", async () => {
    vms = [ours];
    workspace.state = {
      deployment: {
        resources: [],
        pending_operations: [
          { type: "creating", resource: { urn: urn(VM, "work-00"), type: VM, inputs: { vmId: 103, name: "work-00" } } },
          {
            type: "creating",
            resource: { urn: urn(BOOTSTRAP, "homelab-cluster"), type: BOOTSTRAP, inputs: { node: "192.168.68.100" } },
          },
          {
            type: "creating",
            resource: { urn: urn("talos:x:ConfigurationApply", "work-01"), type: "talos:x:ConfigurationApply" },
          },
        ],
      },
    };
    assert.equal(await run(), 0);
    assert.deepEqual(workspace.log, ["import", "refresh work-00", "preview", "up"]);
    assert.deepEqual(probes, ["192.168.68.100", "192.168.68.100"]);
    assert.deepEqual(
      workspace.state.deployment.resources?.map(({ id }) => id),
      ["103", "machine_bootstrap"],
    );
    assert.equal(workspace.state.deployment.pending_operations, undefined);
    assert.match(
      written,
      /an update was interrupted or failed half way:\n {2}taken over: .*VmLegacy work-00, .*Bootstrap homelab-cluster\n/,
    );
    assert.match(written, /done again: talos:x:ConfigurationApply work-01\n/);
  });

  it("takes over what a failed update left, though nothing is pending", async () => {
    vms = [ours];
    const provider = urn("pulumi:providers:proxmoxve", "homelab-cluster");
    workspace.state = {
      deployment: {
        resources: [
          { urn: "urn:stack", type: "pulumi:pulumi:Stack" },
          { urn: provider, type: "pulumi:providers:proxmoxve" },
        ],
      },
    };
    const entry = { urn: urn(VM, "work-00"), type: VM, inputs: { vmId: 103, name: "work-00" }, provider: `${provider}::some-id` };
    workspace.planned = [entry, { ...entry, urn: urn(VM, "work-01"), inputs: { vmId: 104, name: "work-01" } }];
    assert.equal(await run({ json: true }), 0);
    assert.deepEqual(workspace.log, ["preview", "import", "refresh work-00", "up"]);
    assert.deepEqual((JSON.parse(written) as { adopted: string[] }).adopted, [entry.urn]);
  });

  it("looks no further where the last update was finished, and where it was but for a VM", async () => {
    const stack = { urn: "urn:stack", type: "pulumi:pulumi:Stack", outputs: { endpoint: "https://x" } };
    vms = [ours];
    workspace.state = { deployment: { resources: [stack, { urn: urn(VM, "work-00"), type: VM, inputs: { vmId: 103 } }] } };
    await run({ json: true });
    assert.deepEqual(workspace.log, ["up"]);
    workspace = new FakeWorkspace();
    workspace.state = { deployment: { resources: [stack] } };
    await run({ json: true });
    assert.deepEqual(workspace.log, ["preview", "up"]);
  });

  it("has the provider look at what was made only in part", async () => {
    const resource = { urn: urn(VM, "work-00"), type: VM, inputs: { vmId: 103 }, initErrors: ["disk not grown"] };
    workspace.state = {
      deployment: { resources: [{ urn: "urn:stack", type: "pulumi:pulumi:Stack", outputs: { a: 1 } }, resource] },
    };
    await run({ json: true });
    assert.deepEqual(workspace.log, ["refresh work-00", "up"]);
  });

  it("takes away the lock of an engine that is dead, and of no other", async () => {
    const { pid } = spawnSync("true");
    const now = new Date().toISOString();
    const locked = (host: string, owner: number): string =>
      `pulumi: the stack is currently locked (created by root@${host} (pid ${owner}) at ${now})`;
    workspace.faults.push(locked(hostname(), pid));
    assert.equal(await run(), 0);
    assert.deepEqual(workspace.log, ["up", "unlock", "up"]);
    assert.deepEqual(workspace.saved, ["up"]);
    const others = [locked(hostname(), process.pid), locked("another-machine", pid)];
    for (const fault of [...others, "pulumi: no route to host"]) {
      workspace = new FakeWorkspace();
      workspace.faults.push(fault);
      const failure = await run();
      assert.ok(failure instanceof Failure);
      assert.equal(failure.code, others.includes(fault) ? "locked" : "update-failed");
      assert.deepEqual(workspace.log, ["up"]);
    }
  });

  it("leaves somebody alone who is at work, and says who, since when and what to do", async () => {
    // What hosts say of half an update is nobody's fault.
    found = RIGHTLESS;
    workspace.token = "a@pve!b=HIDDEN";
    const lock = { user: "ada", host: "another-machine", pid: 7, since: "2026-11-21T12:00:00Z" };
    workspace.held = [lock];
    const failure = await run();
    assert.ok(failure instanceof Failure);
    assert.equal(failure.code, "locked");
    assert.equal(
      failure.message,
      "nothing was changed: homelab is locked by ada@another-machine (pid 7) since 2026-11-21T12:00:00Z, on another machine; wait until it has ended, or, when you know that it has, run lab cancel homelab",
    );
    assert.deepEqual([workspace.log, workspace.saved], [[], []]);
    // One that is left by an engine of this machine is taken away when it is in the way.
    found = undefined;
    workspace.held = [{ ...lock, host: hostname(), pid: spawnSync("true").pid }];
    assert.equal(await run(), 0);
  });

  it("gives machines their configuration again that wait for one, and replaces nothing for it", async () => {
    const type = "talos:machine/configurationApply:ConfigurationApply";
    const apply = (name: string, node: string): StateEntry => {
      return { urn: urn(type, name), type, inputs: { node, configPatches: ["a: 1"] }, outputs: { configPatches: ["a: 1"] } };
    };
    const stack = { urn: "urn:stack", type: "pulumi:pulumi:Stack", outputs: { endpoint: "https://x" } };
    const [ctrl, work] = [apply("ctrl-00", "192.168.68.100"), apply("work-00", "192.168.68.103")];
    workspace.state = { deployment: { resources: [stack, ctrl, work] } };
    modes["192.168.68.103"] = "maintenance";
    assert.equal(await run(), 0);
    assert.deepEqual(workspace.log, ["import", "up"]);
    assert.deepEqual(workspace.state.deployment.resources, [
      stack,
      ctrl,
      { ...work, inputs: { node: "192.168.68.103", configPatches: [] }, outputs: { configPatches: [] } },
    ]);
    assert.match(written, /^in maintenance mode, and configured again: work-00\n/);
  });

  it("waits while one of its VMs is being made, which has no name until then", async () => {
    workspace.state = { deployment: { resources: [{ urn: "urn:stack", type: "pulumi:pulumi:Stack", outputs: { a: 1 } }] } };
    const making: ListedVm = { ...ours, name: "VM 103", tags: [], creation: "running" };
    const stranger: ListedVm = { ...making, vmId: 4711 };
    looks.push([making, stranger], [making, stranger], [stranger]);
    assert.equal(await run(), 0);
    assert.deepEqual([looks.length, slept], [0, 4000]);
  });

  it("takes over a bootstrap that failed when it had happened, with the credentials that machines were configured with", async () => {
    const talos = urn("pulumi:providers:talos", "default");
    const type = "talos:machine/configurationApply:ConfigurationApply";
    const credentials = { ciphertext: "v1:x" };
    workspace.state = {
      deployment: {
        resources: [
          { urn: talos, type: "pulumi:providers:talos" },
          { urn: urn(type, "ctrl-00"), type, inputs: { node: "192.168.68.100", clientConfiguration: credentials } },
        ],
      },
    };
    const inputs = { node: "192.168.68.100", clientConfiguration: "[secret]" };
    workspace.planned = [{ urn: urn(BOOTSTRAP, "homelab-cluster"), type: BOOTSTRAP, inputs, provider: `${talos}::some-id` }];
    probes = ["before"];
    assert.equal(await run(), 0);
    const bootstrap = workspace.state.deployment.resources?.at(-1);
    assert.deepEqual([bootstrap?.id, bootstrap?.inputs], ["machine_bootstrap", { ...inputs, clientConfiguration: credentials }]);
  });

  describe("in the end waits until every machine is a ready node", () => {
    const all = HOMELAB.plan.machines.map(({ name }) => ({ name }));
    const rest = all.slice(0, -1);
    const [last] = HOMELAB.plan.machines.slice(-1);

    it("also while nobody can say what nodes there are", async () => {
      nodes = [new Error("does not answer"), [], rest, [...rest, { name: "work-06", unready: "no network" }], all];
      assert.equal(await run({ json: true }), 0);
      assert.equal(slept, 8000);
    });

    for (const [what, found, mode, message] of [
      ["does not answer", rest, "away", /work-06 \(192\.168\.68\.109\): it does not answer: look at its console/],
      ["never joined", rest, "configured", /work-06 \(\S+\): it has its configuration, but never joined: look at talosctl dmesg/],
      [
        "is not ready",
        [...rest, { name: "work-06", unready: "no network" }],
        "configured",
        /work-06 \(\S+\): its node says no network$/,
      ],
    ] as const) {
      it(`and says of one that it ${what}`, async () => {
        nodes = [found];
        modes[last?.address ?? ""] = mode;
        const failure = await run();
        assert.ok(failure instanceof Failure);
        assert.equal(failure.code, "nodes-not-ready");
        assert.match(failure.message, /^all of it is deployed, but of 10 machines, 1 never became ready: /);
        assert.match(failure.message, message);
        assert.equal(slept, 600_000);
      });
    }

    it("and no longer than it takes to see that one waits for a configuration", async () => {
      nodes = [rest];
      modes[last?.address ?? ""] = "maintenance";
      const failure = await run();
      assert.ok(failure instanceof Failure);
      assert.match(failure.message, /work-06 \(\S+\): it waits in maintenance mode: run the command once more/);
      assert.equal(slept, 60_000);
    });

    it("and not once it is told to stop, which loses nothing", async () => {
      nodes = [rest];
      onSleep = () => process.emit("SIGTERM", "SIGTERM");
      const failure = await run();
      assert.ok(failure instanceof Failure);
      assert.equal(failure.code, "interrupted");
      assert.match(failure.message, /all of it is deployed; whether every machine becomes a ready node was not waited for/);
      assert.equal(slept, 2000);
    });

    it("and says so when nobody ever knows what nodes there are", async () => {
      nodes = [new Error("https://192.168.68.100:6443 does not answer (ECONNREFUSED)")];
      const failure = await run();
      assert.ok(failure instanceof Failure);
      assert.match(failure.message, /but the cluster's nodes cannot be known: https:\S+ does not answer \(ECONNREFUSED\)$/);
    });
  });

  it("ends with what is wrong, not with that something is", async () => {
    const message = "<{%reset%}>VM 103 cannot become work-00: the id belongs to nas<{%reset%}>\n    at x (/y.ts:1:1)\n";
    workspace.events = [
      { diagnosticEvent: { message: "update failed\n", color: "never", severity: "error" } },
      { diagnosticEvent: { message, color: "never", severity: "error" } },
    ];
    workspace.faults.push("pulumi: update failed");
    const failure = await run();
    assert.ok(failure instanceof Failure);
    assert.equal(
      failure.message,
      "not all of it is up: VM 103 cannot become work-00: the id belongs to nas; mend it, then run the command once more",
    );
  });
});
