import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { knownStacks, planned } from "../../automation/stacks";
import { judgePreflight, pathsOf, rightsOf } from "../../planner";
import type { Plan, PreflightCheck, Survey, SurveyedHost, SurveyedStorage } from "../../planner";
import { grantedAt } from "../../simulator/proxmox-door/privileges";
import type { Acl } from "../../simulator/proxmox-door/privileges";
import { readDocument } from "../docs/markdown";
import { aclOf } from "../docs/pveum";
import { PROJECT, planOf, stackFile } from "../stacks";

const README = aclOf(readDocument("README.md"), "pulumi@pve");
const PLAN = planOf(stackFile());
const NOBODY: ReadonlySet<number> = new Set();

/** Hosts that are exactly as the stack file has them, asked by whoever has all the rights of the README. */
function survey(plan: Plan = PLAN, acl: Acl = README): Survey {
  return {
    version: "9.1.2",
    caller: { name: "pulumi@pve!stack", isToken: true, rights: rights(plan, acl) },
    listing: { cluster: plan.proxmox?.cluster ?? null, hosts: plan.hosts.map(({ name }) => ({ name, online: true })), vms: [] },
    nodes: plan.hosts.map((host): SurveyedHost => ({
      name: host.name,
      threads: host.threads,
      // What a host of so much memory says of itself.
      memoryMiB: Math.floor(host.memoryMiB * 0.97),
      bridges: [plan.network.bridge],
      storages: [
        ...host.datastores.map(({ name, sizeGiB, shared }) => storage(name, { sizeGiB: sizeGiB * 0.95, shared })),
        ...(host.datastores.some(({ name }) => name === "local") ? [] : [storage("local", { content: FILES })]),
      ],
    })),
  };
}

const FILES = ["iso", "vztmpl", "backup", "import"];

function storage(name: string, more: Partial<SurveyedStorage> = {}): SurveyedStorage {
  return { name, content: ["images", "rootdir", ...FILES], active: true, shared: false, ...more };
}

function rights(plan: Plan, acl: Acl): Record<string, readonly string[]> {
  return Object.fromEntries(pathsOf(rightsOf(plan)).map((path) => [path, grantedAt(acl, path)]));
}

/** One host that is another than the stack file has it. */
function other(change: Partial<SurveyedHost>): Survey {
  const found = survey();
  return { ...found, nodes: found.nodes.map((node) => ({ ...node, ...change })) };
}

function without(acl: Acl, privilege: string): Acl {
  return Object.fromEntries(Object.entries(acl).map(([path, all]) => [path, all.filter((each) => each !== privilege)]));
}

/** What is not well, one line each. */
function told(checks: readonly PreflightCheck[]): string[] {
  return checks.flatMap(({ state, name, found, remedy }) => (state === "ok" ? [] : `${state} ${name}: ${found} > ${remedy}`));
}

const judged = (found: Survey, plan = PLAN): string[] => told(judgePreflight(plan, found, NOBODY));

