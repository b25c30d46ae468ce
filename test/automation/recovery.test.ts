import assert from "node:assert/strict";
import type { ExportedState, StateEntry, Surroundings } from "../../automation/recovery";
import { BOOTSTRAP, VM, recover } from "../../automation/recovery";
import type { ListedVm } from "../../planner/identity";

const ours: ListedVm = { vmId: 803, name: "work-00", host: "pve", status: "running", tags: ["lab", "talos"] };
const vm = entry(VM, "work-00", { vmId: 803, name: "work-00", nodeName: "pve", disks: [{ __defaults: ["aio"], size: 20 }] });

describe("recovery from an interrupted update", () => {
  it("has nothing to do where nothing is pending", () => {
    assert.equal(recover({ deployment: { resources: [vm] } }, surroundings()), undefined);
  });

  it("takes over a VM that was being created, by id, name and tag, and has its provider look at it", () => {
    const recovery = recover(pending("creating", vm), surroundings([ours]));
    assert.deepEqual(recovery?.adopted, [
      { ...vm, id: "803", outputs: { vmId: 803, name: "work-00", nodeName: "pve", disks: [{ size: 20 }], id: "803" } },
    ]);
    assert.deepEqual(recovery.refreshed, [vm.urn]);
    assert.deepEqual(recovery.repeated, []);
    assert.deepEqual(recovery.state, { version: 3, deployment: { manifest: {}, resources: [recovery.adopted[0]] } });
  });

  for (const [whose, found] of [
    ["nobody's", []],
    ["a stranger's by name", [{ ...ours, name: "nas" }]],
    ["a stranger's by tag", [{ ...ours, tags: ["talos"] }]],
    ["unknown, for nobody could be asked", undefined],
  ] as const) {
    it(`takes over no VM whose id is ${whose}`, () => {
      const recovery = recover(pending("creating", vm), {
        ...surroundings(),
        listing: found && { cluster: null, hosts: [], vms: found },
      });
      assert.deepEqual([recovery?.adopted, recovery?.repeated.length], [[], 1]);
      assert.deepEqual(recovery?.state.deployment.resources, []);
    });
  }

  it("takes over custom resources of whatever kind, by name and namespace, and no other objects it does not know", () => {
    const resource = (type: string, metadata: object): string | undefined =>
      recover(pending("creating", entry(type, "a", { metadata })), surroundings())?.adopted[0]?.id;
    assert.equal(resource("kubernetes:cilium.io/v2:CiliumLoadBalancerIPPool", { name: "main" }), "main");
    assert.equal(resource("kubernetes:longhorn.io/v1beta2:RecurringJob", { name: "a", namespace: "b" }), "b/a");
    assert.equal(resource("kubernetes:apps/v1:Deployment", { name: "a", namespace: "b" }), undefined);
  });

  it("takes over a bootstrap that has happened, as it was asked, and repeats one that has not", () => {
    const bootstrap = entry(BOOTSTRAP, "lab", { node: "10.0.0.1", clientConfiguration: { ciphertext: "v1:x" } });
    const happened = recover(pending("creating", bootstrap), { ...surroundings(), isBootstrapped: true });
    assert.equal(happened?.adopted[0]?.id, "machine_bootstrap");
    assert.deepEqual(happened.adopted[0].outputs?.["clientConfiguration"], { ciphertext: "v1:x" });
    // Reading it back would lose what it was asked with.
    assert.deepEqual(happened.refreshed, []);
    assert.deepEqual(recover(pending("creating", bootstrap), surroundings())?.adopted, []);
  });

  for (const [type, inputs, id] of [
    ["proxmoxve:index/poolLegacy:PoolLegacy", { poolId: "lab" }, "lab"],
    [
      "proxmoxve:download/file:File",
      { datastoreId: "local", contentType: "import", fileName: "a.qcow2" },
      "local:import/a.qcow2",
    ],
    ["proxmoxve:index/haresource:Haresource", { resourceId: "vm:803" }, "vm:803"],
    ["proxmoxve:index/harule:Harule", { rule: "apart" }, "apart"],
    ["kubernetes:core/v1:Namespace", { metadata: { name: "monitoring" } }, "monitoring"],
    ["kubernetes:core/v1:Secret", { metadata: { name: "a", namespace: "b" } }, "b/a"],
    ["kubernetes:core/v1:Service", { metadata: { name: "db" } }, "default/db"],
    ["kubernetes:discovery.k8s.io/v1:EndpointSlice", { metadata: { name: "db", namespace: "shared" } }, "shared/db"],
    ["kubernetes:helm.sh/v3:Release", { name: "loki", namespace: "monitoring" }, "monitoring/loki"],
  ] as const) {
    it(`has the provider look whether ${type.split(":").at(-1) ?? type} is there`, () => {
      const recovery = recover(pending("creating", entry(type, "x", inputs)), surroundings());
      assert.equal(recovery?.adopted[0]?.id, id);
      assert.equal(recovery.refreshed.length, 1);
    });
  }

  it("does again what leaves nothing behind, and what changed or deleted something that the state has", () => {
    const apply = entry("talos:machine/configurationApply:ConfigurationApply", "work-00", { node: "10.0.0.1" });
    assert.deepEqual(recover(pending("creating", apply), surroundings())?.repeated.length, 1);
    for (const type of ["updating", "deleting"]) {
      const known = { ...vm, id: "803" };
      const recovery = recover(
        { deployment: { resources: [known], pending_operations: [{ type, resource: known }] } },
        surroundings([ours]),
      );
      assert.deepEqual([recovery?.adopted, recovery?.state.deployment.resources], [[], [known]]);
    }
  });

  it("takes over nothing that the state has already", () => {
    const state: ExportedState = { deployment: { resources: [vm], pending_operations: [{ type: "creating", resource: vm }] } };
    assert.deepEqual(recover(state, surroundings([ours]))?.state.deployment.resources, [vm]);
  });
});

function entry(type: string, name: string, inputs: StateEntry["inputs"]): StateEntry {
  return { urn: `urn:pulumi:lab::proxmox-talos::${type}::${name}`, type, ...(inputs ? { inputs } : {}) };
}

function pending(type: string, resource: StateEntry): ExportedState {
  return { version: 3, deployment: { manifest: {}, resources: [], pending_operations: [{ type, resource }] } } as ExportedState;
}

function surroundings(vms: readonly ListedVm[] = []): Surroundings {
  return { listing: { cluster: null, hosts: [], vms }, tag: "lab", isBootstrapped: false };
}
