import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { planStack } from "../../planner";
import { StartFailed } from "../../simulator";
import type { Rehearsal } from "../../simulator";
import { changesOf } from "../../simulator/run/changes";
import type { KnownResource } from "../../simulator/run/state";
import { PROJECT, configOf, hosts, stackFile, stackText } from "../stacks";
import { grow, refusals as rules } from "./grow";

/** Whatever is not left as it is, as `operation Type name`. */
function touched({ resources }: Rehearsal): string[] {
  return resources
    .filter(({ operation }) => operation !== "same")
    .map(({ operation, type, name }) => `${operation} ${type.split(":").at(-1) ?? ""} ${name}`)
    .sort();
}

const accepted = (...codes: string[]): string =>
  `  proxmox-talos:acknowledge: [${codes.map((code) => `{ code: ${code}, reason: for this test }`).join(", ")}]\n`;

describe("growth of a running stack", function () {
  this.timeout(60_000);

  it("from one host to two creates the new host's machines and touches nothing that stands", async () => {
    const single = readFileSync(join(PROJECT, "examples/homelab-single.yaml"), "utf8");
    const rehearsal = await grow("homelab", single, stackText("homelab"));
    assert.deepEqual([rehearsal.result, rehearsal.violations], ["succeeded", []]);
    const machines = ["work-03", "work-04", "work-05", "work-06"];
    assert.deepEqual(touched(rehearsal), [
      ...machines.map((name) => `create ConfigurationApply ${name}`),
      "create File pve-02",
      ...machines.map((name) => `create VmLegacy ${name}`),
      "create VmPool small",
    ]);
    assert.deepEqual(
      [rehearsal.summary.update, rehearsal.summary.replace, rehearsal.summary.delete, rehearsal.summary.same],
      [0, 0, 0, 30],
    );
  });

  it("from one control plane to three changes one number and replaces nothing", async () => {
    const text = (count: number): string =>
      stackFile({
        hosts: hosts(3),
        endpoint: "{ vip: 192.168.1.99 }",
        controlPlane: `{ count: ${count}, cores: 2, memoryGiB: 4, hosts: [pve-1, pve-2, pve-3] }`,
        workers: "{ main: { count: 1, cores: 2, memoryGiB: 4, hosts: [pve-1] } }",
        more: accepted("control-plane-single"),
      });
    const rehearsal = await grow("lab", text(1), text(3).replace(accepted("control-plane-single"), ""));
    assert.deepEqual([rehearsal.result, rehearsal.violations], ["succeeded", []]);
    assert.deepEqual(touched(rehearsal), [
      "create ConfigurationApply ctrl-01",
      "create ConfigurationApply ctrl-02",
      "create File pve-2",
      "create File pve-3",
      "create VmLegacy ctrl-01",
      "create VmLegacy ctrl-02",
    ]);
  });

  it("along the roadmap to high availability leaves the node it began with, and its name", async () => {
    const stage = (number: number): string => readFileSync(join(PROJECT, "examples", `roadmap-${number}.yaml`), "utf8");
    const { result, violations, summary } = await grow("roadmap", stage(3), stage(4));
    assert.deepEqual([result, violations, summary.replace, summary.delete], ["succeeded", [], 0, 0]);
  });

  it("from three control planes to five, by the ranges that are advised, replaces nothing", async () => {
    const text = (count: number, control = "", main = ""): string =>
      stackFile({
        hosts: hosts(3),
        endpoint: "{ vip: 192.168.1.99 }",
        controlPlane: `{ count: ${count}, cores: 2, memoryGiB: 4, hosts: [pve-1, pve-2, pve-3]${control} }`,
        workers: `{ main: { count: 2, cores: 2, memoryGiB: 4, hosts: [pve-1]${main} } }`,
      });
    const planned = planStack(configOf(text(5)), "lab");
    assert.ok(!planned.ok);
    const [control = "", main = ""] = planned.problems.map(({ remedy }) => `, ${/^declare (.*) \(/.exec(remedy)?.[1] ?? ""}`);
    const rehearsal = await grow("lab", text(3), text(5, control, main));
    assert.deepEqual([rehearsal.result, rehearsal.violations], ["succeeded", []]);
    assert.deepEqual(touched(rehearsal), [
      "create ConfigurationApply ctrl-03",
      "create ConfigurationApply ctrl-04",
      "create VmLegacy ctrl-03",
      "create VmLegacy ctrl-04",
    ]);
    const ids = rehearsal.resources.filter(({ type }) => type.endsWith(":VmLegacy")).map(({ inputs }) => inputs["vmId"]);
    assert.deepEqual(ids.map(Number).sort(), [800, 801, 802, 803, 804, 808, 809]);
  });

  it("to another Talos release downloads its image and replaces no machine", async () => {
    const text = (version: string): string => stackFile({ more: `  proxmox-talos:talos: { version: ${version} }\n` });
    const rehearsal = await grow("lab", text("v1.13.8"), text("v1.13.9"));
    assert.equal(rehearsal.result, "succeeded");
    assert.deepEqual(touched(rehearsal), [
      "replace File pve",
      "update ConfigurationApply ctrl-00",
      "update ConfigurationApply work-00",
      "update VmLegacy ctrl-00",
      "update VmLegacy work-00",
    ]);
    const vm = rehearsal.resources.find(({ type, name }) => type.endsWith(":VmLegacy") && name === "ctrl-00");
    assert.deepEqual(
      vm?.changes.map(({ path }) => path),
      ["disks.0.importFrom"],
    );
  });

  it("that gets a disk, labels and add-ons updates what has them and replaces nothing", async () => {
    const text = (pool: string, more: string): string =>
      stackFile({ workers: `{ main: { count: 1, cores: 2, memoryGiB: 4, diskGiB: 20${pool} } }`, more });
    const more = "  proxmox-talos:addons: { longhorn: {}, loki: { storageGiB: 5 } }\n";
    const rehearsal = await grow("lab", text("", ""), text(", disks: { longhorn: { sizeGiB: 30 } }, labels: { tier: a }", more));
    assert.deepEqual([rehearsal.result, rehearsal.violations], ["succeeded", []]);
    assert.deepEqual(touched(rehearsal), [
      "create Loki loki",
      "create Longhorn longhorn",
      "create Namespace longhorn-system",
      "create Namespace monitoring",
      "create Release loki",
      "create Release longhorn",
      "update ConfigurationApply work-00",
      "update VmLegacy work-00",
    ]);
  });

  describe("is refused where something would be lost that nobody lets go", () => {
    const pool = (more: string): string =>
      stackFile({ workers: `{ main: { count: 1, cores: 2, memoryGiB: 4, diskGiB: 20${more} } }` });
    const withDisk = pool(", disks: { data: { sizeGiB: 30 } }");

    it("a disk that is no longer asked for, unless the file lets it go", async () => {
      assert.deepEqual(await rules(withDisk, pool("")), [
        "data-disk: work-00 loses its disk data with all that is on it, and nobody has consented",
      ]);
      assert.deepEqual(await rules(withDisk, pool(", disks: { data: { sizeGiB: 30, remove: true } }")), []);
    });

    it("a disk that becomes another, or shrinks", async () => {
      assert.deepEqual(await rules(withDisk, pool(", disks: { other: { sizeGiB: 30 } }")), [
        "data-disk: work-00 loses its disk data with all that is on it, and nobody has consented",
      ]);
      assert.deepEqual(await rules(withDisk, pool(", disks: { data: { sizeGiB: 20 } }")), [
        "disk-shrinks: work-00: disk data of 30 GiB cannot shrink to 20 GiB",
      ]);
    });

    it("a machine that has one", async () => {
      const none = stackFile({ workers: "{ main: { count: 0, cores: 2, memoryGiB: 4, diskGiB: 20 } }" });
      assert.deepEqual(await rules(withDisk, none), ["protected: work-00 is protected and would be deleted"]);
    });

    it("a network, a way to boot or an encryption that is settled when a machine is made", async () => {
      const talos = (text: string): string => stackFile({ more: `  proxmox-talos:talos: ${text}\n` });
      const [network] = await rules(stackFile(), stackFile({ more: "  proxmox-talos:addons: { cilium: { enabled: false } }\n" }));
      assert.match(
        network ?? "",
        /^network-change: ctrl-00: the network goes from none to flannel, but Talos lays it out only when/,
      );
      const [boot] = await rules(stackFile(), talos("{ secureBoot: true }"));
      assert.match(boot ?? "", /^secure-boot-change: ctrl-00 was made from an image that is not signed/);
      const [key] = await rules(stackFile(), talos("{ encryption: { provider: nodeId, volumes: [state] } }"));
      assert.match(key ?? "", /^encryption-change: ctrl-00: STATE cannot be encrypted or decrypted in place/);
    });
  });

  it("to another way to the API hands out a kubeconfig that knows it", async () => {
    const more = "  proxmox-talos:acknowledge: [{ code: control-plane-single, reason: for this test }]\n";
    const text = (vip: string): string => stackFile({ endpoint: `{ vip: ${vip} }`, more });
    const rehearsal = await grow("lab", text("192.168.1.98"), text("192.168.1.99"));
    assert.equal(rehearsal.result, "succeeded");
    assert.deepEqual(touched(rehearsal), [
      "replace Kubeconfig lab",
      "update ConfigurationApply ctrl-00",
      "update ConfigurationApply work-00",
      "update kubernetes lab",
    ]);
    assert.deepEqual(rehearsal.resources.find(({ operation }) => operation === "replace")?.replacedBy, ["replacementTrigger"]);
  });

  it("says of every update what changes, value by value", async () => {
    const text = (cores: number): string => stackFile({ workers: `{ main: { count: 1, cores: ${cores}, memoryGiB: 4 } }` });
    const { resources } = await grow("lab", text(2), text(4));
    const changed = resources.filter(({ operation }) => operation === "update");
    assert.deepEqual(
      changed.map(({ name, changes }) => ({ name, changes })),
      [{ name: "work-00", changes: [{ path: "cpu.cores", before: 2, after: 4 }] }],
    );
    assert.ok(resources.filter(({ operation }) => operation === "same").every(({ changes }) => changes.length === 0));
  });

  it("looks into a machine's configuration and names the one line that differs", async () => {
    const text = (server: string): string =>
      stackFile().replace("gateway: 192.168.1.1", `gateway: 192.168.1.1\n    timeServers: [${server}]`);
    const { resources } = await grow("lab", text("a.example.org"), text("b.example.org"));
    const changes = resources.find(({ type, name }) => type.endsWith(":ConfigurationApply") && name === "ctrl-00")?.changes ?? [];
    assert.equal(changes.length, 1, JSON.stringify(changes));
    assert.match(changes[0]?.path ?? "", /^configPatches\.\d+\.ntp\.servers\.0$/);
    assert.deepEqual([changes[0]?.before, changes[0]?.after], ["a.example.org", "b.example.org"]);
  });

  it("is refused when what stands cannot be rehearsed itself", async () => {
    const small = stackFile({ controlPlane: "{ count: 0, cores: 2, memoryGiB: 4 }" });
    await assert.rejects(grow("lab", small, stackFile()), (error) => {
      assert.ok(error instanceof StartFailed);
      assert.match(error.message, /no control plane/);
      return true;
    });
  });
});

