import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import type { PreflightCommandDoors } from "../../automation/commands/preflight";
import { preflightTask } from "../../automation/commands/preflight";
import { previewTask } from "../../automation/commands/preview";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { Failure } from "../../automation/failure";
import { runTask } from "../../automation/operations/tasks";
import type { Task } from "../../automation/operations/tasks";
import type { Preflight } from "../../automation/preflight/preflight";
import { preflight } from "../../automation/preflight/preflight";
import { survey } from "../../automation/preflight/survey";
import { madeOf } from "../../automation/preflight/made";
import { machinesOf } from "../../automation/render/destruction";
import { knownStacks, planned } from "../../automation/stacks";
import type { PlannedStack } from "../../automation/stacks";
import type { StateResource } from "../../automation/workspace";
import { rightsOf, vmsOf } from "../../planner";
import { Datacenter } from "../../simulator/datacenter/datacenter";
import type { Credentials } from "../../simulator/proxmox-door/access";
import { ProxmoxDoor } from "../../simulator/proxmox-door/door";
import { LiveTime } from "../../simulator/wire/live-time";
import { record } from "../../simulator/run/recorded";
import { captured } from "../captured";
import { inlineProgram } from "../inline-program";
import { readDocument } from "../docs/markdown";
import { aclOf } from "../docs/pveum";
import { neededSecrets } from "../../config/secrets";
import { PROJECT } from "../stacks";

const TOKEN = "pulumi@pve!stack=hidden-secret";
const ACL = aclOf(readDocument("README.md"), "pulumi@pve");
const HOMELAB = planned("homelab");
const pem = (name: string): string => readFileSync(join(PROJECT, "test", "components", "fixtures", name), "utf8");

