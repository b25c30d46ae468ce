import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { Site } from "../automation/real-engine/site";
import { API_TOKEN, carryStack } from "../automation/real-engine/site";
import { planned, plannedText } from "../automation/stacks";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { Checkout } from "./checkout";
import type { Ended } from "./checkout";
import { sites } from "./suite";

const SMALL = planned("examples/homelab-small.yaml");

/** The same stack under another name, with ids and addresses of its own on the same host. */
function second(text: string): string {
  return text
    .replaceAll("homelab-small", "second")
    .replace("idBase: 800", "idBase: 820")
    .replaceAll(".200", ".220")
    .replace("192.168.68.209", "192.168.68.229")
    .replace("reservedMemoryGiB: 0", "reservedMemoryGiB: 8");
}

/** A stack whose Proxmox cluster nobody answers for. */
function away(text: string): string {
  return second(text)
    .replaceAll("second", "away")
    .replace("idBase: 820", "idBase: 840")
    .replaceAll("192.168.68.51", "192.168.68.99")
    .replaceAll(".220", ".240")
    .replace("192.168.68.229", "192.168.68.249")
    .replace("pve:", "pve-09:");
}

describe("the command line with the real engine", () => {
  const open = sites();

  /** @param speed virtual seconds in a real one */
  async function opened(speed = 20): Promise<{ site: Site; checkout: Checkout }> {
    const site = await open(SMALL, { binaries: findBinaries().found, speed });
    return { site, checkout: new Checkout(site, "192.168.68.51") };
  }

  it("previews, deploys, notices drift and takes it back, and puts out what it should", async () => {
    const { site, checkout } = await opened();
    await checkout.add("small", SMALL.text);

    const first = json(await checkout.lab("preview", "small", "--json"));
    assert.equal(first["result"], "succeeded");
    const { result, seen } = await argumentsDuring(checkout.lab("up", "small", "--json-events"));
    const created = ok(result);
    assert.ok(
      [...seen].some((line) => /^pulumi up .*--stack small/.test(line)),
      [...seen].join("\n"),
    );
    for (const line of seen) assert.doesNotMatch(line, SECRET, "others on the machine can read the arguments of a process");
    assert.match(created.stdout, /small is up: \d+ create; 2 nodes ready/);
    const events = created.stderr.trim().split("\n");
    for (const line of events) assert.equal((JSON.parse(line) as { stack: string }).stack, "small");
    assert.deepEqual((first["summary"] as Record<string, number>)["create"], summaryIn(events)["create"]);

    const again = json(await checkout.lab("preview", "small", "--refresh", "--json"));
    assert.deepEqual(again["changes"], []);

    const worker = site.doors.dc.state.vms.find(({ name }) => name === "work-00");
    assert.ok(worker);
    const meant = worker.memoryMiB;
    await checkout.proxmox("PUT", `/nodes/pve/qemu/${worker.vmId}/config`, { memory: String(meant + 1024) });
    assert.equal(worker.memoryMiB, meant + 1024);
    const drift = await checkout.lab("refresh", "small", "--preview-only", "--expect-no-changes", "--json");
    assert.equal(drift.code, 1, drift.stdout + drift.stderr);
    const { drifted } = JSON.parse(drift.stdout) as { drifted: { name: string; properties: string[] }[] };
    assert.deepEqual(
      drifted.map(({ name }) => name),
      ["work-00"],
    );
    assert.ok(drifted[0]?.properties.some((property) => property.includes("memory")));
    const planned = json(await checkout.lab("preview", "small", "--refresh", "--json"));
    assert.deepEqual(
      (planned["changes"] as { operation: string; name: string }[]).map(({ operation, name }) => [operation, name]),
      [["update", "work-00"]],
    );
    ok(await checkout.lab("refresh", "small"));
    ok(await checkout.lab("up", "small"));
    assert.equal(worker.memoryMiB, meant);

    const outputs = json(await checkout.lab("outputs", "small", "--json"))["outputs"] as Record<string, unknown>;
    assert.equal(outputs["kubeconfig"], "[secret]");
    assert.equal(outputs["endpoint"], "https://192.168.68.200:6443");
    assert.equal((await checkout.lab("outputs", "small", "kubeconfig")).code, 1);
    assert.match(ok(await checkout.lab("outputs", "small", "kubeconfig", "--show-secrets")).stdout, /^apiVersion: v1\n/);
    assert.equal((await checkout.lab("outputs", "small", "endpont")).code, 2);
  });

  it("takes a VM over that the state does not know, and no stranger's", async () => {
    const { site, checkout } = await opened();
    await checkout.add("small", SMALL.text);
    ok(await checkout.lab("up", "small"));
    const before = site.doors.dc.state.vms.map(({ vmId }) => vmId);
    const { deployment } = JSON.parse(ok(await checkout.pulumi("small", "stack", "export")).stdout) as {
      deployment: { resources: { urn: string; type: string }[] };
    };
    const urn = deployment.resources.find((each) => each.urn.endsWith("::work-00") && each.type.includes("vmLegacy"))?.urn ?? "";
    ok(await checkout.pulumi("small", "state", "delete", urn, "--yes", "--target-dependents"));
    const listed = ok(await checkout.lab("import", "small"));
    assert.match(listed.stdout, /could be taken over, if it is there:\n {2}VM work-00\n/);
    assert.equal((await checkout.lab("import", "small", "work-09")).code, 2);
    const imported = json(await checkout.lab("import", "small", "work-00", "--json"));
    assert.deepEqual(imported["imported"], [urn]);
    ok(await checkout.lab("up", "small"));
    assert.deepEqual(
      site.doors.dc.state.vms.map(({ vmId }) => vmId),
      before,
    );
  });

  it("ends what is under way when it is told to stop, refuses a second one meanwhile, and goes on from there", async () => {
    // Slowly enough that it is still at work when all has been tried on it.
    const { site, checkout } = await opened(1);
    await checkout.add("small", SMALL.text);
    const running = checkout.start(["up", "small"]);
    const isImporting = (): boolean => site.doors.dc.state.vms.length > 0;
    for (let waited = 0; !isImporting() && waited < 60_000; waited += 100) await wait(100);

    const meanwhile = await checkout.lab("up", "small");
    assert.equal(meanwhile.code, 1);
    assert.match(
      meanwhile.stderr,
      /^nothing was changed: small is locked by \S+@\S+ \(pid \d+\) since \S+, which is at work; wait/m,
    );
    const refused = await checkout.lab("cancel", "small");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /is being updated on this machine, by .*; kill -INT \d+ lets it end cleanly/);

    process.kill(running.pid ?? 0, "SIGINT");
    const stopped = await running.ended;
    assert.equal(stopped.code, 1, stopped.stdout);
    assert.match(stopped.stderr, /stopping: what is under way ends first/);
    assert.match(stopped.stderr, /not all of it is up: .*run the command once more/);
    assert.match(ok(await checkout.lab("cancel", "small")).stdout, /is not locked/);
    ok(await checkout.lab("up", "small"));
    assert.equal(site.doors.dc.state.vms.length, 2);
    const nothing = json(await checkout.lab("preview", "small", "--json"));
    assert.deepEqual(nothing["changes"], []);
  });

  it("shows in a terminal what is under way, and ends that on Ctrl-C", async () => {
    const { site, checkout } = await opened(1);
    await checkout.add("small", SMALL.text);
    const running = checkout.terminal(["up", "small"]);
    for (let waited = 0; site.doors.dc.state.vms.length === 0 && waited < 60_000; waited += 100) await wait(100);
    await wait(1000);
    running.type("\u0003");
    const { code, stdout } = await running.ended;
    assert.equal(code, 1, stdout);
    assert.match(stdout, /▶ small {2}deploying {2}\d+\/22 {2}/);
    assert.match(stdout, /└─ VmPool control-plane\r?\n +VM ctrl-00 {2}creating/);
    assert.match(stdout, /stopping: what is under way ends first/);
    assert.match(stdout, /not all of it is up: .*run the command once more/);
    assert.ok(stdout.lastIndexOf("\u001b[?25h") > stdout.lastIndexOf("\u001b[?25l"), "the cursor is back");
    const pending = JSON.parse(ok(await checkout.pulumi("small", "stack", "export")).stdout) as {
      deployment: { pending_operations?: unknown[] };
    };
    assert.deepEqual(pending.deployment.pending_operations ?? [], []);
    ok(await checkout.lab("up", "small"));
    assert.equal(site.doors.dc.state.vms.length, 2);
  });

  it("changes nothing that a policy refuses", async () => {
    const { site, checkout } = await opened();
    const reserved = SMALL.text.replace("environment: dev", "environment: prod");
    await checkout.add("small", reserved);
    const refused = await checkout.lab("up", "small", "--policy");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^nothing was changed: .*policy verified-tls: /m);
    assert.deepEqual(site.doors.dc.state.vms, []);
  });

  it("does all stacks: those of the same host one after another, and one that fails stops no other", async () => {
    const { site, checkout } = await opened();
    const texts = { one: SMALL.text, two: second(SMALL.text), away: away(SMALL.text) };
    for (const [stack, text] of Object.entries(texts)) {
      carryStack({ ...plannedText({ stack, path: "", file: "", text }, text) });
      await checkout.add(stack, text);
    }
    const all = await checkout.lab("up", "--all", "--json");
    assert.equal(all.code, 1);
    const { stacks } = JSON.parse(all.stdout) as { stacks: { stack: string; result: string; error?: { code: string } }[] };
    assert.deepEqual(
      stacks.map(({ stack, result, error }) => [stack, result, error?.code]),
      [
        ["away", "failed", "proxmox-unreachable"],
        ["one", "succeeded", undefined],
        ["two", "succeeded", undefined],
      ],
    );
    assert.match(all.stderr, /two {2}waiting|one {2}deploying/);
    assert.deepEqual(site.doors.dc.state.vms.map(({ name }) => name).sort(), ["ctrl-00", "ctrl-00", "work-00", "work-00"]);
    const shown = await checkout.lab("preview", "--all");
    assert.equal(shown.code, 0, shown.stdout);
    assert.match(shown.stdout, /✓ +one +succeeded +none/);
    assert.match(shown.stdout, /3 of 3 stacks as they should be/);
    const gone = await checkout.lab("destroy", "--all", "--consent", "homelab-small", "--consent", "second");
    assert.equal(gone.code, 1);
    assert.match(gone.stdout, /✗ +away +failed/);
    assert.deepEqual(site.doors.dc.state.vms, []);
  });
});

/** Part of the token, or of a key. */
const SECRET = new RegExp(`${API_TOKEN.split("=")[1] ?? ""}|-----BEGIN|LS0tLS1CRUdJTi`);

/** Arguments of every process there is meanwhile. */
async function argumentsDuring<T>(work: Promise<T>): Promise<{ result: T; seen: ReadonlySet<string> }> {
  const seen = new Set<string>();
  const look = setInterval(() => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // It has ended meanwhile.
      }
    }
  }, 50);
  try {
    return { result: await work, seen };
  } finally {
    clearInterval(look);
  }
}

function ok(ended: Ended): Ended {
  assert.equal(ended.code, 0, `${ended.stdout}\n${ended.stderr}`);
  return ended;
}

function json(ended: Ended): Record<string, unknown> {
  return JSON.parse(ok(ended).stdout) as Record<string, unknown>;
}

function summaryIn(events: readonly string[]): Readonly<Record<string, number>> {
  const summaries = events.flatMap((line) => {
    const { summaryEvent } = JSON.parse(line) as { summaryEvent?: { resourceChanges: Record<string, number> } };
    return summaryEvent ? [summaryEvent.resourceChanges] : [];
  });
  return summaries.at(-1) ?? {};
}
