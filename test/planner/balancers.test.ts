import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get } from "node:https";
import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";
import { parse } from "yaml";
import type { Plan } from "../../planner";
import { haproxyConfig } from "../../planner/balancers/haproxy-config";
import { keepalivedConfig } from "../../planner/balancers/keepalived-config";
import { freePorts } from "../../simulator/kubernetes-door/free-ports";
import { newAuthority } from "../../simulator/wire/certificates";
import { PROJECT, configOf, hosts, planOf, stackFile } from "../stacks";
import { planJson } from "../../planner/plan-json";
import { planStack } from "../../planner";

const EXAMPLE = readFileSync(join(PROJECT, "examples/haproxy.yaml"), "utf8");
const GOLDEN = join(__dirname, "haproxy");

/** `UPDATE_GOLDEN=1` writes the files instead of comparing them: read each before it is committed. */
const UPDATE = process.env["UPDATE_GOLDEN"] === "1";

const pool = (count: number): string => `{ count: ${count}, cores: 2, memoryGiB: 4, diskGiB: 20, hosts: [pve-1, pve-2, pve-3] }`;

/** Three hosts, three control planes and balancers as asked for. */
function stack(haproxy: string, more: Parameters<typeof stackFile>[0] = {}): string {
  const workers = `{ main: ${pool(2)} }`;
  return stackFile({ hosts: hosts(3), controlPlane: pool(3), workers, endpoint: `{ haproxy: { ${haproxy} } }`, ...more });
}

function balancersOf(text: string): NonNullable<Plan["balancers"]>["machines"] {
  const { balancers } = planOf(text);
  assert.ok(balancers);
  return balancers.machines;
}

const identities = (text: string): string[] =>
  balancersOf(text).map(({ name, vmId, address, host, memoryMiB }) => `${name} ${vmId} ${address} ${host} ${memoryMiB}`);

