import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "mocha";
import { PROJECT, configOf, hosts, planOf, stackFile } from "../stacks";
import { BACKUP, VMS, climb, sets } from "../roadmap/climb";
import { lab } from "../lab";

const example = (stage: number): string => join(PROJECT, "examples", `roadmap-${stage}.yaml`);
/** What the examples say and nobody can guess, by the stage that needs it. */
const ANSWERS: Readonly<Record<number, readonly string[]>> = {
  2: [],
  3: [
    ...[0, 1, 2].map((number) => `topology.workers.agents.machines.work-0${number}.address=203.0.113.2${number}`),
    "topology.workers.agents.cost.rentPerMonth={ from: 6, to: 7 }",
    "costs.services.block-storage.perMonth={ from: 0, to: 2 }",
  ],
  4: [
    ...[1, 2].map((number) => `topology.controlPlane.machines.node-0${number}.address=203.0.113.1${number}`),
    ...BACKUP,
    "talos.etcdBackup.s3.endpoint=https://s3.example.org",
    "talos.etcdBackup.s3.region=eu-central-1",
    "sla.availabilityPercent=99.95",
    "costs.services.load-balancer.perMonth={ from: 6 }",
    "costs.services.etcd-snapshots.perMonth={ from: 5 }",
  ],
};

/** Workers that have room for everything twice. */
const LARGE = "{ main: { count: 1, cores: 4, memoryGiB: 12, diskGiB: 20 } }";

