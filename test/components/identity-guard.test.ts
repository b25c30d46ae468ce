import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, it } from "mocha";
import { IdentityGuard } from "../../components/proxmox/identity-guard";
import type { ProxmoxAccess } from "../../components/proxmox/proxmox-reader";
import type { ListedVm, Listing } from "../../planner/identity";
import { startMocks } from "./mocks";

const endpoint = "https://192.168.1.2:8006";
const ours: ListedVm = { vmId: 803, name: "work-00", host: "pve", status: "running", tags: ["lab", "talos"] };
const foreign: ListedVm = { ...ours, name: "nas", tags: [] };
const inputs = { vmId: 803, name: "work-00", tags: ["lab", "talos"] };
const create = { name: "work-00", newInputs: inputs };
const change = { name: "work-00", oldInputs: inputs };

/** A guard before a cluster that holds what it is told to. */
class Trial {
  public readonly warnings: string[] = [];
  public readonly looks: ProxmoxAccess[] = [];
  public vms: ListedVm[] = [];
  public hosts: Listing["hosts"] = [{ name: "pve", online: true }];
  public fault: string | undefined;
  public readonly guard: IdentityGuard;

  constructor(isPreview: boolean, apiToken: pulumi.Output<string> | null = pulumi.secret("HIDDEN")) {
    const membership = { hosts: ["pve"], formation: [] };
    this.guard = new IdentityGuard(
      { endpoint, insecure: true, tag: "lab", membership, ...(apiToken ? { apiToken } : {}) },
      {
        isPreview: () => isPreview,
        warn: (message) => Promise.resolve(void this.warnings.push(message)),
        look: (access) => {
          this.looks.push(access);
          if (this.fault !== undefined) return Promise.reject(new Error(this.fault));
          return Promise.resolve({ cluster: null, hosts: this.hosts, vms: this.vms });
        },
      },
    );
  }
}

