import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import { Datacenter } from "../../../simulator/datacenter/datacenter";
import { apiAnswers } from "../../../simulator/datacenter/api-endpoint";
import type { Cluster } from "../../../simulator/datacenter/model";
import { createVm } from "../../../simulator/datacenter/virtual-machines";
import { TalosDoor } from "../../../simulator/talos-door/door";
import { LiveTime } from "../../../simulator/wire/live-time";
import { loopbackSite } from "./site";
import { TalosClient } from "./talos-client";
import type { Reply } from "./talos-client";
import { configurationOf, newCluster } from "./talos-configuration";

/** Not the usual port: somebody may run Talos on this machine. */
const PORT = 50322;
const SPEED = 2000;
const CONTROL_PLANES = ["127.68.0.100", "127.68.0.101", "127.68.0.102"];
const [FIRST = "", SECOND = ""] = CONTROL_PLANES;
const WORKER = "127.68.0.103";
const NAMES = Object.fromEntries([...CONTROL_PLANES, WORKER].map((address, index) => [address, `m-0${index}`]));

/** A namespace that somebody made after the installation: only what is in etcd knows it. */
const MARKER = "made-by-somebody";

/** What docs/restore.md has people do. */
const WIPE = { graceful: false, reboot: true, system_partitions_to_wipe: [{ label: "EPHEMERAL", wipe: true }] };