describe("lab advise", function () {
  this.timeout(30_000);
  let folder = "";
  const file = (name: string): string => join(folder, name);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "advise-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const stage of [2, 3, 4])
    it(`writes the example of stage ${stage} from the one before, given what nobody can guess`, async () => {
      const path = file(`stage-${stage}.yaml`);
      const answered = sets(ANSWERS[stage] ?? []);
      const { code, stderr } = await lab("advise", example(stage - 1), "--to", String(stage), "--write", path, ...answered);
      assert.deepEqual([code, stderr], [0, ""]);
      const [written, expected] = [readFileSync(path, "utf8"), readFileSync(example(stage), "utf8")];
      assert.deepEqual(configOf(written), configOf(expected));
      // Nothing that stands is written anew.
      const kept = readFileSync(example(stage - 1), "utf8").split("\n");
      const gone = kept.filter((line) => !written.split("\n").includes(line)).map((line) => line.trim());
      const replaced = ["proxmox-talos:metadata: { name: roadmap, environment: staging }", "endpoint: { dns: api.example.org }"];
      assert.deepEqual(gone, { 2: [], 3: ["proxmox-talos:costs: { currency: USD, months: 12 }"], 4: replaced }[stage]);
    });

  it("writes what a stack of VMs needs, too", async () => {
    const written = await climb(folder, VMS);
    const [last = ""] = written.slice(-1);
    assert.match(last, /gateway: 192\.168\.1\.1 # the router/);
    const { pools, machines, talos } = planOf(last);
    assert.equal(talos.scheduleOnControlPlanes, true);
    assert.deepEqual(
      pools.map(({ name, machines: own }) => [name, own.length]),
      [
        ["control-plane", 3],
        ["agents", 3],
      ],
    );
    // The one that stands keeps its host; the others come after it.
    assert.deepEqual(
      machines.slice(0, 3).map(({ host }) => host),
      ["pve-2", "pve-1", "pve-3"],
    );
  });

  it("skips what is between where a further stage is due", async () => {
    const { stdout } = await lab("advise", example(1), "--fact", "incidents=1", "--set", "sla.availabilityPercent=99", "--json");
    const { verdict, target, next } = JSON.parse(stdout) as {
      verdict: string;
      target: number;
      next: { stage: number; added: object };
    };
    assert.deepEqual([verdict, target, next.stage], ["move", 2, 2]);
    const path = file("leap.yaml");
    const answers = sets([...(ANSWERS[3] ?? []), ...(ANSWERS[4] ?? [])]);
    const leap = await lab("advise", example(1), "--to", "4", "--write", path, ...answers);
    assert.equal(leap.stderr, "");
    assert.deepEqual(configOf(readFileSync(path, "utf8")), configOf(readFileSync(example(4), "utf8")));
  });

  it("asks for what nobody can guess, all at once, and writes nothing", async () => {
    const path = file("never.yaml");
    const { code, stderr } = await lab("advise", example(3), "--to", "4", "--write", path, ...sets(BACKUP.slice(1)));
    assert.deepEqual([code, existsSync(path)], [2, false]);
    assert.deepEqual(stderr.split("\n"), [
      "stage 4 needs what nobody can guess:",
      "  --set topology.controlPlane.machines.node-01.address=<the address of a machine in maintenance mode>",
      "  --set topology.controlPlane.machines.node-02.address=<the address of a machine in maintenance mode>",
      "  --set talos.etcdBackup.s3.bucket=<a bucket outside of the cluster, and .endpoint and .region where it is not Amazon's>",
      "",
    ]);
    const { stdout } = await lab("advise", example(3), "--to", "4");
    assert.match(stdout, /what nobody can guess:\n {2}--set topology\.controlPlane\.machines\.node-01\.address=/);
  });

  it("writes no file that its own plan would stop", async () => {
    // Three control planes on one host are lost with it, which a promise of 99.95% rules out.
    const text = stackFile({
      endpoint: "{ vip: 192.168.1.99 }",
      workers: LARGE,
      more: "  proxmox-talos:acknowledge: [{ code: sla-single-failure, reason: a host is to come }]\n",
    });
    writeFileSync(file("one-host.yaml"), text);
    const answers = sets([...BACKUP, "sla.availabilityPercent=99.95", "acknowledge=[]"]);
    const { code, stderr } = await lab("advise", file("one-host.yaml"), "--to", "4", "--write", file("no.yaml"), ...answers);
    assert.deepEqual([code, existsSync(file("no.yaml"))], [1, false]);
    assert.match(
      stderr,
      /^stage 4 would be stopped by its plan:\n {2}sla-single-failure at sla\.availabilityPercent: 99\.95% leave/,
    );
    const wrong = sets([...(ANSWERS[4] ?? []), "topology.controlPlane.machines.node-02.address=203.0.113.11"]);
    const twice = await lab("advise", example(3), "--to", "4", "--write", file("no.yaml"), ...wrong);
    assert.deepEqual([twice.code, existsSync(file("no.yaml"))], [2, false]);
    assert.match(twice.stderr, /203\.0\.113\.11/);
  });

  it("moves the API from a machine's own address, for none other outlives it", async () => {
    const text = stackFile({
      hosts: hosts(3),
      workers: LARGE,
      controlPlane: "{ count: 1, cores: 2, memoryGiB: 4, hosts: [pve-1] }",
    });
    writeFileSync(file("own-address.yaml"), text);
    const needs = await lab("advise", file("own-address.yaml"), "--to", "4", "--json");
    const { next } = JSON.parse(needs.stdout) as { next: { missing: { path: string }[]; assumed: string[] } };
    assert.equal(next.missing[0]?.path, "network.endpoint.vip");
    assert.ok(next.assumed.some((each) => each.includes("the kubeconfig is handed out anew")));
    const answers = sets([...BACKUP, "network.endpoint.vip=192.168.1.99"]);
    const path = file("vip.yaml");
    assert.equal((await lab("advise", file("own-address.yaml"), "--to", "4", "--write", path, ...answers)).stderr, "");
    assert.deepEqual(configOf(readFileSync(path, "utf8")).network.endpoint, { vip: "192.168.1.99" });
  });

  it("reads and saves what was seen", async () => {
    const use = { cpuPercent: 90, sustainedCpuPercent: 85, memoryPercent: 50 };
    const seen = { measuredAt: "2026-05-01T10:00:00Z", nodes: { "node-00": use }, operations: { incidents: 1 } };
    writeFileSync(file("seen.json"), JSON.stringify(seen));
    const options = ["--utilisation", file("seen.json"), "--fact", "teamSize=1", "--save", file("saved.json")];
    const { stdout } = await lab("advise", example(2), ...options);
    assert.match(stdout, /measured at 2026-05-01T10:00:00Z/);
    assert.match(stdout, /move on to stage 3, multi-node: CPU of a node above 80%, sustained\nthe team is small: consider/);
    assert.deepEqual(JSON.parse(readFileSync(file("saved.json"), "utf8")), {
      ...seen,
      operations: { incidents: 1, teamSize: 1 },
    });
  });

  const refusals: [string, string[], RegExp][] = [
    ["a fact that there is not", ["--fact", "incident=1"], /no fact incident; did you mean incidents\?/],
    ["a fact with a value that it cannot have", ["--fact", "teamTimePercent=much"], /teamTimePercent: .*number/],
    ["an answer without a value", ["--set", "network"], /--set network is no path=value/],
    ["an answer that is no YAML", ["--set", "network.mtu={"], /its value is no YAML/],
    ["a stage that is behind", ["--to", "1"], /the stack is in stage 1/],
    ["a file of another kind", ["--to", "2", "--write", "next.txt"], /a patch ends with \.patch or \.diff/],
    ["a file that is there", ["--to", "2", "--write", example(2)], /is there already/],
    ["a file of observations that is not there", ["--utilisation", "/nowhere/seen.json"], /seen\.json cannot be read/],
    ["a URL that is none", ["--prometheus", "localhost"], /is no URL/],
    ["a URL with a password", ["--prometheus", "http://me:hunter2@localhost:9090"], /without user and password/],
  ];
  for (const [what, options, message] of refusals)
    it(`refuses ${what}`, async () => {
      const { code, stderr, stdout } = await lab("advise", example(1), ...options);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /hunter2/);
    });

  it("refuses observations that nobody could have made", async () => {
    writeFileSync(file("wrong.json"), '{ "nodes": { "node-00": { "cpuPercent": 120, "cpu": 1 } } }');
    const { code, stderr } = await lab("advise", example(1), "--utilisation", file("wrong.json"));
    assert.equal(code, 2);
    assert.match(stderr, /nodes\.node-00\.cpuPercent: .*100; nodes\.node-00: .*"cpu"/);
    writeFileSync(file("wrong.json"), "cpu: 1");
    assert.match((await lab("advise", example(1), "--utilisation", file("wrong.json"))).stderr, /is no JSON/);
  });

  it("has nothing to write where nothing leads on", async () => {
    const { code, stderr } = await lab("advise", example(1), "--write", file("nothing.patch"));
    assert.equal(code, 1);
    assert.match(stderr, /nothing leads on from stage 1.*--to <stage> writes it all the same/);
  });
});
