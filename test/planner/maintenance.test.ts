import assert from "node:assert/strict";
import { commandsOf, renderMaintenances } from "../../automation/render/maintenance";
import { createStyle } from "../../automation/render/style";
import { maintenances } from "../../planner";
import type { Maintenance } from "../../planner";
import { hosts, planOf, stackFile, stackText } from "../stacks";

const pool = (count: number, more = ""): string => `{ count: ${count}, cores: 2, memoryGiB: 4, diskGiB: 20${more} }`;
const SPREAD = ", hosts: [pve-1, pve-2, pve-3]";

function file(parts: Parameters<typeof stackFile>[0] = {}): string {
  return stackFile({
    hosts: hosts(3),
    controlPlane: pool(3, SPREAD),
    workers: `{ main: ${pool(3, SPREAD)} }`,
    endpoint: "{ vip: 192.168.1.99 }",
    ...parts,
  });
}

function first(text: string): Maintenance {
  const [maintenance] = maintenances(planOf(text));
  assert.ok(maintenance);
  return maintenance;
}

/** `machine how host: reason` */
function told({ steps }: Maintenance): string[] {
  return steps.map(({ machine, how, to, reason }) => [`${machine} ${how} ${to ?? "-"}`, ...(reason ? [reason] : [])].join(": "));
}

const withProcessors = (one: string, others: string): string =>
  hosts(3)
    .replace("pve-1: {", `pve-1: { ${one}`)
    .replace("pve-2: {", `pve-2: { ${others}`)
    .replace("pve-3: {", `pve-3: { ${others}`);