describe("changes of a resource", () => {
  const step = (before: KnownResource["inputs"], after: KnownResource["inputs"]): Parameters<typeof changesOf>[0] => ({
    changes: Object.keys({ ...before, ...after }),
    known: { inputs: before } as KnownResource,
    kept: after,
  });

  it("tells of a secret that it differs, never what it was", () => {
    const [a, b] = ["a", "b"].map((letter) => ({ secret: letter.repeat(64) }));
    assert.deepEqual(changesOf(step({ token: a ?? "" }, { token: b ?? "" })), [
      { path: "token", before: "[secret]", after: "[secret]" },
    ]);
    assert.deepEqual(changesOf(step({}, { nested: { key: a ?? "" } })), [
      { path: "nested", before: null, after: { key: "[secret]" } },
    ]);
  });

  it("compares several documents in one text one by one", () => {
    const changes = changesOf(step({ text: "a: 1\n---\nb: off\n" }, { text: "a: 1\n---\nb: on\n" }));
    assert.deepEqual(changes, [{ path: "text.1.b", before: false, after: true }]);
  });

  it("shows texts that are no YAML maps as they are", () => {
    assert.deepEqual(changesOf(step({ name: "a: [", url: "https://a" }, { name: "b: [", url: "https://b" })), [
      { path: "name", before: "a: [", after: "b: [" },
      { path: "url", before: "https://a", after: "https://b" },
    ]);
  });
});
