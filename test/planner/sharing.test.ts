import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { maintenances, planStack, survivals } from "../../planner";
import type { Finding } from "../../planner";
import { configOf, hosts, stackFile } from "../stacks";

/** Findings about room of a stack beside others. */
function findings(text: string, ...others: string[]): Finding[] {
  const neighbours = others.map((other, index) => ({ file: `Pulumi.${index}.yaml`, config: configOf(other) }));
  const planned = planStack(configOf(text), "test", neighbours);
  assert.ok(planned.ok, JSON.stringify(planned));
  return planned.plan.findings.filter(({ code }) => /^(host-|maintenance-|datastore-|vcpu-)/.test(code));
}

function told(text: string, ...others: string[]): string[] {
  return findings(text, ...others).map(({ severity, code, path, message }) => `${severity} ${code} ${path}: ${message}`);
}

/** A stack that shares nothing with `lab` but its hosts. */
function second(parts: Parameters<typeof stackFile>[0]): string {
  return stackFile({ vm: "{ idBase: 850, idCount: 10 }", endpoint: "{ address: 192.168.1.120 }", ...parts })
    .replace("name: lab", "name: other")
    .replace("192.168.1.100-192.168.1.109", "192.168.1.120-192.168.1.129");
}

const one = (size: string): { controlPlane: string; workers: string } => ({
  controlPlane: `{ count: 1, ${size} }`,
  workers: "{}",
});
const small = "cores: 2, memoryGiB: 4, diskGiB: 20";