describe("how a host is taken down", () => {
  it("is to migrate all of it while it runs, workers first, where there is room", () => {
    const maintenance = first(file());
    assert.deepEqual(told(maintenance), ["work-00 live pve-2", "ctrl-00 live pve-2"]);
    assert.deepEqual(
      maintenance.steps.map(({ copiedGiB }) => copiedGiB),
      [20, 20],
    );
    assert.equal(maintenance.verdict, "survives");
  });

  it("copies no disk that the other host reaches", () => {
    const shared = hosts(3).replaceAll("local-lvm: { sizeGiB: 500 }", "local-lvm: { sizeGiB: 500, shared: true }");
    const plan = planOf(file({ hosts: shared }));
    const [maintenance] = maintenances(plan);
    const [step] = maintenance?.steps ?? [];
    assert.equal(step?.copiedGiB, 0);
    assert.deepEqual(commandsOf(plan, step), ["qm migrate 803 pve-2 --online"]);
  });

  const cpu = (type: string): string => `{ main: ${pool(3, `${SPREAD}, cpu: { type: ${type} }`)} }`;
  const reasons: [what: string, text: string, step: string][] = [
    [
      "processors of two vendors",
      file({
        hosts: withProcessors(
          "processor: { vendor: intel, model: i5-9500T },",
          "processor: { vendor: amd, model: Ryzen 7 7700X },",
        ),
      }),
      "work-00 moved pve-2: pve-1 is Intel, pve-2 is AMD",
    ],
    [
      "CPU type host and processors nobody knows",
      file({ workers: cpu("host") }),
      "work-00 moved pve-2: its CPU type is host, and proxmox.hosts.pve-1.processor is not known",
    ],
    [
      "CPU type host and two generations",
      file({
        hosts: withProcessors("processor: { vendor: intel, model: i5-9500T },", "processor: { vendor: intel, model: i7-9700T },"),
        workers: cpu("host"),
      }),
      "work-00 moved pve-2: its CPU type is host, which is i5-9500T here and i7-9700T there",
    ],
    [
      "CPU type host and the same processor",
      file({
        hosts: withProcessors("processor: { vendor: amd, model: EPYC },", "processor: { vendor: amd, model: EPYC },"),
        workers: cpu("host"),
      }),
      "work-00 live pve-2",
    ],
    [
      "a CPU type that the others do not have",
      file({ hosts: hosts(3).replace("pve-1: {", "pve-1: { cpuLevel: x86-64-v3,"), workers: cpu("x86-64-v3") }),
      "work-00 stopped -: no other host's processor has what it is bound to",
    ],
    [
      "a device that another host has free",
      file({
        hosts: withProcessors("pciMappings: { gpu: 1 },", "pciMappings: { gpu: 2 },"),
        workers: `{ main: ${pool(3, `${SPREAD}, devices: [{ mapping: gpu }]`)} }`,
      }),
      "work-00 moved pve-2: it has gpu of the host",
    ],
    [
      "a device that no other host has free",
      file({
        hosts: withProcessors("pciMappings: { gpu: 1 },", "pciMappings: { gpu: 1 },"),
        workers: `{ main: ${pool(3, `${SPREAD}, devices: [{ mapping: gpu }]`)} }`,
      }),
      "work-00 stopped -: no other host has its devices free",
    ],
    [
      "a shared datastore that no other host has",
      file({ hosts: hosts(3).replace("sizeGiB: 500", "sizeGiB: 500, shared: true") }),
      "work-00 stopped -: no other host has its shared datastores",
    ],
    ["no memory", file({ hosts: hosts(3, 12) }), "work-00 stopped -: no other host has 4 GiB of memory free"],
    [
      "memory for one of two",
      file({
        hosts: hosts(2, 18),
        controlPlane: pool(1, ", hosts: [pve-1]"),
        workers: `{ main: ${pool(4, ", hosts: [pve-1, pve-1, pve-2, pve-2]")} }`,
      }),
      "work-01 stopped -: what is left elsewhere is taken by others of this host",
    ],
    [
      "no room for disks",
      file({ hosts: hosts(3).replaceAll("sizeGiB: 500", "sizeGiB: 41") }),
      "work-00 stopped -: no other host has room for its disks",
    ],
    [
      "no other host",
      file({ hosts: hosts(1), controlPlane: pool(1), workers: `{ main: ${pool(1)} }` }),
      "work-00 stopped -: there is no other host",
    ],
  ];
  for (const [what, text, step] of reasons) {
    it(`for ${what}`, () => {
      const steps = told(first(text));
      assert.ok(steps.includes(step), steps.join("\n"));
    });
  }

  it("is not possible for the homelab's first host: nothing has room, and etcd stands still", () => {
    const [pve, pve02] = maintenances(planOf(stackText("homelab")));
    assert.deepEqual([pve?.verdict, pve02?.verdict], ["lost", "degraded"]);
    assert.ok([...(pve?.steps ?? []), ...(pve02?.steps ?? [])].every(({ how }) => how === "stopped"));
    assert.deepEqual(
      pve?.steps.map(({ role }) => role),
      ["worker", "worker", "worker", "controlplane", "controlplane", "controlplane"],
    );
  });

  it("asks no control plane that is off already, and drains nothing once etcd stands still", () => {
    const plan = planOf(stackText("homelab"));
    const steps = maintenances(plan)[0]?.steps ?? [];
    const commands = steps.map((step, index) => commandsOf(plan, step, steps.slice(0, index)));
    assert.deepEqual(commands.slice(3), [
      ["talosctl -n 192.168.68.101,192.168.68.102 etcd status", "talosctl -n 192.168.68.100 shutdown"],
      ["talosctl -n 192.168.68.102 etcd status", "talosctl -n 192.168.68.101 shutdown"],
      ["talosctl -n 192.168.68.102 shutdown --force"],
    ]);
    const taking = planOf(file({ hosts: hosts(1), controlPlane: pool(3, ", schedulable: true"), workers: "{}" }));
    const all = maintenances(taking)[0]?.steps ?? [];
    const drained = all.map((step, index) => commandsOf(taking, step, all.slice(0, index)).some((each) => /drain/.test(each)));
    assert.deepEqual(drained, [true, true, false]);
  });

  it("says that nobody has the address where all balancers are on the host", () => {
    const plan = planOf(file({ endpoint: "{ haproxy: { vip: 192.168.1.99, hosts: [pve-1] } }" }));
    const [maintenance] = maintenances(plan);
    const reasons = maintenance?.steps.filter(({ role }) => role === "guest").map(({ reason }) => reason);
    assert.deepEqual(new Set(reasons), new Set(["no balancer is on another host: nobody has the address meanwhile"]));
    assert.equal(maintenance?.verdict, "lost");
  });

  it("hands what was switched off back to high availability", () => {
    const plan = planOf(file({ hosts: hosts(3, 12), proxmox: "ha: {}" }));
    const lines = renderMaintenances(plan, maintenances(plan), createStyle({ columns: 250, unicode: true, color: false }));
    const both = "ha-manager set vm:803 --state started; ha-manager set vm:800 --state started";
    assert.ok(
      lines.some((line) => line.includes(`afterwards start what is off again (${both})`)),
      lines.join("\n"),
    );
  });

  it("leaves balancers to each other", () => {
    const plan = planOf(file({ endpoint: "{ haproxy: { vip: 192.168.1.99, hosts: [pve-1, pve-2] } }" }));
    const step = maintenances(plan)[0]?.steps.find(({ role }) => role === "guest");
    assert.deepEqual([step?.machine, step?.how], ["lb-00", "stopped"]);
    assert.deepEqual(step && commandsOf(plan, step), [`qm shutdown ${step?.vmId ?? ""}`]);
  });

  it("asks high availability to look away from what is switched off, and for the other members first", () => {
    const plan = planOf(file({ hosts: hosts(3, 12), proxmox: "ha: {}" }));
    const steps = maintenances(plan)[0]?.steps ?? [];
    assert.deepEqual(
      steps.map((step) => commandsOf(plan, step)),
      [
        [
          "ha-manager set vm:803 --state ignored",
          "kubectl drain work-00 --ignore-daemonsets --delete-emptydir-data",
          "talosctl -n 192.168.1.103 shutdown",
        ],
        [
          "talosctl -n 192.168.1.101,192.168.1.102 etcd status",
          "ha-manager set vm:800 --state ignored",
          "talosctl -n 192.168.1.100 shutdown",
        ],
      ],
    );
    const moved = planOf(file({ workers: cpu("host"), proxmox: "ha: {}" }));
    assert.deepEqual(commandsOf(moved, maintenances(moved)[0]?.steps[0] as Maintenance["steps"][number]).slice(-4), [
      "qm migrate 803 pve-2",
      "qm start 803",
      "ha-manager set vm:803 --state started",
      "kubectl uncordon work-00",
    ]);
  });

  it("is shown with what is missing meanwhile", () => {
    const plan = planOf(stackText("homelab"), "homelab");
    const lines = renderMaintenances(plan, maintenances(plan), createStyle({ columns: 110, unicode: true, color: false }));
    assert.ok(lines.includes("✗ pve: 6 wait switched off; meanwhile the stack stands still"));
    assert.ok(lines.includes("  meanwhile etcd: 0 of 3 members are left, quorum is 2"));
    assert.equal(lines.at(-1), "✗ 2 hosts: the stack goes on without 0, lacks something without 1, stands still without 1");
  });
});