describe("docs/restore.md", function () {
  this.timeout(30_000);
  const pki = newCluster();
  let dc: Datacenter;
  let time: LiveTime;
  let door: TalosDoor;
  let admin: TalosClient;
  let clients: TalosClient[];

  const clientOf = (...more: ConstructorParameters<typeof TalosClient> extends [unknown, unknown, ...infer M] ? M : never) => {
    const client = new TalosClient(PORT, NAMES, ...more);
    clients.push(client);
    return client;
  };
  const cluster = (): Cluster => {
    const [only, ...others] = dc.state.clusters;
    assert.ok(only && others.length === 0);
    return only;
  };
  const whole = (): boolean => {
    const [only] = dc.state.clusters;
    return only?.nodes.length === 4 && only.networkReady.length === 4 && only.apiServers.length === 3 && apiAnswers(dc, only);
  };

  beforeEach(async () => {
    dc = new Datacenter(loopbackSite());
    time = new LiveTime(dc.clock, SPEED);
    door = new TalosDoor(dc, time, "v1.13.9", PORT);
    clients = [];
    admin = clientOf(pki.os);
    for (const [index, address] of [...CONTROL_PLANES, WORKER].entries()) {
      await time.run(createVm(dc, vm(100 + index, NAMES[address] ?? "", address)));
      const type = address === WORKER ? "worker" : "controlplane";
      const data = Buffer.from(configurationOf(pki, type, NAMES[address] ?? ""));
      await eventually(() => clientOf().call(address, "ApplyConfiguration", { data, mode: "AUTO" }));
    }
    await until(() => dc.state.vms.every(({ stage }) => stage === "running"));
    await admin.call(FIRST, "Bootstrap");
    await until(() => (dc.state.clusters[0]?.nodes.length ?? 0) === 4);
    Object.assign(cluster(), { cni: "cilium", releases: { cilium: "cilium" } });
    time.changed();
    await until(whole);
    cluster().namespaces[MARKER] = "baseline";
  });
  afterEach(() => {
    for (const client of clients) client.close();
    door.close();
    time.stop();
  });

  /** Step 1: every control plane loses its data and keeps its configuration. */
  async function wipeControlPlanes(): Promise<void> {
    await Promise.all(CONTROL_PLANES.map((address) => admin.call(address, "Reset", WIPE)));
    await until(() => dc.state.clusters.length === 0);
    await until(() => CONTROL_PLANES.every((address) => dc.vmAt(address)?.stage === "running"));
  }

  it("leads from a snapshot to a cluster with the same in it, although all control planes lost theirs", async () => {
    // With the certificate that the backup's job has, which may do nothing else.
    const job = clientOf(pki.os, "os:etcd:backup");
    const snapshot = await job.download(FIRST, "EtcdSnapshot");
    assert.equal(snapshot.length % 512, 32);
    await assert.rejects(job.call(FIRST, "Reset", WIPE), { code: status.PERMISSION_DENIED });
    cluster().namespaces["made-after-the-snapshot"] = "baseline";

    await wipeControlPlanes();
    await eventually(() => admin.upload(FIRST, "EtcdRecover", snapshot));
    await admin.call(FIRST, "Bootstrap", { recover_etcd: true });
    await until(whole);
    assert.deepEqual([cluster().namespaces[MARKER], cluster().releases], ["baseline", { cilium: "cilium" }]);
    assert.equal(cluster().namespaces["made-after-the-snapshot"], undefined);
    const { messages } = await admin.call(SECOND, "EtcdMemberList");
    assert.equal(((messages as Reply[])[0]?.["members"] as Reply[]).length, 3);
    await refused(admin.call(FIRST, "Bootstrap", { recover_etcd: true }), status.ALREADY_EXISTS, /not empty/);
  });

  it("is needed: a cluster that is bootstrapped without the snapshot has nothing in it", async () => {
    await wipeControlPlanes();
    await eventually(() => admin.call(FIRST, "Bootstrap"));
    await until(() => dc.state.clusters.length === 1);
    assert.deepEqual([cluster().namespaces[MARKER], cluster().releases], [undefined, {}]);
  });

  it("has the snapshot uploaded first: without it the call succeeds, and etcd says why it does not start", async () => {
    await wipeControlPlanes();
    await eventually(() => admin.call(FIRST, "Bootstrap", { recover_etcd: true }));
    const etcd = async (): Promise<Reply | undefined> =>
      (((await admin.call(FIRST, "ServiceList"))["messages"] as Reply[])[0]?.["services"] as Reply[]).find(
        ({ id }) => id === "etcd",
      );
    const failed = await etcd();
    assert.deepEqual([failed?.["state"], dc.state.clusters.length], ["Failed", 0]);
    assert.match(JSON.stringify(failed), /open \/var\/lib\/etcd\.snapshot: no such file or directory/);
    // Half a file is none.
    await admin.upload(FIRST, "EtcdRecover", Buffer.alloc(700));
    await admin.call(FIRST, "Bootstrap", { recover_etcd: true });
    assert.match(JSON.stringify(await etcd()), /error recovering from the snapshot: expected sha256/);
  });

  it("takes control planes that wait for etcd, and an administrator", async () => {
    const snapshot = await admin.download(FIRST, "EtcdSnapshot");
    await refused(admin.upload(WORKER, "EtcdRecover", snapshot), status.UNIMPLEMENTED, /only available on control plane nodes/);
    const reader = clientOf(pki.os, "os:operator");
    await refused(reader.upload(FIRST, "EtcdRecover", snapshot), status.PERMISSION_DENIED, /not authorized/);
    // While the cluster lives, nothing is restored over it.
    await admin.upload(FIRST, "EtcdRecover", snapshot);
    await refused(admin.call(FIRST, "Bootstrap", { recover_etcd: true }), status.ALREADY_EXISTS, /not empty/);
  });

  it("is for the loss of all: a single control plane that is wiped comes back by itself", async () => {
    await admin.call(SECOND, "Reset", WIPE);
    await until(() => dc.vmAt(SECOND)?.stage !== "running");
    await until(whole);
    assert.equal(cluster().namespaces[MARKER], "baseline");
    assert.deepEqual(cluster().wipedMembers, []);
  });
});

function vm(vmId: number, name: string, address: string): Parameters<typeof createVm>[1] {
  return {
    vmId,
    name,
    host: "pve",
    cores: 1,
    memoryMiB: 1024,
    disks: [{ slot: "scsi0", datastore: "local-lvm", sizeGiB: 20 }],
    addresses: [address],
    hardware: { cpuType: "x86-64-v2-AES", lastThread: null, numaNode: null, mappings: [], tpm: false },
    pool: "",
    started: true,
  };
}

async function refused(call: Promise<unknown>, code: status, message: RegExp): Promise<void> {
  await assert.rejects(call, (error: ServiceError) => {
    assert.deepEqual([error.code, message.test(error.details)], [code, true], error.message);
    return true;
  });
}

/** Machines change their certificates: whoever dials meanwhile is refused. */
async function eventually(ask: () => Promise<unknown>): Promise<void> {
  for (const end = Date.now() + 5000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    try {
      await ask();
      return;
    } catch (error) {
      if ((error as ServiceError).code !== status.UNAVAILABLE || Date.now() > end) throw error;
    }
  }
}

async function until(test: () => boolean): Promise<void> {
  for (const end = Date.now() + 8000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 5))) {
    if (test()) return;
  }
  assert.fail("it never came true");
}