describe("a host that several stack files have", () => {
  it("has no room for what others' VMs take, neither when a host fails nor while one is emptied", () => {
    const wide = { hosts: hosts(2), ...one("cores: 2, memoryGiB: 24, diskGiB: 20, hosts: [pve-1]") };
    const elsewhere = second({ ...wide, ...one("cores: 2, memoryGiB: 40, diskGiB: 20, hosts: [pve-2]") });
    const judged = (...others: string[]): unknown[] => {
      const neighbours = others.map((other) => ({ file: "Pulumi.other.yaml", config: configOf(other) }));
      const planned = planStack(configOf(stackFile(wide)), "test", neighbours);
      assert.ok(planned.ok);
      const [step] = maintenances(planned.plan)[0]?.steps ?? [];
      return [survivals(planned.plan)[0]?.relocation?.packing.verdict, step?.how, step?.reason];
    };
    assert.deepEqual(judged(), ["fits", "live", undefined]);
    assert.deepEqual(judged(elsewhere), ["does-not-fit", "stopped", "no other host has 24 GiB of memory free"]);
  });

  it("is named with what they need together, where that fits", () => {
    assert.deepEqual(told(stackFile(), second({})), [
      "warning host-shared proxmox.hosts.pve: pve also carries 2 VMs of Pulumi.0.yaml: together 20 GiB of 64 GiB are given away, and 8 vCPUs on 16 threads",
    ]);
    // The other one's VMs are on another host, or this one's are.
    const two = { hosts: hosts(2) };
    assert.deepEqual(
      told(stackFile({ ...two, ...one(`${small}, hosts: [pve-1]`) }), second({ ...two, ...one(`${small}, hosts: [pve-2]`) })),
      [],
    );
  });

  it("fails the plan of each when memory, a datastore or processors are not enough for all", () => {
    const large = one("cores: 2, memoryGiB: 40, diskGiB: 20");
    const expected = (file: string): string[] => [
      `error host-shared-exceeded proxmox.hosts.pve.memoryGiB: pve has 64 GiB and needs 84 GiB: 40 GiB for 1 VM of this stack, 40 GiB for 1 VM of ${file}, 4 GiB for the host`,
    ];
    assert.deepEqual(told(stackFile(large), second(large)), expected("Pulumi.0.yaml"));
    assert.deepEqual(told(second(large), stackFile(large)), expected("Pulumi.0.yaml"));

    const wide = one("cores: 2, memoryGiB: 4, diskGiB: 300");
    assert.deepEqual(told(stackFile(wide), second(wide)), [
      "error host-shared-exceeded proxmox.hosts.pve.datastores.local-lvm.sizeGiB: local-lvm on pve holds 500 GiB and is to hold 600 GiB: 300 GiB for this stack, 300 GiB for Pulumi.0.yaml",
    ]);

    const busy = { controlPlane: "{ count: 3, cores: 11, memoryGiB: 4, diskGiB: 20 }", workers: "{}" };
    assert.deepEqual(told(stackFile(busy), second(busy)).slice(0, 1), [
      "error host-shared-exceeded proxmox.hosts.pve.threads: 66 vCPUs on 16 threads of pve are 4.13:1: 33 of this stack, 33 of Pulumi.0.yaml",
    ]);
    const [memory] = findings(stackFile(large), second(large));
    assert.equal(memory?.remedy, "free 20 GiB in one of the stack files: fewer or smaller VMs here, or more memory");
  });

  it("adds up all stack files, in the order of their names", () => {
    const part = one("cores: 2, memoryGiB: 24, diskGiB: 20");
    const third = second({ ...part, vm: "{ idBase: 900, idCount: 10 }" }).replace("name: other", "name: third");
    assert.deepEqual(told(stackFile(part), second(part), third), [
      "error host-shared-exceeded proxmox.hosts.pve.memoryGiB: pve has 64 GiB and needs 76 GiB: 24 GiB for 1 VM of this stack, 24 GiB for 1 VM of Pulumi.0.yaml, 24 GiB for 1 VM of Pulumi.1.yaml, 4 GiB for the host",
    ]);
  });

  it("is one host by its address, whatever the endpoint and its name, and another one elsewhere", () => {
    const renamed = second({}).replace("https://192.168.1.2:8006", "https://pve.lan:8006").replace("pve: {", "server: {");
    assert.equal(told(stackFile(), renamed).length, 1);
    assert.deepEqual(told(stackFile(), renamed.replace("address: 192.168.1.2,", "address: 192.168.7.2,")), []);
  });

  it("shares a datastore of all hosts also with VMs on other hosts", () => {
    const ceph = (text: string): string => text.replaceAll("sizeGiB: 500", "sizeGiB: 500, shared: true");
    const on = (host: string): Parameters<typeof stackFile>[0] => ({
      hosts: hosts(2),
      ...one(`cores: 2, memoryGiB: 4, diskGiB: 300, hosts: [${host}]`),
    });
    assert.deepEqual(told(ceph(stackFile(on("pve-1"))), ceph(second(on("pve-2")))), [
      "error host-shared-exceeded proxmox.hosts.pve-1.datastores.local-lvm.sizeGiB: local-lvm on pve-1 holds 500 GiB and is to hold 600 GiB: 300 GiB for this stack, 300 GiB for Pulumi.0.yaml",
    ]);
    assert.deepEqual(told(stackFile(on("pve-1")), second(on("pve-2"))), []);
  });

  it("has no room for VMs of a failed host where others have taken it", () => {
    const two = hosts(2, 16);
    const own = stackFile({
      hosts: two,
      controlPlane: "{ count: 2, cores: 2, memoryGiB: 4, hosts: [pve-1, pve-2] }",
      workers: "{}",
    });
    const full = second({ hosts: two, ...one("cores: 2, memoryGiB: 6, diskGiB: 20, hosts: [pve-2]") });
    assert.deepEqual(told(own), []);
    assert.deepEqual(told(own, full), [
      "error host-failover-capacity proxmox.hosts.pve-1: if pve-1 fails, 4 GiB of VMs need a new place and ctrl-00 (4 GiB) find none; free are 2 GiB on pve-2",
      "error host-memory-full proxmox.hosts.pve-2.memoryGiB: pve-2 is filled to 14 GiB of 16 GiB (4 GiB for 1 VM + 4 GiB for the host + 6 GiB for other stack files): no VM of another host can be restarted here",
      "error maintenance-room proxmox.hosts.pve-1: the only VM of pve-1 cannot be moved to another host: live migration and maintenance without downtime are not possible",
      "warning host-shared proxmox.hosts.pve-2: pve-2 also carries 1 VM of Pulumi.0.yaml: together 14 GiB of 16 GiB are given away, and 4 vCPUs on 16 threads",
    ]);
  });
});
