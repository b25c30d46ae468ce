import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { planStack } from "../../planner";
import type { Recording } from "../../simulator/door/recording";
import { rehearse } from "../../simulator";
import type { Rehearsal } from "../../simulator";
import { SecretMarkers } from "../../simulator/secrets";
import { SecretValue } from "../../simulator/values";
import { assertSame, inlineProgram } from "../inline-program";
import { PROJECT, configOf, hosts, stackFile, stackText } from "../stacks";

interface Run {
  readonly rehearsal: Rehearsal;
  readonly recording: Recording;
}

/** Rehearses a text, in this process unless told otherwise; the program is the project's own unless another is named. */
async function run(
  text: string,
  stack: string,
  { inline = true, ...options }: { main?: string; statePath?: string; inline?: boolean } = {},
): Promise<Run> {
  let recording: Recording | undefined;
  const rehearsal = await rehearse({
    stack,
    stackText: text,
    projectDir: PROJECT,
    datacenter: datacenterSpec(configOf(text)),
    ...options,
    ...(inline ? { program: inlineProgram(options.main) } : {}),
    onRecording: (all) => {
      recording = all;
    },
  });
  assert.ok(recording);
  return { rehearsal, recording };
}

/** The text with an encrypted token in it, as `pulumi config set --secret` leaves one. */
const withToken = (text: string): string =>
  `${text.replace(/^ {2}proxmoxve:apiToken:.*\n( {4}.*\n)*/m, "")}\n  proxmoxve:apiToken: { secure: v1:AAAA }\n`;

/** Everything in the clear, secrets left out; so are the opened copies, which the models compute with and nobody writes. */
function inTheClear(value: unknown): string {
  return JSON.stringify(value, (key, each: unknown) =>
    key === "opened" || key === "openedOutputs" ? undefined : each instanceof SecretValue ? "[secret]" : each,
  );
}

/** Everything, secrets opened. */
function opened(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (each instanceof SecretValue ? each.value : each));
}