describe("the identity guard", () => {
  beforeEach(() => startMocks());

  it("is called by the engine before a VM is created, updated or deleted, in previews as well", () => {
    const { hooks } = new Trial(true).guard;
    const bound = Object.entries(hooks).map(([when, each]) => [
      when,
      ...(each as pulumi.ResourceHook[]).map(({ name, opts }) => `${name} ${String(opts?.onDryRun)}`),
    ]);
    assert.deepEqual(bound, [
      ["beforeCreate", "vm-identity-create true"],
      ["beforeUpdate", "vm-identity-update true"],
      ["beforeDelete", "vm-identity-delete true"],
    ]);
  });

  it("asks what else has to hold before a VM is deleted, in an update and of that VM alone", async () => {
    const asked = async (isPreview: boolean, name: string): Promise<string[]> => {
      const trial = new Trial(isPreview);
      trial.vms = [{ ...ours, name }];
      const said: string[] = [];
      trial.guard.beforeDeletion("work-00", () => Promise.resolve(void said.push(name)));
      await trial.guard.judge("update", { name, oldInputs: { ...inputs, name }, newInputs: { ...inputs, name } });
      await trial.guard.judge("delete", { name, oldInputs: { ...inputs, name } });
      return said;
    };
    assert.deepEqual(
      [await asked(false, "work-00"), await asked(false, "work-01"), await asked(true, "work-00")],
      [["work-00"], [], []],
    );
    const trial = new Trial(false);
    trial.vms = [ours];
    trial.guard.beforeDeletion("work-00", () => Promise.reject(new Error("not yet")));
    await assert.rejects(trial.guard.judge("delete", change), /^Error: not yet$/);
  });

  it("refuses an update that would lose a disk, also where nobody answers, unless the disk may go", async () => {
    const disks = [{ interface: "scsi0" }, { interface: "scsi1", serial: "data", size: 30 }];
    const of = { name: "work-00", oldInputs: { vmId: 103, disks }, newInputs: { vmId: 103, disks: disks.slice(0, 1) } };
    const trial = new Trial(true);
    trial.fault = "away";
    await assert.rejects(
      trial.guard.judge("update", of),
      /^Error: work-00 would lose its disk data \(scsi1\) with all that is on it/,
    );
    trial.guard.consent("work-00", ["data"]);
    await trial.guard.judge("update", of);
  });

  for (const isPreview of [true, false]) {
    it(`refuses a foreign VM in ${isPreview ? "a preview" : "an update"}, whatever is to be done to it`, async () => {
      const trial = new Trial(isPreview);
      trial.vms = [foreign];
      await assert.rejects(trial.guard.judge("create", create), /^Error: VM 803 cannot become work-00: .* nas on pve/);
      await assert.rejects(trial.guard.judge("update", change), /^Error: VM 803 must not be updated: .* nas on pve/);
      await assert.rejects(trial.guard.judge("delete", change), /^Error: VM 803 must not be deleted: .* nas on pve/);
    });
  }

  it("compares with the name the state has, not with the one the VM is to get", async () => {
    const trial = new Trial(true);
    trial.vms = [ours];
    await trial.guard.judge("update", { ...change, newInputs: { ...inputs, name: "work-99" } });
    await assert.rejects(trial.guard.judge("update", { ...change, oldInputs: { ...inputs, name: "old" } }), /the state has old/);
  });

  it("lets a replacement follow the deletion it previewed, and a deletion that was refused lets nothing follow", async () => {
    const trial = new Trial(true);
    trial.vms = [ours];
    await assert.rejects(trial.guard.judge("create", create), /the state does not know it/);
    await trial.guard.judge("delete", change);
    await trial.guard.judge("create", create);
    const refused = new Trial(true);
    refused.vms = [foreign];
    await assert.rejects(refused.guard.judge("delete", change));
    await assert.rejects(refused.guard.judge("create", create));
  });

  it("asks once in a preview, before every operation in an update, and with the stack's own token", async () => {
    const [preview, update] = [new Trial(true), new Trial(false)];
    for (const { guard } of [preview, update]) {
      await Promise.all(["a", "b", "c"].map((name, index) => guard.judge("create", { name, newInputs: { vmId: 900 + index } })));
    }
    assert.deepEqual(preview.looks, [{ endpoint, insecure: true, apiToken: "HIDDEN" }]);
    assert.equal(update.looks.length, 3);
    update.vms = [foreign];
    await assert.rejects(update.guard.judge("create", create));
  });

  it("falls back to the environment's token", async () => {
    process.env["PROXMOX_VE_API_TOKEN"] = "FROM-ENV";
    try {
      const trial = new Trial(true, null);
      await trial.guard.judge("create", create);
      assert.equal(trial.looks[0]?.apiToken, "FROM-ENV");
    } finally {
      delete process.env["PROXMOX_VE_API_TOKEN"];
    }
  });

  it("asks nothing while no VM is touched", () => {
    assert.deepEqual(new Trial(false).looks, []);
  });

  it("says once in a preview that it could not look, and stops an update", async () => {
    const fault = `${endpoint} does not answer (ENETUNREACH)`;
    const [preview, update] = [new Trial(true), new Trial(false)];
    preview.fault = update.fault = fault;
    await Promise.all([preview.guard.judge("create", create), preview.guard.judge("update", change)]);
    await preview.guard.judge("delete", change);
    assert.deepEqual(preview.warnings, [`identity-unchecked: ${fault}; an update would stop here`]);
    await assert.rejects(update.guard.judge("create", create), { message: `identity-unchecked: ${fault}` });
    assert.deepEqual(update.warnings, []);
  });

  it("says once in a preview that a host is away, checks the VMs all the same, and stops an update", async () => {
    const why = "host pve is offline; start it, or take it out of proxmox.hosts";
    const [preview, update] = [new Trial(true), new Trial(false)];
    preview.hosts = update.hosts = [{ name: "pve", online: false }];
    preview.vms = [foreign];
    await assert.rejects(preview.guard.judge("create", create), /cannot become/);
    await preview.guard.judge("create", { name: "work-01", newInputs: { vmId: 804 } });
    assert.deepEqual(preview.warnings, [`hosts-unready: ${why}; an update would stop here`]);
    await assert.rejects(update.guard.judge("create", create), { message: `hosts-unready: ${why}` });
  });

  it("refuses a VM whose id it cannot read", async () => {
    await assert.rejects(new Trial(true).guard.judge("create", { name: "x", newInputs: {} }), /^Error: x has no VM id to check$/);
  });
});
