import assert from "node:assert/strict";
import { Outages } from "../../../simulator/wire/outages";
import { ProxmoxUnderTest, SLOW, vmSettings } from "./proxmox-client";

describe("an outage of the datacenter", () => {
  let api: ProxmoxUnderTest;
  let outages: Outages;
  beforeEach(async () => {
    api = await new ProxmoxUnderTest().open();
    outages = new Outages(api.dc, api.time);
    api.images();
  });
  afterEach(() => {
    api.close();
  });

  it("of a host: the others say so and change nothing without a majority, and its VMs are off", async () => {
    assert.equal(await api.create(100, {}, "pve-02"), "OK");
    assert.equal(await api.task("POST", "nodes/pve-02/qemu/100/status/start"), "OK");
    outages.start({ kind: "outage", of: "host" });
    const { status, reason } = await api.call("GET", "nodes/pve-02/qemu/100/status/current");
    assert.deepEqual([status, reason], [595, "No route to host"]);
    assert.equal((await api.call("POST", "pools", { poolid: "p" })).reason, "cluster not ready - no quorum?");
    assert.deepEqual(await shown("nodes", "node", "status"), [
      ["pve", "online"],
      ["pve-02", "offline"],
    ]);
    assert.deepEqual(await shown("cluster/resources?type=vm", "name", "status"), [[undefined, "unknown"]]);
    const members = await shown("cluster/status", "name", "online");
    assert.deepEqual(members.at(-1), ["pve-02", 0]);
    assert.equal(api.dc.vm(100)?.running, false);
  });

  it("of a host ends with its VMs started that start with it", async () => {
    for (const [vmId, onboot] of [
      [100, 1],
      [101, 0],
    ] as const) {
      assert.equal(await api.create(vmId, { onboot }, "pve-02"), "OK");
      assert.equal(await api.task("POST", `nodes/pve-02/qemu/${vmId}/status/start`), "OK");
    }
    outages.start({ kind: "outage", of: "host" });
    outages.mend();
    assert.deepEqual(await shown("cluster/resources?type=vm", "name", "status"), [
      ["vm-100", "running"],
      ["vm-101", "stopped"],
    ]);
    assert.equal((await api.call("POST", "pools", { poolid: "p" })).status, 200);
  });

  it("of the host whose API it is cuts the connection, also of what is under way", async () => {
    outages.start({ kind: "outage", of: "endpoint" });
    await assert.rejects(api.call("GET", "version"), /socket hang up|ECONNRESET/);
    outages.mend();
    assert.equal((await api.call("GET", "version")).status, 200);
  });

  it("in the middle of a creation leaves a VM with a lock and without a name, for good", async () => {
    const slow = await new ProxmoxUnderTest(undefined, SLOW).open();
    try {
      slow.images();
      const { data } = await slow.call("POST", "nodes/pve-02/qemu", vmSettings(100));
      const later = new Outages(slow.dc, slow.time);
      later.start({ kind: "outage", of: "host" });
      later.mend();
      assert.equal(await slow.ended(data as string), "unexpected status");
      const { data: guests } = await slow.call("GET", "cluster/resources?type=vm");
      const [{ name, lock, tags, status } = {}] = guests as Record<string, unknown>[];
      assert.deepEqual([name, lock, tags, status], ["VM 100", "create", undefined, "stopped"]);
      // The storage is free again: nobody waits for what broke off.
      assert.equal(await slow.create(101, {}, "pve-02"), "OK");
    } finally {
      slow.close();
    }
  });

  it("begins later and ends by itself where it is told to", async () => {
    outages.start({ kind: "outage", of: "vip", after: 20, seconds: 20 });
    assert.equal(api.dc.away.has("vip"), false);
    await until(() => api.dc.away.has("vip"));
    await until(() => !api.dc.away.has("vip"));
  });

  async function shown(path: string, ...names: string[]): Promise<unknown[][]> {
    const { data } = await api.call("GET", path);
    return (data as Record<string, unknown>[]).map((each) => names.map((name) => each[name]));
  }
});

async function until(test: () => boolean): Promise<void> {
  for (const end = Date.now() + 5000; !test(); await new Promise((resolve) => setTimeout(resolve, 1))) {
    if (Date.now() > end) assert.fail("it never happened");
  }
}