describe("rehearsal", function () {
  this.timeout(60_000);
  let folder: string;
  let homelab: Run;
  let prod: Run;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "rehearsal-"));
    const homelabState = join(folder, "homelab.json");
    homelab = await run(withToken(stackText("homelab")), "homelab", { statePath: homelabState, inline: false });
    prod = await run(withToken(stackText("prod")), "prod", { inline: false });
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const [stack, machines] of [
    ["homelab", 10],
    ["prod", 8],
  ] as const) {
    describe(`of ${stack}`, () => {
      const of = (): Run => (stack === "homelab" ? homelab : prod);

      it("runs the program to a ready Kubernetes", () => {
        const { rehearsal } = of();
        assert.deepEqual([rehearsal.result, rehearsal.violations, rehearsal.diagnostics], ["succeeded", [], []]);
        assert.equal(rehearsal.resources.filter(({ type }) => type === "proxmoxve:index/vmLegacy:VmLegacy").length, machines);
        assert.ok(rehearsal.resources.every(({ operation, outcome }) => operation === "create" && outcome === "done"));
      });

      it("takes under five simulated minutes and no more than 1.05 times what any program would need", () => {
        const { makespanSeconds, criticalPathSeconds } = of().rehearsal;
        assert.ok(makespanSeconds < 300, String(makespanSeconds));
        assert.ok(makespanSeconds >= criticalPathSeconds, `${makespanSeconds} < ${criticalPathSeconds}: the bound is none`);
        assert.ok(makespanSeconds <= 1.05 * criticalPathSeconds, `${makespanSeconds} > 1.05 × ${criticalPathSeconds}`);
      });

      it("is the same every time but for the secrets, in whichever process the program runs", async () => {
        assertSame((await run(withToken(stackText(stack)), stack)).rehearsal, of().rehearsal);
      });

      it("reports the same with all assumed durations halved and doubled", () => {
        const { sensitivity, makespanSeconds } = of().rehearsal;
        assert.deepEqual(
          sensitivity.map(({ factor }) => factor),
          [0.5, 1, 2],
        );
        const [half, same, twice] = sensitivity;
        assert.equal(same?.makespanSeconds, makespanSeconds);
        assert.ok((half?.makespanSeconds ?? 0) < makespanSeconds && makespanSeconds < (twice?.makespanSeconds ?? 0));
      });

      it("names the resources of the critical path, from the image to the network", () => {
        const { criticalPath } = of().rehearsal;
        const kinds = criticalPath.map((urn) => urn.split("::")[2]?.split("$").at(-1)?.split(":").at(-1));
        assert.deepEqual(kinds, ["Schematic", "File", "VmLegacy", "ConfigurationApply", "Bootstrap", "KubernetesApi", "Release"]);
      });

      it("shows no secret in requests, report, logs or state, although the program handles many", () => {
        const { rehearsal, recording } = of();
        assert.ok(!SecretMarkers.pattern.test(JSON.stringify(rehearsal)), "report");
        assert.ok(!SecretMarkers.pattern.test(inTheClear(recording)), "recorded requests");
        const markers = new Set(opened(recording.registrations).match(new RegExp(SecretMarkers.pattern, "g")));
        assert.ok(markers.size > 10, `${markers.size} secrets were handled: the search would find nothing anyway`);
        if (stack === "homelab")
          assert.ok(!SecretMarkers.pattern.test(readFileSync(join(folder, "homelab.json"), "utf8")), "state");
      });
    });
  }

  for (const inline of [true, false]) {
    it(`sees the hooks of every VM and calls none, ${inline ? "in this process" : "in another"}`, async () => {
      const { rehearsal, recording } = await run(stackText("prod"), "prod", { inline });
      assert.equal(rehearsal.result, "succeeded");
      assert.deepEqual(rehearsal.diagnostics, []);
      const vms = recording.registrations.filter(({ type }) => type.endsWith(":VmLegacy"));
      assert.ok(vms.length > 0);
      for (const { name, hooks } of vms) {
        const guarded = {
          beforeCreate: ["vm-identity-create"],
          beforeUpdate: ["vm-identity-update"],
          beforeDelete: ["vm-identity-delete"],
          afterDelete: ["node-removal"],
        };
        assert.deepEqual(hooks, guarded, name);
      }
      const others = recording.registrations.filter(
        ({ type, hooks }) => !type.endsWith(":VmLegacy") && Object.keys(hooks).length > 0,
      );
      assert.deepEqual(
        others.map(({ type, hooks }) => [type, hooks]),
        [["talos:machine/bootstrap:Bootstrap", { beforeCreate: ["bootstrap-once"] }]],
      );
    });
  }

  it("of a state that was kept has nothing to do, and takes no time", async () => {
    const { rehearsal } = await run(withToken(stackText("homelab")), "homelab", { statePath: join(folder, "homelab.json") });
    assert.deepEqual(rehearsal.summary, {
      create: 0,
      update: 0,
      replace: 0,
      delete: 0,
      same: homelab.rehearsal.resources.length,
    });
    assert.equal(rehearsal.makespanSeconds, 0);
    assert.equal(rehearsal.result, "succeeded");
  });

  it("of a grown stack creates what is new and leaves the rest as it is", async () => {
    const statePath = join(folder, "growth.json");
    const text = (workers: number): string =>
      stackFile({
        hosts: hosts(3),
        workers: `{ main: { count: ${workers}, cores: 2, memoryGiB: 4 } }`,
        more: accepted("control-plane-single"),
      });
    await run(text(1), "growth", { statePath });
    const { rehearsal } = await run(text(2), "growth", { statePath });
    assert.equal(rehearsal.result, "succeeded");
    const changed = rehearsal.resources
      .filter(({ operation }) => operation !== "same")
      .map(({ operation, name, type }) => `${operation} ${type.split(":").at(-1) ?? ""} ${name}`);
    assert.deepEqual(changed.sort(), ["create ConfigurationApply work-01", "create File pve-2", "create VmLegacy work-01"]);
  });

  it("of a stack without its control plane is refused: it is protected", async () => {
    const statePath = join(folder, "protect.json");
    const text = (controlPlanes: number): string =>
      stackFile({
        hosts: hosts(3),
        endpoint: "{ vip: 192.168.1.99 }",
        controlPlane: `{ count: ${controlPlanes}, cores: 2, memoryGiB: 4 }`,
      });
    await run(text(3), "protect", { statePath });
    const { rehearsal } = await run(text(2), "protect", { statePath });
    assert.deepEqual(
      rehearsal.violations.map(({ rule, message }) => `${rule}: ${message}`),
      ["protected: ctrl-02 is protected and would be deleted"],
    );
  });

  it("measures what a needless order costs: the makespan rises, the bound does not", async () => {
    const { rehearsal } = await run(withToken(stackText("homelab")), "homelab", { main: "test/programs/needless-order.ts" });
    assert.equal(rehearsal.result, "succeeded");
    assert.equal(rehearsal.criticalPathSeconds, homelab.rehearsal.criticalPathSeconds);
    const ratio = rehearsal.makespanSeconds / rehearsal.criticalPathSeconds;
    assert.ok(ratio > 1.05, String(ratio));
  });

  it("fails when a host is overcommitted, although the planner was told that it is not", async () => {
    const text = stackFile({ hosts: hosts(1), workers: "{ main: { count: 2, cores: 2, memoryGiB: 8 } }" });
    const honest = datacenterSpec(configOf(text));
    const smaller = { ...honest, hosts: honest.hosts.map((host) => ({ ...host, memoryMiB: 16 * 1024 })) };
    const rehearsal = await rehearse({
      stack: "small",
      stackText: text,
      projectDir: PROJECT,
      datacenter: smaller,
      program: inlineProgram(),
    });
    assert.equal(rehearsal.result, "failed");
    assert.deepEqual(
      rehearsal.violations.map(({ rule, message }) => `${rule}: ${message}`),
      [
        "host-memory: pve-1 cannot allocate memory for work-01: it needs 8192 MiB, 0 MiB of 16384 MiB are free (12288 MiB in VMs, 4096 MiB for the host)",
      ],
    );
    const outcomes = Object.fromEntries(
      rehearsal.resources.map(({ name, type, outcome }) => [`${type.split(":").at(-1) ?? ""} ${name}`, outcome]),
    );
    assert.equal(outcomes["VmLegacy work-01"], "failed");
    assert.equal(outcomes["ConfigurationApply work-01"], "skipped");
  });

  it("stops where the program stops: at a finding nobody acknowledged", async () => {
    const text = stackText("homelab").replace(/^ {4}- code: maintenance-room\n.*\n/m, "");
    assert.ok(planStack(configOf(text), "homelab").ok);
    const { rehearsal } = await run(text, "homelab");
    assert.equal(rehearsal.result, "failed");
    assert.equal(rehearsal.resources.length, 0);
    assert.match(
      rehearsal.diagnostics[0]?.message ?? "",
      /^2 findings stop this stack; .*\n {2}maintenance-room {2}proxmox\.hosts\.pve\n/,
    );
    assert.ok(!/\n\s+at /.test(rehearsal.diagnostics[0]?.message ?? ""), "no stack trace");
  });

  it("fails a program that lets a secret out, by any way, and does not repeat it", async () => {
    const { rehearsal } = await run(stackText("prod"), "prod", { main: "test/programs/leak.ts" });
    assert.equal(rehearsal.result, "failed");
    assert.deepEqual(rehearsal.violations.map(({ rule, message }) => `${rule}: ${message}`).sort(), [
      "secret-in-clear: component output token holds a secret in the clear",
      "secret-in-clear: input schematic holds a secret in the clear",
      "secret-in-clear: the program printed a secret",
    ]);
    assert.ok(!SecretMarkers.pattern.test(JSON.stringify(rehearsal)));
  });

  it("fails a program that asks for what the datacenter does not have, in one line", async () => {
    const { rehearsal } = await run(stackText("prod"), "prod", { main: "test/programs/refused.ts" });
    assert.equal(rehearsal.result, "failed");
    assert.match(rehearsal.diagnostics[0]?.message ?? "", /The datacenter has no model of resource type cloud:index:Machine/);
  });

  it("of a worker that moves to another id replaces its VM and configures the new one, and nothing else", async () => {
    const statePath = join(folder, "replace.json");
    const text = (ids: string): string =>
      stackFile({
        hosts: hosts(3),
        workers: `{ main: { count: 1, cores: 2, memoryGiB: 4, ids: ${ids}, addresses: 192.168.1.105-192.168.1.106, names: work-0..1 } }`,
      });
    await run(text("805-806"), "replace", { statePath });
    const { rehearsal } = await run(text("807-808"), "replace", { statePath });
    assert.deepEqual([rehearsal.result, rehearsal.violations], ["succeeded", []]);
    const changed = rehearsal.resources
      .filter(({ operation }) => operation !== "same")
      .map(({ operation, name, type }) => `${operation} ${type.split(":").at(-1) ?? ""} ${name}`);
    assert.deepEqual(changed.sort(), ["replace ConfigurationApply work-0", "replace VmLegacy work-0"]);
  });

  it("of a worker that is taken away deletes it and what belongs to it", async () => {
    const statePath = join(folder, "shrink.json");
    const text = (members: string): string =>
      stackFile({ hosts: hosts(3), workers: `{ main: { machines: { ${members} }, cores: 2, memoryGiB: 4 } }` });
    await run(text("work-00: {}, work-01: {}, work-02: {}"), "shrink", { statePath });
    const { rehearsal } = await run(text("work-00: {}, work-02: {}"), "shrink", { statePath });
    assert.deepEqual([rehearsal.result, rehearsal.violations], ["succeeded", []]);
    const changed = rehearsal.resources
      .filter(({ operation }) => operation !== "same")
      .map(({ operation, name, type }) => `${operation} ${type.split(":").at(-1) ?? ""} ${name}`);
    assert.deepEqual(changed.sort(), ["delete ConfigurationApply work-01", "delete File pve-2", "delete VmLegacy work-01"]);
  });

  it("refuses a state that is not its own", async () => {
    const statePath = join(folder, "other.json");
    writeFileSync(statePath, "{}");
    await assert.rejects(run(stackText("prod"), "prod", { statePath }), /is not the state of a rehearsal: expected version 3/);
    await assert.rejects(
      run(stackText("prod"), "prod", { statePath: join(folder, "homelab.json") }),
      /is the state of stack homelab, not of prod/,
    );
  });
});

function accepted(code: string): string {
  return `  proxmox-talos:acknowledge: [{ code: ${code}, reason: only a test of growth }]\n`;
}