describe("the preflight", () => {
  it("has nothing to say of hosts that are as the stack file has them, for every stack and example", () => {
    const examples = readdirSync(join(PROJECT, "examples"))
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => `examples/${file}`);
    const acl = { ...README, "/": [...(README["/"] ?? []), "Sys.Console", "Mapping.Use"] };
    let withVms = 0;
    for (const stack of [...knownStacks(), ...examples]) {
      const { plan } = planned(stack);
      const checks = judgePreflight(plan, survey(plan, acl), NOBODY);
      const pinned = plan.machines.some(({ hardware }) => hardware?.affinity !== undefined);
      if (!pinned) assert.deepEqual(told(checks), [], stack);
      if (!plan.proxmox) assert.deepEqual(checks, []);
      else withVms += checks.length > 3 ? 1 : 0;
    }
    assert.ok(withVms >= 10, String(withVms));
  });

  it("names what is there, so that somebody can compare it", () => {
    assert.deepEqual(
      judgePreflight(PLAN, survey(), NOBODY).map(({ name, found }) => `${name}: ${found}`),
      [
        "Proxmox VE: 9.1.2",
        `rights of pulumi@pve!stack: ${rightsOf(PLAN).length} of ${rightsOf(PLAN).length}`,
        "host pve: 16 threads, 62.08 GiB, local-lvm",
        `VM ids: ${PLAN.machines.length} free`,
      ],
    );
  });

  it("misses every privilege of the README that is not given, and says what fails without it", () => {
    for (const privilege of new Set(Object.values(README).flat())) {
      const lines = judged(survey(PLAN, without(README, privilege)));
      assert.ok(
        lines.some(
          (line) => line.includes(`${privilege} (`) || line.includes(`or ${privilege}`) || line.includes(`${privilege} or`),
        ),
        `${privilege}: ${lines.join("\n")}`,
      );
    }
  });

  it("lets a deployment begin without what only later changes need", () => {
    assert.match(
      judged(survey(PLAN, without(README, "VM.Migrate")))[0] ?? "",
      /^warn rights on \/vms\/800: no VM.Migrate \(a VM/,
    );
    assert.match(
      judged(survey(PLAN, without(README, "VM.Allocate")))[0] ?? "",
      /^fail rights on \/vms\/800: no VM.Allocate \(VMs/,
    );
  });

  it("takes rights that a resource pool gives, and those of a VLAN of the bridge", () => {
    const vm = (README["/"] ?? []).filter((each) => each.startsWith("VM.") && each !== "VM.Audit");
    const root = (README["/"] ?? []).filter((each) => !vm.includes(each) && each !== "SDN.Use");
    const acl: Acl = {
      ...README,
      "/": root,
      "/pool/lab": [...vm, "Pool.Allocate", "Pool.Audit"],
      "/sdn/zones/localnetwork/vmbr0/30": ["SDN.Use"],
    };
    const tagged = planOf(stackFile({ proxmox: "vlanId: 30" }));
    assert.deepEqual(judged(survey(tagged, acl), tagged), []);
    assert.match(judged(survey(PLAN, acl)).join(), /rights on \/sdn\/zones\/localnetwork\/vmbr0: no SDN.Use/);
  });

  it("says of a token with nothing at all what it most likely is, and judges nothing that it cannot see", () => {
    const found: Survey = { ...survey(PLAN, {}), listing: undefined, nodes: [] };
    assert.deepEqual(judged(found), [
      "fail rights of pulumi@pve!stack: none at all > docs/first-deployment.md has the roles and the commands that give them; " +
        "a token with privilege separation has none of its user's rights",
    ]);
  });

  it("wants Sys.Console for high availability, Mapping.Use for devices, and root's password for pinned cores", () => {
    const ha = planOf(stackFile({ proxmox: "ha: {}" }));
    assert.match(judged(survey(ha), ha).join(), /fail rights on \/: no Sys.Console \(no VM is managed by high availability\)/);
    const pinned = planOf(stackFile({ workers: "{ main: { count: 1, cores: 2, memoryGiB: 4, cpu: { affinity: 0-1 } } }" }));
    const found = survey(pinned);
    assert.match(judged(found, pinned).join(), /cpu.affinity is for root@pam with its password alone/);
    const root = { ...found, caller: { ...found.caller, name: "root@pam", isToken: false } };
    assert.deepEqual(judged(root, pinned), []);
  });

  it("compares sizes: less memory than said is told, less than the VMs get stops it", () => {
    assert.deepEqual(judged(other({ memoryMiB: 48 * 1024, threads: 8 })), [
      "warn host pve: 8 threads, the stack file says 16 > correct proxmox.hosts.pve.threads, and plan again",
      "warn host pve: 48 GiB, the stack file says 64 GiB > correct proxmox.hosts.pve.memoryGiB, and plan again",
    ]);
    assert.match(
      judged(other({ memoryMiB: 4 * 1024 }))[0] ?? "",
      /^fail host pve: 4 GiB, the stack file says 64 GiB; VMs get \d+ GiB of it/,
    );
    assert.deepEqual(judged(other({ memoryMiB: 128 * 1024, threads: 32 })), [], "more does no harm");
  });

  it("wants storages that are there, reached, and take what is put on them", () => {
    const local = storage("local", { content: FILES });
    const thin = storage("local-lvm", { sizeGiB: 500, content: ["images", "rootdir"] });
    const line = (storages: SurveyedStorage[]): string => judged(other({ storages })).join("\n");
    assert.match(line([local, storage("tank")]), /^fail storage local-lvm of pve: not there.*disks can be on tank$/);
    assert.match(line([local, { ...thin, active: false }]), /^fail storage local-lvm of pve: disabled or not reached/);
    assert.match(
      line([local, { ...thin, content: ["rootdir"] }]),
      /takes rootdir, no disks of VMs > on pve: pvesm set local-lvm --content rootdir,images$/,
    );
    assert.match(line([local, { ...thin, shared: true }]), /^warn .*shared by hosts, the stack file says shared: false/);
    assert.match(line([local, { ...thin, sizeGiB: 20 }]), /^warn .*20 GiB, the stack file says 500; disks may grow to \d+ > /);
    assert.match(
      line([{ ...local, content: ["iso", "vztmpl", "backup"] }, thin]),
      /^fail storage local of pve: takes iso, vztmpl, backup, not import > on pve: pvesm set local --content iso,vztmpl,backup,import$/,
    );
    assert.match(line([thin]), /^fail storage local of pve: not there.*proxmox.imageDatastore$/);
  });

  it("names the bridges there are where the stack's is not among them", () => {
    assert.deepEqual(judged(other({ bridges: ["vmbr7", "vmbr1"] })), [
      "fail host pve: no bridge vmbr0 > correct proxmox.bridge, make the bridge, or give SDN.Use on it; there are vmbr1, vmbr7",
    ]);
    assert.match(judged(other({ bridges: [] })).join(), /there is none that may be used/);
  });

  it("finds ids that others have, and leaves the stack's own alone, whatever they are called", () => {
    const [vm] = PLAN.machines;
    assert.ok(vm?.vmId);
    const { vmId } = vm;
    const listed = (name: string, tags: string[]): Survey => {
      const found = survey();
      assert.ok(found.listing);
      return { ...found, listing: { ...found.listing, vms: [{ vmId, name, host: "pve", status: "running", tags }] } };
    };
    assert.match(
      judged(listed("nas", [])).join(),
      /^fail VM 800: VM 800 cannot become .*belongs to nas on pve \(running\).* > choose other ids/,
    );
    assert.deepEqual(judged(listed("before-the-rename", ["lab", "talos"])), []);
    assert.deepEqual(told(judgePreflight(PLAN, listed("taken-over", []), new Set([vmId]))), []);
  });

  it("tells an id whose VM is being made, which has neither name nor tags yet, from one whose creation broke off", () => {
    const [{ vmId } = { vmId: null }] = PLAN.machines;
    assert.ok(vmId);
    const found = survey();
    assert.ok(found.listing);
    const vm = { vmId, name: "", host: "pve", status: "stopped", tags: [] };
    const with_ = (creation: "running" | "broken"): Survey => ({
      ...found,
      listing: { cluster: null, hosts: found.listing?.hosts ?? [], vms: [{ ...vm, creation }] },
    });
    assert.deepEqual(judged(with_("running")), ["warn VM 800: is being made on pve > lab up waits until it is there"]);
    assert.match(
      judged(with_("broken")).join(),
      /^fail VM 800: .*broke off on pve > if it is nobody else's, run there qm unlock 800/,
    );
  });

  it("tells hosts that are away from hosts that are not there, and another Proxmox cluster from the right one", () => {
    const found = survey();
    assert.ok(found.listing);
    const with_ = (listing: Partial<NonNullable<Survey["listing"]>>): string =>
      judged({ ...found, nodes: [], listing: { ...found.listing, cluster: null, hosts: [], vms: [], ...listing } }).join("\n");
    assert.match(with_({ hosts: [{ name: "pve", online: false }] }), /^warn host pve: offline > until it is back/);
    assert.match(with_({ hosts: [{ name: "pve-01", online: true }] }), /^fail Proxmox cluster: host pve is not there/);
    const clustered = planOf(stackFile({ proxmox: "cluster: { name: rack }" }));
    assert.match(judged({ ...survey(clustered), listing: found.listing }, clustered).join(), /not Proxmox cluster rack/);
  });

  it("says of another release that it was not made for it", () => {
    assert.match(
      judged({ ...survey(), version: "8.4.1" }).join(),
      /^warn Proxmox VE: 8.4.1 > this program is made for Proxmox VE 9/,
    );
  });
});
