import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { knownStacks, planned } from "../../automation/stacks";
import { NOTHING_MADE, fileKey, judgePreflight, pathsOf, rightsOf, vmsOf } from "../../planner";
import type { Made, Plan, PreflightCheck, Survey, SurveyedHost, SurveyedStorage } from "../../planner";
import { grantedAt } from "../../simulator/proxmox-door/privileges";
import type { Acl } from "../../simulator/proxmox-door/privileges";
import { readDocument } from "../docs/markdown";
import { aclOf } from "../docs/pveum";
import { PROJECT, planOf, stackFile } from "../stacks";

const README = aclOf(readDocument("README.md"), "pulumi@pve");
const PLAN = planOf(stackFile());

/** All of the plan made, as it is. */
const MADE: Made = {
  isBegun: true,
  vmIds: new Set(vmsOf(PLAN).flatMap(({ vmId }) => vmId ?? [])),
  settled: new Set(vmsOf(PLAN).flatMap(({ vmId }) => vmId ?? [])),
  files: new Set(PLAN.images.map(({ host, datastore, fileName }) => fileKey(host, datastore, fileName))),
  hasPool: true,
  hasHa: false,
};

/** Hosts that are exactly as the stack file has them, asked by whoever has all the rights of the README. */
function survey(plan: Plan = PLAN, acl: Acl = README): Survey {
  return {
    version: "9.1.2",
    caller: { name: "pulumi@pve!stack", isToken: true, rights: rights(plan, acl) },
    pools: [],
    mappings: [...new Set(plan.hosts.flatMap(({ pciMappings }) => pciMappings.map(({ name }) => name)))].map((name) => ({
      name,
      hosts: plan.hosts.filter(({ pciMappings }) => pciMappings.some((each) => each.name === name)).map((host) => host.name),
    })),
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
  return { name, type: "dir", content: ["images", "rootdir", ...FILES], enabled: true, active: true, shared: false, ...more };
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

const judged = (found: Survey, plan = PLAN): string[] => told(judgePreflight(plan, found));

describe("the preflight", () => {
  it("has nothing to say of hosts that are as the stack file has them, for every stack and example", () => {
    const examples = readdirSync(join(PROJECT, "examples"))
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => `examples/${file}`);
    const acl = { ...README, "/": [...(README["/"] ?? []), "Sys.Console", "Mapping.Use"] };
    let withVms = 0;
    for (const stack of [...knownStacks(), ...examples]) {
      const { plan } = planned(stack);
      const checks = judgePreflight(plan, survey(plan, acl));
      const pinned = plan.machines.some(({ hardware }) => hardware?.affinity !== undefined);
      if (!pinned) assert.deepEqual(told(checks), [], stack);
      if (!plan.proxmox) assert.deepEqual(checks, []);
      else withVms += checks.length > 3 ? 1 : 0;
    }
    assert.ok(withVms >= 10, String(withVms));
  });

  it("names what is there, so that somebody can compare it", () => {
    assert.deepEqual(
      judgePreflight(PLAN, survey()).map(({ name, found }) => `${name}: ${found}`),
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
        "a token with privilege separation has none of its user's rights: " +
        "pveum user token modify pulumi@pve stack --privsep 0 gives it them",
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
    assert.match(line([local, { ...thin, active: false }]), /^fail storage local-lvm of pve: not reached > look on pve why/);
    assert.match(
      line([local, { ...thin, active: false, enabled: false }]),
      /^fail storage local-lvm of pve: disabled, or not for this host > pvesm set local-lvm --disable 0; .* add pve to its nodes$/,
    );
    assert.match(
      line([{ ...local, active: false, enabled: false }, thin]),
      /^fail storage local of pve: disabled, or not for this host/,
      "images are put there, though no disks are",
    );
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

  it("tells to type no pvesm set that the storage's type refuses", () => {
    const local = storage("local", { content: FILES });
    const line = (storages: SurveyedStorage[]): string => judged(other({ storages })).join("\n");
    assert.match(
      line([local, storage("local-lvm", { sizeGiB: 500, type: "cephfs", content: ["backup"] })]),
      /^fail storage local-lvm of pve: of the type cephfs, which takes no disks of VMs > correct proxmox\.hosts\.pve\.datastores$/,
    );
    const onBlocks = planOf(stackFile({ proxmox: "imageDatastore: local-lvm" }));
    const found = other({ storages: [storage("local-lvm", { sizeGiB: 500, type: "lvmthin", content: ["images", "rootdir"] })] });
    assert.match(
      judged(found, onBlocks).join("\n"),
      /^fail storage local-lvm of pve: of the type lvmthin, which takes no files.* > name another in proxmox\.imageDatastore$/m,
    );
    assert.match(
      line([storage("local", { content: [] }), storage("local-lvm", { sizeGiB: 500 })]),
      /takes nothing, .*--content import$/,
    );
  });

  it("reckons new disks against what is free: LVM gives all of it at once, what is thin may fill up later", () => {
    const line = (type: string, freeGiB: number, made?: Made): string => {
      const local = storage("local", { content: FILES });
      const found = other({ storages: [local, storage("local-lvm", { type, sizeGiB: 500, freeGiB, content: ["images"] })] });
      return told(judgePreflight(PLAN, found, made)).join("\n");
    };
    assert.match(line("lvm", 12.9), /^fail storage local-lvm of pve: 12 GiB free, disks of new VMs take \d+ > make room/);
    assert.match(line("lvmthin", 12), /^warn storage local-lvm of pve: 12 GiB free, disks of new VMs may grow to \d+ > /);
    assert.equal(line("lvm", 450), "");
    assert.equal(line("lvm", 0, { ...NOTHING_MADE, vmIds: MADE.vmIds }), "", "what is there takes no more");
  });

  it("stops nothing for what is made already, and tells it", () => {
    const acl: Acl = { "/": ["Sys.Audit", "VM.Audit"] };
    const found = { ...survey(PLAN, acl), nodes: other({ bridges: [], storages: [], memoryMiB: 1024 }).nodes };
    const first = judgePreflight(PLAN, found);
    assert.ok(first.some(({ state }) => state === "fail"));
    const later = judgePreflight(PLAN, found, MADE);
    assert.deepEqual(
      later.filter(({ state }) => state === "fail"),
      [],
    );
    assert.match(told(later).join("\n"), /^warn rights on \/vms\/800: no VM\.Allocate, /m);
    assert.match(told(later).join("\n"), /^warn host pve: 1 GiB, the stack file says 64 GiB; VMs get/m);
  });

  it("wants again what one more VM needs, where it needs it, and to delete one", () => {
    const [, second] = PLAN.machines;
    assert.ok(second?.vmId);
    const settled = new Set([...MADE.settled].filter((id) => id !== second.vmId));
    const acl = without(README, "VM.Allocate");
    const fails = (made: Made): string[] =>
      told(judgePreflight(PLAN, survey(PLAN, acl), made)).filter((line) => line.startsWith("fail"));
    assert.deepEqual(fails(MADE), []);
    assert.match(fails({ ...MADE, settled }).join(), /^fail rights on \/vms\/800: no VM\.Allocate \(VMs/);
    assert.match(fails({ ...MADE, vmIds: new Set([...MADE.vmIds, 899]) }).join(), /^fail rights on \/vms\/800: no VM\.Allocate/);
    const noImage = without(README, "Datastore.AllocateTemplate");
    assert.match(
      told(judgePreflight(PLAN, survey(PLAN, noImage), { ...MADE, files: new Set() })).join("\n"),
      /^fail rights on \/storage\/local: no Datastore\.AllocateTemplate/m,
    );
  });

  it("reckons other stacks' memory in, and stops nothing for it: they may never be deployed", () => {
    const plan: Plan = { ...PLAN, hosts: PLAN.hosts.map((host) => ({ ...host, otherMemoryMiB: 50 * 1024 })) };
    const found = other({ memoryMiB: 32 * 1024 });
    assert.match(
      judged(found, plan).join("\n"),
      /^warn host pve: 32 GiB, the stack file says 64 GiB; VMs get \d+ GiB of it with those of other stacks > /,
    );
  });

  it("finds a resource pool that somebody has made, which Proxmox would not make again", () => {
    const with_ = (comment: string, made?: Made): string[] =>
      told(judgePreflight(PLAN, { ...survey(), pools: [{ name: "lab", comment }] }, made));
    assert.deepEqual(with_("of the family"), [
      "fail resource pool lab: there already (of the family), and Proxmox does not make it again > name another in proxmox.poolId; " +
        "if it is empty and nobody's, on a Proxmox host: pveum pool delete lab; rights on /pool/lab can be given before it is there",
    ]);
    assert.match(
      with_("VMs of lab").join(),
      /^warn resource pool lab: there, and the state does not have it > lab up takes it over/,
    );
    assert.match(
      with_("", { ...NOTHING_MADE, isBegun: true }).join(),
      /^warn resource pool lab/,
      "an update that failed there takes it over",
    );
    assert.deepEqual(with_("of the family", MADE), []);
  });

  it("finds an image that was left, and images that hosts would download over each other", () => {
    const [image] = PLAN.images;
    assert.ok(image);
    const held = (images: string[]): Survey =>
      other({ storages: [storage("local", { content: FILES, images }), storage("local-lvm", { sizeGiB: 500 })] });
    assert.deepEqual(judged(held([image.fileName, "another.qcow2"])), [
      `fail storage local of pve: has ${image.fileName} already, and Proxmox does not write over it > ` +
        `if no other stack has it, on pve: pvesm free local:import/${image.fileName}`,
    ]);
    assert.match(
      told(judgePreflight(PLAN, held([image.fileName]), { ...NOTHING_MADE, isBegun: true })).join(),
      /^warn storage local of pve: has .* > lab up takes it over where it was interrupted/,
    );
    assert.deepEqual(told(judgePreflight(PLAN, held([image.fileName]), MADE)), []);
    const { plan } = planned("homelab");
    const found = survey(plan);
    const nas = (shared: boolean): string[] => {
      const nodes = found.nodes.map((node) => ({
        ...node,
        storages: node.storages.map((each) => (each.name === "local" ? { ...each, shared } : each)),
      }));
      return judged({ ...found, nodes }, plan).filter((line) => line.includes("download the same image"));
    };
    assert.match(nas(true).join(), /^warn storage local: shared by hosts, and 2 of them download the same image/);
    assert.deepEqual(nas(false), []);
  });

  it("finds a device that is mapped nowhere, or on another host alone", () => {
    const hosts =
      "{ pve: { address: 192.168.1.2, cores: 8, threads: 16, memoryGiB: 64, pciMappings: { gpu: 1 }, datastores: { local-lvm: { sizeGiB: 500 } } } }";
    const plan = planOf(
      stackFile({ hosts, workers: "{ main: { count: 1, cores: 2, memoryGiB: 4, devices: [{ mapping: gpu }] } }" }),
    );
    const acl = { ...README, "/": [...(README["/"] ?? []), "Mapping.Use"] };
    const with_ = (mappings: Survey["mappings"]): string =>
      judged({ ...survey(plan, acl), ...(mappings ? { mappings } : {}) }, plan).join("\n");
    assert.equal(with_([{ name: "gpu", hosts: ["pve"] }]), "");
    assert.match(with_([]), /^fail host pve: no resource mapping gpu > map a device of pve under that name .*it has none/);
    assert.match(
      with_([
        { name: "gpu", hosts: ["pve-02"] },
        { name: "vga", hosts: ["pve"] },
      ]),
      /^fail host pve: no device of the mapping gpu > .*it has vga$/,
    );
    const hidden = survey(plan, README);
    assert.doesNotMatch(
      judged({ ...hidden, mappings: [] }, plan).join("\n"),
      /no resource mapping/,
      "rights on it are told by themselves",
    );
  });

  it("tells a host that is online and says nothing, with what to look at there", () => {
    const silent = other({ silence: "https://pve:8006 refuses to tell (595 No route to host)", storages: [], bridges: [] });
    assert.match(
      judged(silent).join(),
      /^fail host pve: online, but what it has is not known: .*\(595.* > look on pve whether pveproxy/,
    );
    assert.match(told(judgePreflight(PLAN, silent, MADE)).join(), /^warn host pve: online, but/);
  });

  it("names the commands that give what is missing, with the roles of the README", () => {
    const remedy = (acl: Acl, path: string): string => {
      const found = judgePreflight(PLAN, survey(PLAN, acl)).find(({ name }) => name === `rights on ${path}`);
      return found?.remedy ?? "";
    };
    assert.match(
      remedy(without(README, "VM.Allocate"), "/vms/800"),
      /^on a Proxmox host, with the README's roles: pveum role modify PulumiStack --append 1 --privs "VM\.Allocate"$/,
    );
    const hidden: Acl = { ...README, "/storage/local": ["Datastore.Allocate"] };
    assert.match(remedy(hidden, "/storage/local"), /: pveum acl modify \/storage\/local --users pulumi@pve --roles PulumiStack$/);
    assert.match(
      remedy({ "/": README["/"] ?? [] }, "/storage/local"),
      /: pveum acl modify \/storage\/local --users pulumi@pve --roles PulumiStack,PulumiImages$/,
    );
    const half: Acl = { "/": ["Sys.Audit", "Datastore.AllocateSpace"], "/storage/local": ["Datastore.Allocate"] };
    assert.match(
      remedy(half, "/storage/local"),
      /--append 1 --privs "Datastore\.AllocateTemplate" && pveum acl modify \/storage\/local --users pulumi@pve --roles PulumiStack$/,
      "a role that is not given there helps nobody",
    );
    assert.match(
      remedy({ "/storage": ["Datastore.Audit"] }, "/vms/800"),
      /: pveum acl modify \/vms --users pulumi@pve --roles PulumiStack$/,
    );
  });

  it("takes Sys.Modify in place of Sys.AccessNetwork on / alone, as Proxmox does", () => {
    const root = (README["/"] ?? []).filter((each) => each !== "Sys.AccessNetwork");
    assert.deepEqual(judged(survey(PLAN, { ...README, "/": [...root, "Sys.Modify"] })), []);
    assert.match(
      judged(survey(PLAN, { ...README, "/": root, "/nodes/pve": ["Sys.Modify"] })).join(),
      /^fail rights on \/nodes\/pve: no Sys\.AccessNetwork/,
    );
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
    assert.deepEqual(told(judgePreflight(PLAN, listed("taken-over", []), { ...NOTHING_MADE, vmIds: new Set([vmId]) })), []);
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