describe("balancers", () => {
  it("are two by default, with the last ids and addresses, on hosts in turn", () => {
    assert.deepEqual(identities(stack("vip: 192.168.1.99")), [
      "lb-00 807 192.168.1.107 pve-1 1024",
      "lb-01 808 192.168.1.108 pve-2 1024",
    ]);
  });

  it("leave the others where they are when there is one more", () => {
    const [two, three] = [stack("vip: 192.168.1.99"), stack("vip: 192.168.1.99, count: 3")];
    assert.deepEqual(identities(three).slice(0, 2), identities(two));
    assert.deepEqual(
      planOf(three).machines.map(({ name, vmId }) => [name, vmId]),
      planOf(two).machines.map(({ name, vmId }) => [name, vmId]),
    );
  });

  it("have what they declare, and pools have the rest", () => {
    const text = stack(
      "vip: 192.168.1.99, ids: 803-804, addresses: 192.168.1.103-192.168.1.104, names: edge-1..2, hosts: [pve-3, pve-1]",
    );
    assert.deepEqual(identities(text), ["edge-1 803 192.168.1.103 pve-3 1024", "edge-2 804 192.168.1.104 pve-1 1024"]);
    assert.deepEqual(
      planOf(text)
        .machines.slice(3)
        .map(({ name, vmId, address }) => `${name} ${vmId} ${address}`),
      ["work-00 805 192.168.1.105", "work-01 806 192.168.1.106"],
    );
  });

  it("are put on hosts that do not fail together", () => {
    const domains = ["east", "east", "west"];
    const all = hosts(3).replaceAll(
      /reservedMemoryGiB: 4/g,
      () => `reservedMemoryGiB: 4, failureDomain: ${domains.shift() ?? ""}`,
    );
    assert.deepEqual(
      balancersOf(stack("vip: 192.168.1.99", { hosts: all })).map(({ host }) => host),
      ["pve-1", "pve-3"],
    );
  });

  it("take room on their hosts, are counted among ids and addresses, and are guests in the plan's document", () => {
    const [without, plan] = [
      planOf(stackFile({ hosts: hosts(3), controlPlane: pool(3), endpoint: "{ vip: 192.168.1.99 }" })),
      planOf(stack("vip: 192.168.1.99", { workers: "{ main: { count: 1, cores: 2, memoryGiB: 4, diskGiB: 20 } }" })),
    ];
    const taken = ({ hosts: all }: Plan): number[][] =>
      all.map(({ allocatedMemoryMiB, vcpus, datastores }) => [allocatedMemoryMiB, vcpus, datastores[0]?.allocatedGiB ?? 0]);
    const [before, after] = [taken(without), taken(plan)];
    assert.deepEqual(
      after.map((figures, host) => figures.map((figure, index) => figure - (before[host]?.[index] ?? 0))),
      [
        [1024, 1, 8],
        [1024, 1, 8],
        [0, 0, 0],
      ],
    );
    assert.equal(without.ranges.freeIds - plan.ranges.freeIds, 2);
    const { machines } = planJson(plan) as { machines: { name: string; role: string; pool: string }[] };
    assert.deepEqual(
      machines.filter(({ role }) => role === "guest").map(({ name, pool: of }) => [name, of]),
      [
        ["lb-00", "balancers"],
        ["lb-01", "balancers"],
      ],
    );
  });

  it("are the endpoint, and its certificate is for their address", () => {
    const { endpoint, kubernetes } = planOf(stack("vip: 192.168.1.99"));
    assert.deepEqual(
      [endpoint.url, endpoint.kind, kubernetes.certSans],
      ["https://192.168.1.99:6443", "haproxy", ["192.168.1.99"]],
    );
  });

  it("are told of another control plane by another seed, of another worker by none", () => {
    const seeds = (text: string): string[] => balancersOf(text).map(({ seed }) => seed.fileName);
    const base = stack("vip: 192.168.1.99", { controlPlane: pool(1) });
    assert.deepEqual(seeds(stack("vip: 192.168.1.99", { controlPlane: pool(1), workers: `{ main: ${pool(1)} }` })), seeds(base));
    const more = seeds(stack("vip: 192.168.1.99"));
    assert.ok(more.every((name, index) => name !== seeds(base)[index]));
    assert.match(more[0] ?? "", /^lab-lb-00-[0-9a-f]{8}\.iso$/);
  });

  it("are written as they were read last", () => {
    const [first] = balancersOf(EXAMPLE);
    assert.ok(first);
    const { userData, metaData, networkConfig } = first.seed;
    const { write_files: files } = parse(userData) as { write_files: { path: string; content: string }[] };
    const contents = {
      "user-data": userData,
      "meta-data": metaData,
      "network-config": networkConfig,
      ...Object.fromEntries(files.slice(0, 2).map(({ path, content }) => [path.replace(/^.*\//, ""), content])),
    };
    assert.deepEqual(Object.keys(contents).slice(3), ["haproxy.cfg", "keepalived.conf"]);
    for (const [name, content] of Object.entries(contents)) {
      if (UPDATE) writeFileSync(join(GOLDEN, name), content);
      assert.equal(content, readFileSync(join(GOLDEN, name), "utf8"), name);
    }
  });

  it("are a finding where one host or failure domain has them all, where there is one, and where they are not pinned", () => {
    const findings = (haproxy: string, more: Parameters<typeof stackFile>[0] = {}): string[] =>
      planOf(stack(`vip: 192.168.1.99, ${haproxy}`, more))
        .findings.filter(({ code }) => code.startsWith("balancer"))
        .map(({ code, path, message, remedy }) => `${code} ${path}: ${message} | ${remedy}`);
    const pinned = "ids: 807-809, addresses: 192.168.1.107-192.168.1.109";
    assert.deepEqual(findings(`${pinned}, hosts: [pve-1, pve-2]`), []);
    assert.deepEqual(findings(`${pinned}, hosts: [pve-2]`), [
      "balancers-single-host network.endpoint.haproxy.hosts: all 2 balancers are on pve-2: its loss takes the way to the API along | put them on hosts that do not fail together",
    ]);
    const east = hosts(3).replaceAll("reservedMemoryGiB: 4", "reservedMemoryGiB: 4, failureDomain: east");
    assert.deepEqual(findings(`${pinned}, hosts: [pve-1, pve-2]`, { hosts: east }), [
      "balancers-single-host network.endpoint.haproxy.hosts: all 2 balancers are on hosts of failure domain east: its loss takes the way to the API along | put them on hosts that do not fail together",
    ]);
    assert.deepEqual(findings(`${pinned}, hosts: [pve-1, pve-2], count: 1`), [
      "balancer-single network.endpoint.haproxy.count: 1 balancer, on pve-1: the API is away while that is replaced or its host is down | run 2 on different hosts",
    ]);
    assert.deepEqual(findings("count: 2"), [
      "balancers-unpinned network.endpoint.haproxy: the balancers have ids, addresses, hosts by default: wider ranges or another host would make them anew, one after the other | name what they have now: ids: 807-809, addresses: 192.168.1.107-192.168.1.109, hosts: [pve-1, pve-2, pve-3]",
    ]);
  });

  it("have an address that no other stack file may have", () => {
    const other = stack("vip: 192.168.1.98", { vm: "{ idBase: 900 }" })
      .replace(/name: lab/, "name: other")
      .replaceAll("192.168.1.10", "192.168.1.9");
    const planned = planStack(configOf(stack("vip: 192.168.1.99")), "test", [
      { file: "Pulumi.other.yaml", config: configOf(other) },
    ]);
    assert.ok(planned.ok);
    assert.deepEqual(
      planned.plan.findings.filter(({ code }) => code === "address-conflict").map(({ path, message }) => `${path}: ${message}`),
      [
        "network.endpoint.haproxy.vip: 192.168.1.99 and 192.168.1.90-192.168.1.99, network.addresses of Pulumi.other.yaml, share 192.168.1.99",
      ],
    );
  });

  it("hand clients of both families on, to addresses in brackets where they need them", () => {
    const text = haproxyConfig({
      port: 6443,
      addresses: ["10.0.0.1", "fd00::1"],
      backends: [{ name: "ctrl-00", address: "[fd00::5]:6443" }],
    });
    assert.match(text, /bind \*:6443\n {4}bind :::6443 v6only\n/);
    assert.match(text, /server ctrl-00 \[fd00::5\]:6443\n/);
  });

  it("are scraped by the stack's Prometheus when their metrics may be read, and watched by rules", () => {
    const valuesOf = (haproxy: string): unknown => {
      const addons = "  proxmox-talos:addons: { longhorn: {}, kubePrometheusStack: {} }\n";
      const { kubePrometheusStack } = planOf(
        stack(haproxy, { more: addons, workers: `{ main: ${pool(2).replace("diskGiB: 20", "diskGiB: 100")} }` }),
      ).addons;
      return kubePrometheusStack?.values;
    };
    const [off, on] = [valuesOf("vip: 192.168.1.99"), valuesOf("vip: 192.168.1.99, metrics: true")].map((values) =>
      JSON.stringify(values),
    );
    assert.doesNotMatch(off ?? "", /haproxy/);
    assert.ok(
      on?.includes(
        '{"job_name":"haproxy","static_configs":[{"targets":["192.168.1.107:8405"],"labels":{"instance":"lb-00"}},{"targets":["192.168.1.108:8405"],"labels":{"instance":"lb-01"}}]}',
      ),
    );
    assert.match(on ?? "", /BalancerDown/);
    const [first] = balancersOf(stack("vip: 192.168.1.99, metrics: true"));
    assert.match(first?.seed.userData ?? "", /frontend metrics\n {10}bind \*:8405\n/);
  });

  it("speak with nobody in particular when they are alone", () => {
    const [only] = balancersOf(stack("vip: 192.168.1.99, count: 1"));
    assert.doesNotMatch(only?.seed.userData ?? "", /unicast/);
  });

  it("need a Proxmox cluster, a network and addresses even where all machines are there already", () => {
    const text = `config:
  proxmox-talos:metadata: { name: lab, environment: dev }
  proxmox-talos:network: { endpoint: { haproxy: { vip: 192.168.1.99 } } }
  proxmox-talos:topology:
    controlPlane: { source: existing, cores: 2, memoryGiB: 4, machines: { a: { address: 192.168.1.5 } }, installDisk: /dev/sda }
`;
    const planned = planStack(configOf(text), "test");
    assert.ok(!planned.ok);
    assert.deepEqual(
      planned.problems.map(({ path, message }) => `${path} ${message}`),
      ["proxmox", "network.subnet", "network.gateway", "network.addresses"].map(
        (path) => `${path} missing: network.endpoint.haproxy is made of VMs`,
      ),
    );
  });
});

/** What the server behind a port says; undefined where nobody answers. */
function asked(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, rejectUnauthorized: false, agent: false, timeout: 1000 }, (response) => {
      response.setEncoding("utf8").on("data", resolve);
    });
    request.on("error", () => {
      resolve(undefined);
    });
  });
}

