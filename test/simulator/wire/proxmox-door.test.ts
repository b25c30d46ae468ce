import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ProxmoxUnderTest, SLOW, TOKEN, vmSettings } from "./proxmox-client";

describe("the Proxmox API of the datacenter", () => {
  let api: ProxmoxUnderTest;
  beforeEach(async () => {
    api = await new ProxmoxUnderTest().open();
  });
  afterEach(() => {
    api.close();
  });

  describe("lets in", () => {
    it("who has the token, and nobody else", async () => {
      assert.equal((await api.call("GET", "version")).status, 200);
      assert.deepEqual(await api.call("GET", "version", {}, {}), {
        status: 401,
        reason: "No ticket",
        data: null,
        errors: undefined,
      });
      const { status, reason } = await api.call("GET", "version", {}, { authorization: `PVEAPIToken=${TOKEN}x` });
      assert.deepEqual([status, reason], [401, "invalid token value!"]);
    });

    it("who has logged in with a password", async () => {
      const other = await new ProxmoxUnderTest({ username: "root@pam", password: "secret" }).open();
      try {
        assert.equal(
          (await other.call("POST", "access/ticket", { username: "root@pam", password: "wrong" }, {})).reason,
          "authentication failure",
        );
        const { data } = await other.call("POST", "access/ticket", { username: "root@pam", password: "secret" }, {});
        const cookie = `PVEAuthCookie=${encodeURIComponent((data as { ticket: string }).ticket)}`;
        assert.equal((await other.call("GET", "version", {}, { cookie })).status, 200);
        assert.equal((await other.call("GET", "version", {}, { cookie: `${cookie}x` })).status, 401);
      } finally {
        other.close();
      }
    });
  });

  it("refuses what a caller has no privilege for, in Proxmox' words, and leaves out what it may not see", async () => {
    const acl = { "/": ["Pool.Allocate", "Pool.Audit"], "/pool": ["VM.Audit"] };
    const other = await new ProxmoxUnderTest({ apiToken: TOKEN, acl }).open();
    try {
      const { status, reason } = await other.call("DELETE", "nodes/pve/storage/local/content/local:import%2Ftalos.qcow2");
      assert.deepEqual([status, reason], [403, "Permission check failed (/storage/local, Datastore.Allocate)"]);
      // What is given deeper takes the place of what is given above.
      assert.equal((await other.call("POST", "pools", { poolid: "lab" })).status, 403);
      other.dc.state.pools.push("lab");
      api.dc.state.pools.push("lab");
      assert.deepEqual((await other.call("GET", "pools")).data, []);
      assert.deepEqual((await api.call("GET", "pools")).data, [{ poolid: "lab" }]);
    } finally {
      other.close();
    }
  });

  it("takes a VM from its image and its creation to its end", async () => {
    const file = {
      content: "import",
      filename: "talos.qcow2",
      url: "https://factory.talos.dev/image/x/v1.13.9/nocloud-amd64.qcow2",
    };
    assert.equal(await api.task("POST", "nodes/pve/storage/local/download-url", file), "OK");
    const volumes = (await api.call("GET", "nodes/pve/storage/local/content?content=import")).data as Record<string, unknown>[];
    assert.deepEqual(
      volumes.map(({ volid, format }) => [volid, format]),
      [["local:import/talos.qcow2", "qcow2"]],
    );
    assert.equal(await api.create(100), "OK");
    const vm = "nodes/pve/qemu/100";
    const settings = (await api.call("GET", `${vm}/config`)).data as Record<string, unknown>;
    assert.equal(settings["scsi0"], "local-lvm:vm-100-disk-0,size=2G,ssd=1");
    assert.equal(settings["efidisk0"], "local-lvm:vm-100-disk-1,efitype=4m,pre-enrolled-keys=0,size=528K");
    assert.equal(settings["ide2"], "local-lvm:vm-100-cloudinit,media=cdrom,size=4M");
    assert.equal(settings["net0"], "virtio=02:BA:00:00:00:64,bridge=vmbr0,firewall=0");
    assert.deepEqual([settings["cores"], settings["onboot"], settings["memory"]], [2, 1, "2048"]);

    assert.equal(await api.task("PUT", `${vm}/resize`, { disk: "scsi0", size: 21474836480 }), "OK");
    assert.equal(
      ((await api.call("GET", `${vm}/config`)).data as Record<string, unknown>)["scsi0"],
      "local-lvm:vm-100-disk-0,size=20G,ssd=1",
    );
    assert.equal(await status(vm), "stopped");
    assert.equal(await api.task("POST", `${vm}/status/start`), "OK");
    assert.equal(await status(vm), "running");
    assert.equal((await api.call("POST", `${vm}/status/start`)).reason, "VM 100 already running");
    assert.equal((await api.call("DELETE", `${vm}/?purge=1`)).reason, "VM 100 is running - destroy failed");
    assert.equal(await api.task("POST", `${vm}/status/stop`), "OK");
    assert.equal(await api.task("DELETE", `${vm}/?destroy-unreferenced-disks=1&purge=1`), "OK");
    const gone = await api.call("GET", `${vm}/status/current`);
    assert.deepEqual([gone.status, gone.reason], [500, "Configuration file 'nodes/pve/qemu-server/100.conf' does not exist"]);
    assert.deepEqual(api.dc.state.settings, {});
  });

  it("changes a VM in place, and what is deleted is gone", async () => {
    api.images();
    await api.create(100, { description: "old" });
    assert.equal((await api.call("PUT", "nodes/pve/qemu/100/config", { memory: 4096, delete: "description,tags" })).data, null);
    const settings = (await api.call("GET", "nodes/pve/qemu/100/config")).data as Record<string, unknown>;
    assert.deepEqual([settings["memory"], settings["description"], settings["tags"]], ["4096", undefined, undefined]);
    assert.equal(api.dc.vm(100)?.memoryMiB, 4096);
  });

  it("lists VMs with what tells them apart", async () => {
    api.images();
    await api.create(100);
    await api.create(101, {}, "pve-02");
    const listed = (await api.call("GET", "cluster/resources?type=vm")).data as Record<string, unknown>[];
    assert.deepEqual(
      listed.map(({ vmid, node, name, status: state, tags }) => [vmid, node, name, state, tags]),
      [
        [100, "pve", "vm-100", "stopped", "talos;test"],
        [101, "pve-02", "vm-101", "stopped", "talos;test"],
      ],
    );
    assert.equal((await api.call("GET", "cluster/nextid")).data, "102");
    assert.deepEqual((await api.call("GET", "cluster/nextid", {})).status, 200);
  });

  it("moves a VM to another host", async () => {
    api.images();
    await api.create(100);
    assert.equal(await api.task("POST", "nodes/pve/qemu/100/migrate", { target: "pve-02", online: 1 }), "OK");
    assert.equal((await api.call("GET", "nodes/pve/qemu/100/config")).status, 500);
    assert.equal((await api.call("GET", "nodes/pve-02/qemu/100/config")).status, 200);
  });

  it("keeps pools, managed VMs and rules", async () => {
    await api.call("POST", "pools", { poolid: "lab", comment: "ours" });
    assert.deepEqual((await api.call("GET", "pools")).data, [{ poolid: "lab", comment: "ours" }]);
    api.images();
    await api.create(100, { pool: "lab" });
    await api.create(101, { pool: "lab" });
    assert.equal((await api.call("DELETE", "pools?poolid=lab")).reason, "delete pool failed: pool 'lab' is not empty");
    for (const sid of ["vm:100", "vm:101"])
      await api.call("POST", "cluster/ha/resources/", { sid, state: "started", max_restart: 3 });
    assert.deepEqual((await api.call("GET", "cluster/ha/resources/vm:100")).data, {
      sid: "vm:100",
      type: "vm",
      state: "started",
      max_restart: 3,
    });
    const rule = { rule: "apart", type: "resource-affinity", resources: "vm:100,vm:101", affinity: "negative", disable: 0 };
    assert.equal((await api.call("POST", "cluster/ha/rules/", rule)).data, null);
    assert.deepEqual((await api.call("GET", "cluster/ha/rules/apart")).data, {
      rule: "apart",
      type: "resource-affinity",
      resources: "vm:100,vm:101",
      affinity: "negative",
    });
    assert.match(
      (await api.call("POST", "cluster/ha/rules/", { ...rule, rule: "x", resources: "vm:100,vm:200" })).reason,
      /vm:200, which HA does not manage$/,
    );
    assert.equal((await api.call("DELETE", "cluster/ha/rules/apart")).data, null);
    assert.equal((await api.call("GET", "cluster/ha/rules/apart")).reason, "no such ha rule 'apart'");
    assert.match(await api.task("DELETE", "nodes/pve/qemu/100/"), /^VM 100 is managed by HA/);
    assert.equal((await api.call("DELETE", "cluster/ha/resources/vm:100")).data, null);
    assert.equal((await api.call("GET", "cluster/ha/resources/vm:100")).reason, "no such resource 'vm:100'");
  });

  describe("refuses", () => {
    beforeEach(() => {
      api.images();
    });

    it("an id that is taken, before anything begins", async () => {
      await api.create(100);
      const { status: code, reason } = await api.call("POST", "nodes/pve-02/qemu", vmSettings(100));
      assert.deepEqual([code, reason], [500, "unable to create VM 100 - VM 100 already exists on node 'pve'"]);
    });

    describe("while imports are under way", () => {
      let slow: ProxmoxUnderTest;
      beforeEach(async () => {
        slow = await new ProxmoxUnderTest({ apiToken: TOKEN }, SLOW).open();
        slow.images();
      });
      afterEach(() => {
        slow.close();
      });

      it("a third import at a time: the lock of the storage is not waited for that long", async () => {
        const ended = await Promise.all([100, 101, 102].map((id) => slow.create(id)));
        assert.deepEqual([ended[0], ended[1]], ["OK", "OK"]);
        assert.match(ended[2] ?? "", /^can't lock file '\/var\/lock\/pve-manager\/pve-storage-local-lvm' - got timeout/);
        assert.equal((await slow.call("GET", "nodes/pve/qemu/102/config")).status, 500);
      });

      it("anything about a VM that is still being created", async () => {
        const { data } = await slow.call("POST", "nodes/pve/qemu", vmSettings(100));
        assert.equal((await slow.call("POST", "nodes/pve/qemu/100/status/start")).reason, "VM is locked (create)");
        assert.equal(await slow.ended(String(data)), "OK");
      });
    });

    it("to a token what is root's alone", async () => {
      const { status: code, reason } = await api.call("POST", "nodes/pve/qemu", vmSettings(100, { affinity: "0-1" }));
      assert.deepEqual([code, reason], [403, "only root can set 'affinity' config"]);
    });

    it("to shrink a disk", async () => {
      await api.create(100);
      await api.task("PUT", "nodes/pve/qemu/100/resize", { disk: "scsi0", size: 21474836480 });
      const ended = await api.task("PUT", "nodes/pve/qemu/100/resize", { disk: "scsi0", size: "10G" });
      assert.equal(ended, "shrinking disks is not supported");
    });

    it("a disk that the storage has no room for", async () => {
      await api.create(100);
      const ended = await api.task("PUT", "nodes/pve/qemu/100/resize", { disk: "scsi0", size: "101G" });
      assert.equal(ended, "local-lvm on pve holds 100 GiB, 0 GiB are taken: vm-100 with 101 GiB does not fit");
    });

    it("an image that is there already, one that is not, and a storage nobody has", async () => {
      const file = { content: "import", filename: "talos.qcow2", url: "https://x/y" };
      assert.equal(
        (await api.call("POST", "nodes/pve/storage/local/download-url", file)).reason,
        "refusing to override existing file 'talos.qcow2'",
      );
      assert.match(
        await api.create(100, { scsi0: "file=local-lvm:0,import-from=local:import/other.qcow2" }),
        /^pve has no volume local:import\/other.qcow2/,
      );
      assert.match((await api.call("GET", "nodes/pve/storage/zfs/content")).reason, /^storage 'zfs' does not exist/);
    });

    it("parameters that are missing, hosts that are not there, and calls nobody simulates", async () => {
      const { status: code, errors } = await api.call("POST", "nodes/pve/qemu", { name: "x" });
      assert.deepEqual([code, errors], [400, { vmid: "property is missing and it is not optional" }]);
      assert.match((await api.call("GET", "nodes/pve-09/qemu")).reason, /^hostname lookup 'pve-09' failed/);
      assert.equal((await api.call("GET", "cluster/ceph")).status, 501);
    });
  });

  it("has every call that the real provider was seen to make", async () => {
    const recorded = JSON.parse(readFileSync(join(__dirname, "provider-calls.json"), "utf8")) as { proxmox: string[] };
    assert.ok(recorded.proxmox.length >= 14);
    for (const call of recorded.proxmox) {
      const [method = "", path = ""] = call.split(" ");
      const { status: code } = await api.call(method, path.slice(1).replace(":node", "pve"));
      assert.notEqual(code, 501, call);
    }
  });

  async function status(vm: string): Promise<unknown> {
    return ((await api.call("GET", `${vm}/status/current`)).data as Record<string, unknown>)["status"];
  }
});