describe("lab preflight", function () {
  this.timeout(20_000);
  let server: Server;
  let time: LiveTime;
  let door: Pick<ProxmoxDoor, "handle" | "calls">;
  let endpoint: string;
  let before_: NodeJS.ProcessEnv;

  before(async () => {
    server = createServer({ key: pem("key.pem"), cert: pem("cert.pem") }, (request, response) => {
      door.handle(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    before_ = { ...process.env };
    for (const name of ["API_TOKEN", "USERNAME", "PASSWORD"]) Reflect.deleteProperty(process.env, `PROXMOX_VE_${name}`);
    open({ apiToken: TOKEN, acl: ACL });
  });
  afterEach(() => {
    time.stop();
    process.env = before_;
  });

  /** The datacenter of the stack file behind its API. */
  function open(credentials: Credentials, spec = datacenterSpec(HOMELAB.config)): void {
    const dc = new Datacenter(spec);
    time = new LiveTime(dc.clock, 1000);
    door = new ProxmoxDoor(dc, time, credentials);
  }

  const workspace = (apiToken: string | undefined = TOKEN): Awaited<ReturnType<PreflightCommandDoors["open"]>> => ({
    apiToken: () => Promise.resolve(apiToken),
    login: () => Promise.resolve(undefined),
    resources: () => Promise.resolve([]),
  });

  const stack = (at = endpoint): typeof HOMELAB => {
    const { config } = HOMELAB;
    assert.ok(config.proxmox);
    return { ...HOMELAB, config: { ...config, proxmox: { ...config.proxmox, endpoint: at, insecure: true } } };
  };

  const asked = (token?: string, at?: string): Promise<Preflight> => preflight({ survey }, workspace(token), stack(at));
  const bad = ({ checks }: Preflight): string[] =>
    checks.flatMap(({ state, name, found }) => (state === "ok" ? [] : `${state} ${name}: ${found}`));

  it("holds a stack to its hosts through the API with the README's rights, and changes nothing there", async () => {
    const found = await asked();
    assert.deepEqual(bad(found), []);
    assert.equal(found.failure, undefined);
    assert.deepEqual(
      found.checks.map(({ name }) => name),
      ["Proxmox VE", "rights of pulumi@pve!stack", "host pve", "host pve-02", "VM ids"],
    );
    assert.deepEqual(
      door.calls.filter(({ method, status }) => method !== "GET" || status !== 200),
      [],
    );
  });

  it("finds a host that is another than the stack file says", async () => {
    const spec = datacenterSpec(HOMELAB.config);
    open(
      { apiToken: TOKEN },
      { ...spec, hosts: spec.hosts.map((host) => ({ ...host, memoryMiB: 16 * 1024, bridges: ["vmbr1"] })) },
    );
    const found = await asked();
    assert.match(bad(found)[0] ?? "", /^fail host pve: 16 GiB, the stack file says 48 GiB; VMs get/);
    assert.match(bad(found)[1] ?? "", /^fail host pve: no bridge vmbr0/);
    assert.equal(found.failure?.code, "preflight-failed");
    assert.match(
      found.failure.message,
      /^nothing was changed: .*Pulumi\.homelab\.yaml.*:\n {2}host pve: 16 GiB.*\n {2}host pve: no bridge/,
    );
    assert.match(found.failure.message, /npx lab up homelab --without-preflight goes on$/);
  });

  it("judges rights also where the members of the Proxmox cluster may not be known", async () => {
    const acl = Object.fromEntries(Object.entries(ACL).map(([path, all]) => [path, all.filter((each) => each !== "Sys.Audit")]));
    open({ apiToken: TOKEN, acl });
    const found = await asked();
    assert.deepEqual(bad(found), ["fail rights on /: no Sys.Audit (the members of the Proxmox cluster are not known)"]);
  });

  it("tells credentials that are missing, malformed and unknown apart, and an API that does not answer", async () => {
    const nobody: Preflight = await preflight(
      { survey },
      { ...workspace(), apiToken: () => Promise.resolve(undefined) },
      stack(),
    );
    const rows: [Preflight, string, RegExp][] = [
      [
        nobody,
        "no-proxmox-credentials",
        /^nothing was changed: neither an API token .*npx lab pulumi homelab -- config set --secret/,
      ],
      [await asked("hidden-secret"), "wrong-proxmox-credentials", /the API token is none: user@realm!id=secret/],
      [await asked("pulumi@pve!stack=hidden-other"), "wrong-proxmox-credentials", /refuses to tell \(401/],
      [await asked(TOKEN, "https://127.0.0.1:9"), "proxmox-unreachable", /does not answer \(ECONNREFUSED\)/],
    ];
    for (const [{ failure, checks }, code, message] of rows) {
      assert.equal(failure?.code, code);
      assert.match(failure.message, message);
      assert.doesNotMatch(failure.message, /hidden/);
      assert.deepEqual(
        checks.map(({ name, state }) => [name, state]),
        [["Proxmox API", "fail"]],
      );
    }
  });

  it("asks again where a host is busy for a moment, and not where it was refused", async () => {
    let refused = 0;
    const { handle, calls } = door;
    const busy = (times: number, status: number): void => {
      refused = 0;
      door = {
        calls,
        handle: (request, response) => {
          if (refused++ >= times) handle(request, response);
          else response.writeHead(status, "not now").end();
        },
      };
    };
    busy(2, 503);
    assert.equal((await asked()).failure, undefined);
    busy(1, 401);
    assert.equal((await asked()).failure?.code, "wrong-proxmox-credentials");
    assert.equal(refused, 1);
  });

  /** Some calls answered otherwise: undefined leaves one to the datacenter. */
  function answering(other: (path: string) => { readonly status?: number; readonly data?: unknown } | undefined): string[] {
    const { handle, calls } = door;
    const asked_: string[] = [];
    door = {
      calls,
      handle: (request, response) => {
        const path = (request.url ?? "").replace("/api2/json", "");
        const instead = other(path);
        asked_.push(path);
        if (!instead) handle(request, response);
        else response.writeHead(instead.status ?? 200).end(JSON.stringify({ data: instead.data ?? null }));
      },
    };
    return asked_;
  }

  it("goes on where one host does not answer for itself, and says which", async () => {
    answering((path) => (path.startsWith("/nodes/pve-02/") ? { status: 595 } : undefined));
    const found = await asked();
    assert.deepEqual(bad(found), [
      `fail host pve-02: online, but what it has is not known: ${endpoint} refuses to tell (595 unknown)`,
    ]);
    assert.equal(found.failure?.code, "preflight-failed");
  });

  it("reads numbers that Perl has made texts of, and nothing where something is missing", async () => {
    answering((path) => {
      if (path === "/nodes")
        return {
          data: [
            { node: "pve", maxcpu: "64", maxmem: "17179869184" },
            { node: "pve-02", maxmem: null },
          ],
        };
      if (path !== "/nodes/pve/storage") return undefined;
      const local = { storage: "local", type: "dir", content: "import,iso", active: "1", enabled: "1", total: "", avail: null };
      const none = { storage: "tank", type: "dir", content: "none", active: 1, enabled: 1, shared: null };
      const nas = { storage: "nas", type: "nfs", content: "images", active: "0", enabled: "1", total: "0", used: "0" };
      const lvm = { storage: "local-lvm", type: "lvmthin", content: "images", active: "1", enabled: "1", total: "1099511627776" };
      return { data: [local, none, nas, { ...lvm, avail: "10737418240.5" }] };
    });
    const lines = bad(await asked());
    assert.match(lines.join("\n"), /^fail host pve: 16 GiB, the stack file says 48 GiB/m);
    assert.match(lines.join("\n"), /^warn storage local-lvm of pve: 10 GiB free, disks of new VMs may grow to \d+$/m);
    assert.doesNotMatch(lines.join("\n"), /pve-02/);
  });

  it("wants VM.Audit to reach the VMs: given on /vms alone it shows none of them", async () => {
    const data = (below: number): object => ({ "/vms": { "VM.Audit": below } });
    answering((path) => (path.endsWith("path=%2Fvms") ? { data: data(0) } : undefined));
    assert.deepEqual(bad(await asked()), [
      "fail rights on /vms: no VM.Audit (VMs of others are not seen, and their ids would be taken for free)",
    ]);
    answering((path) => (path.endsWith("path=%2Fvms") ? { data: data(1) } : undefined));
    assert.deepEqual(bad(await asked()), []);
  });

  it("looks whether images are there that the state does not have", async () => {
    const [image] = HOMELAB.plan.images;
    assert.ok(image);
    const path = `/nodes/${image.host}/storage/${image.datastore}/content?content=import`;
    const volid = `${image.datastore}:import/${image.fileName}`;
    answering((each) => (each === path ? { data: [{ volid }] } : undefined));
    assert.deepEqual(bad(await asked()), [
      `fail storage ${image.datastore} of ${image.host}: has ${image.fileName} already, and Proxmox does not write over it`,
    ]);
  });

  it("says of a page that is no API's that it is none", async () => {
    const { calls } = door;
    const page = "<html>proxy</html>";
    door = { calls, handle: (_request, response) => void response.writeHead(200, { "content-type": "text/html" }).end(page) };
    const { failure } = await asked();
    assert.equal(failure?.code, "proxmox-unreachable");
    assert.match(failure.message, /does not answer as the Proxmox API does \(version\)/);
  });

  it("gives up at once when it is told to stop", async () => {
    const stop = new AbortController();
    const { calls } = door;
    // Nobody answers.
    door = {
      calls,
      handle: () =>
        void setTimeout(() => {
          stop.abort();
        }, 50),
    };
    const startedAt = performance.now();
    await preflight({ survey }, workspace(), stack(), stop.signal);
    assert.ok(performance.now() - startedAt < 2000);
  });

  it("says of a user with a second factor that it takes a token", async () => {
    const login = { username: "root@pam", password: "hidden-password" };
    answering((path) => (path === "/access/ticket" ? { data: { ticket: "PVE:!tfa!hidden", NeedTFA: 1 } } : undefined));
    const { failure } = await preflight(
      { survey },
      { ...workspace(), apiToken: () => Promise.resolve(undefined), login: () => Promise.resolve(login) },
      stack(),
    );
    assert.equal(failure?.code, "wrong-proxmox-credentials");
    assert.match(
      failure.message,
      /asks root@pam for a second factor.*; a token needs none: npx lab pulumi homelab -- config set --secret/,
    );
    assert.doesNotMatch(failure.message, /hidden/);
  });

  it("takes the token of a directory's user, whose name may be an address of mail", async () => {
    const token = "ada@example.org@ad!lab.2=hidden-secret";
    open({ apiToken: token, acl: ACL });
    const { checks, failure } = await asked(token);
    assert.equal(failure, undefined);
    assert.ok(checks.some(({ name }) => name === "rights of ada@example.org@ad!lab.2"));
  });

  it("knows every VM and image that the program declares as made, so that an update of nothing needs no right", async () => {
    for (const name of [...knownStacks(), "examples/haproxy.yaml", "examples/dual-stack.yaml"]) {
      const own = planned(name);
      if (!own.plan.proxmox) continue;
      const resources = await declared(own);
      const made = madeOf(own.plan, resources);
      const ids = vmsOf(own.plan).flatMap(({ vmId }) => vmId ?? []);
      assert.ok(made.isBegun && made.hasPool, name);
      assert.deepEqual([...made.settled].sort(), ids.sort(), name);
      assert.deepEqual(
        rightsOf(own.plan, made).flatMap(({ isForLater, anyOf }) => (isForLater === true ? [] : anyOf)),
        ["Sys.Audit", "VM.Audit"],
        name,
      );
      // One that is to have another size is to be changed.
      const [vm] = machinesOf(resources);
      assert.ok(vm);
      const other = resources.map((each) => (each === vm ? { ...vm, inputs: { ...vm.inputs, memory: { dedicated: 1 } } } : each));
      assert.equal(madeOf(own.plan, other).settled.size, ids.length - 1);
    }
  });

  /** What the program asks the engine for, as a state has it. */
  async function declared({ stack: name, text, config }: PlannedStack): Promise<StateResource[]> {
    const options = {
      stack: name,
      stackText: text,
      projectDir: PROJECT,
      program: inlineProgram(),
      secrets: neededSecrets(config),
    };
    const { registrations } = await record(options);
    return registrations.map(({ urn, type, name: label, protect, opened }) => ({
      urn,
      type,
      name: label,
      protect,
      inputs: opened,
    }));
  }

  it("asks nothing for a stack without VMs", async () => {
    const { proxmox, ...config } = HOMELAB.config;
    assert.ok(proxmox);
    const found = await preflight({ survey }, workspace(), { ...HOMELAB, config: config });
    assert.deepEqual(found, { checks: [], failure: undefined });
    assert.deepEqual(door.calls, []);
  });

  describe("as a command", () => {
    const doors = (more: Partial<PreflightCommandDoors> = {}): PreflightCommandDoors => ({
      open: () => Promise.resolve(workspace()),
      survey: (access, ...rest) => survey({ ...access, endpoint, insecure: true }, ...rest),
      ...more,
    });
    async function run(task: Task, json = false): Promise<{ code: number | Failure; text: string }> {
      const options = { color: false, ascii: true, json };
      const { result, stdout } = await captured(async () => runTask(task, options).catch((error: unknown) => error as Failure));
      return { code: result, text: stdout };
    }

    it("prints what it found, and ends with 1 when an update should not begin", async () => {
      const { code, text } = await run(preflightTask(doors(), "homelab", { color: false, ascii: true }));
      assert.equal(code, 0);
      assert.match(text, /rights of pulumi@pve!stack: \d+ of \d+/);
      assert.match(text, /homelab: the hosts are as the stack file has them\n$/);

      open({ apiToken: TOKEN, acl: { "/": ["Sys.Audit"] } });
      const refused = await run(preflightTask(doors(), "homelab", { color: false, ascii: true }));
      assert.equal(refused.code, 1);
      assert.match(refused.text, /^x rights on \/vms\/100: no VM\.Allocate, VM\.Config\.CPU,/m);
      assert.match(refused.text, /homelab: \d+ checks failed, lab up would not begin\n$/);
      const { checks, code: why } = JSON.parse((await run(preflightTask(doors(), "homelab", { color: false }), true)).text) as {
        checks: { state: string }[];
        code: string;
      };
      assert.equal(why, "preflight-failed");
      assert.ok(checks.some(({ state }) => state === "fail"));
    });

    it("does with the environment's token before there is a state or a CLI, and says what is missing without one", async () => {
      const early = doors({ open: () => Promise.reject(new Failure("unknown-state", "never deployed", 1)) });
      const without = await run(preflightTask(early, "homelab", { color: false }));
      assert.equal((without.code as Failure).code, "unknown-state");
      process.env["PROXMOX_VE_API_TOKEN"] = TOKEN;
      assert.equal((await run(preflightTask(early, "homelab", { color: false, ascii: true }))).code, 0);
      const other = doors({ open: () => Promise.reject(new Failure("cut-off-state", "half", 1)) });
      assert.equal(((await run(preflightTask(other, "homelab", { color: false }))).code as Failure).code, "cut-off-state");
    });

    it("is part of a preview, which it does not stop", async () => {
      const previewed = (): Task => {
        const { survey: asking } = doors();
        const open_ = { ...workspace(), preview: () => Promise.resolve() };
        return previewTask({ open: () => Promise.resolve(open_), survey: asking }, "homelab", { color: false, ascii: true });
      };
      const well = await run(previewed());
      assert.equal(well.code, 0);
      assert.doesNotMatch(well.text, /rights|would not begin/);

      open({ apiToken: "pulumi@pve!other=x" });
      const { code, text } = await run(previewed());
      assert.equal(code, 0);
      assert.match(text, /Proxmox API: .*\(401/);
      assert.match(text, /lab up with these credentials would not begin: wrong-proxmox-credentials/);
      assert.match(text, /homelab: nothing would change\n$/);
    });
  });
});