describe("the balancers' configurations, judged by the real programs", function () {
  this.timeout(40_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "balancers-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** What a program says of a file; the test is skipped, loudly, where it is not installed. */
  function judged(
    test: Mocha.Context,
    program: string,
    args: readonly string[],
    content: string,
  ): { status: number | null; said: string } {
    if (spawnSync(program, ["-v"]).error) {
      console.log(`      skipped: ${program} is not installed (Debian: apt-get install ${program})`);
      test.skip();
    }
    const file = join(folder, program);
    writeFileSync(file, content);
    const { status, stdout, stderr } = spawnSync(program, [...args, file], { encoding: "utf8" });
    return { status, said: `${stdout}${stderr}` };
  }

  const backends = [
    { name: "ctrl-00", address: "10.0.0.10:6443" },
    { name: "ctrl-01", address: "[fd00::5]:6443" },
  ];
  const haproxy = haproxyConfig({ port: 6443, addresses: ["10.0.0.1", "fd00::1"], backends, metrics: true });

  it("HAProxy takes its own, and would not take it with a mistake", function () {
    const right = judged(this, "haproxy", ["-c", "-f"], haproxy);
    assert.equal(right.status, 0, right.said);
    assert.notEqual(judged(this, "haproxy", ["-c", "-f"], haproxy.replace("httpchk", "htpchk")).status, 0);
  });

  it("HAProxy passes clients on to a server that answers, also with a refusal, and to another when that is gone", async function () {
    judged(this, "haproxy", ["-c", "-f"], haproxy);
    const { certificate, key } = newAuthority("backend");
    const serve = (name: string): Promise<Server> =>
      new Promise((resolve) => {
        const server = createServer({ cert: certificate, key }, (_request, response) => response.writeHead(401).end(name));
        server.listen(0, "127.0.0.1", () => {
          resolve(server);
        });
      });
    const servers = [await serve("a"), await serve("b")];
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    const [free, figures] = await freePorts(2);
    const port = free ?? 0;
    const all = ports.map((each, index) => ({ name: `server-${index}`, address: `127.0.0.1:${each}` }));
    const file = join(folder, "running.cfg");
    // Nobody but root may become somebody else.
    writeFileSync(
      file,
      haproxyConfig({ port, addresses: ["127.0.0.1"], backends: all, metrics: true })
        .replace(":8405", `:${figures ?? 0}`)
        .replace(/ {4}(user|group) .*\n/g, ""),
    );
    const running = spawn("haproxy", ["-db", "-f", file], { stdio: "ignore" });
    try {
      const seen = new Set<string>();
      for (const end = Date.now() + 10_000; !(seen.has("a") && seen.has("b")) && Date.now() < end;) {
        seen.add((await asked(port)) ?? "");
        await pause(100);
      }
      assert.ok(seen.has("a") && seen.has("b"), [...seen].join());
      servers[0]?.closeAllConnections();
      servers[0]?.close();
      // Two checks that fail, two seconds apart.
      await pause(6000);
      for (let times = 0; times < 4; times++) assert.equal(await asked(port), "b");
      const metrics = await (await fetch(`http://127.0.0.1:${figures ?? 0}/metrics`)).text();
      assert.match(metrics, /^haproxy_backend_active_servers\{proxy="control-planes"\} 1$/m);
    } finally {
      running.kill();
      for (const server of servers) server.close();
    }
  });

  it("keepalived takes its own, and would not take it with a mistake", function () {
    const link = Object.keys(networkInterfaces()).find((name) => name !== "lo");
    if (link === undefined) {
      console.log("      skipped: this machine has no network device");
      this.skip();
    }
    const settings = { name: "lb-00", virtualRouterId: 51, priority: 150, port: 6443, link };
    const four = { ...settings, address: "10.0.0.8", peers: ["10.0.0.9"], virtualAddress: "10.0.0.99", prefixLength: 24 };
    const six = { ...settings, address: "fd00::8", peers: ["fd00::9"], virtualAddress: "fd00::99", prefixLength: 64 };
    // Its status says nothing in a container, where it is ended by its own signal.
    const complaints = (content: string): string[] =>
      judged(this, "keepalived", ["-t", "-f"], content)
        .said.split("\n")
        .filter((line) => /Line \d+|invalid|[Uu]nknown/.test(line));
    assert.deepEqual([complaints(keepalivedConfig(four)), complaints(keepalivedConfig(six))], [[], []]);
    assert.ok(complaints(keepalivedConfig(four).replace("priority 150", "priority 500")).length > 0);
  });
});
