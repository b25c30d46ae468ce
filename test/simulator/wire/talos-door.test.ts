import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { gunzipSync } from "node:zlib";
import { credentials, Metadata, status } from "@grpc/grpc-js";
import type { ChannelCredentials, Client, ServiceError } from "@grpc/grpc-js";
import { parse } from "yaml";
import { Datacenter } from "../../../simulator/datacenter/datacenter";
import { createVm } from "../../../simulator/datacenter/virtual-machines";
import { TalosDoor } from "../../../simulator/talos-door/door";
import { callsOf, talosProtocol } from "../../../simulator/talos-door/protocol";
import { issue, newAuthority } from "../../../simulator/wire/certificates";
import type { KeyPair } from "../../../simulator/wire/certificates";
import { LiveTime } from "../../../simulator/wire/live-time";
import { loopbackSite } from "./site";
import { configurationOf, newCluster } from "./talos-configuration";

/** Not the usual port: somebody may run Talos on this machine. */
const PORT = 50321;
const SPEED = 2000;
const CTRL = "127.68.0.100";
const WORK = "127.68.0.101";

type Reply = Record<string, unknown>;

describe("the Talos API of the datacenter", () => {
  const pki = newCluster();
  let dc: Datacenter;
  let time: LiveTime;
  let door: TalosDoor;
  let clients: Client[];

  beforeEach(async () => {
    dc = new Datacenter(loopbackSite());
    time = new LiveTime(dc.clock, SPEED);
    door = new TalosDoor(dc, time, "v1.13.9", PORT);
    clients = [];
    for (const [vmId, name, address] of [
      [100, "ctrl-00", CTRL],
      [101, "work-00", WORK],
    ] as const) {
      await time.run(createVm(dc, vm(vmId, name, address)));
    }
    for (const address of [CTRL, WORK]) {
      await until(async () => (await serverName(address).catch(() => "")) === "maintenance-service.talos.dev");
    }
  });
  afterEach(() => {
    for (const client of clients) client.close();
    door.close();
    time.stop();
  });

  it("speaks the names of the real services", () => {
    const { machine, storage, cluster } = talosProtocol();
    assert.ok(callsOf(machine).includes("/machine.MachineService/ApplyConfiguration"));
    assert.deepEqual(callsOf(storage), ["/storage.StorageService/Disks"]);
    assert.deepEqual(callsOf(cluster), ["/cluster.ClusterService/HealthCheck"]);
  });

  describe("of a machine in maintenance mode", () => {
    it("answers without a client's certificate under a name of its own, and only for itself", async () => {
      assert.equal(await serverName(CTRL), "maintenance-service.talos.dev");
      const { messages } = await call(unverified(), CTRL, "storage", "Disks");
      assert.equal(((messages as Reply[])[0]?.["disks"] as Reply[])[0]?.["device_name"], "/dev/sda");
      await refused(call(unverified(), CTRL, "storage", "Disks", {}, WORK), status.PERMISSION_DENIED, /proxying is not allowed/);
      await refused(
        call(unverified(), CTRL, "machine", "ServiceList"),
        status.UNIMPLEMENTED,
        /not implemented in maintenance mode/,
      );
    });

    it("takes a configuration and then asks for certificates of the cluster's authority", async () => {
      const answer = await apply(CTRL, configurationOf(pki, "controlplane", "ctrl-00"));
      assert.deepEqual((answer["messages"] as Reply[])[0]?.["warnings"], []);
      await until(async () => (await serverName(CTRL).catch(() => "")) === "ctrl-00");
      await refused(call(unverified(), CTRL, "storage", "Disks"), status.UNAVAILABLE);
      await refused(call(trusting(newAuthority("stranger")), CTRL, "machine", "Version"), status.UNAVAILABLE);
      const { messages } = await call(trusting(pki.os), CTRL, "machine", "Version");
      assert.equal(((messages as Reply[])[0]?.["version"] as Reply)["tag"], "v1.13.9");
    });

    it("refuses a configuration that Talos would, and stays as it was", async () => {
      const unknown = configurationOf(pki, "controlplane", "ctrl-00", { diskz: [] });
      await refused(apply(CTRL, unknown), status.INVALID_ARGUMENT, /unknown keys found during decoding: machine.diskz/);
      assert.equal(dc.vm(100)?.stage, "maintenance");
    });

    it("tries a configuration without taking it", async () => {
      const data = Buffer.from(configurationOf(pki, "controlplane", "ctrl-00"));
      await call(unverified(), CTRL, "machine", "ApplyConfiguration", { data, mode: "AUTO", dry_run: true });
      assert.equal(dc.vm(100)?.stage, "maintenance");
      const wrong = Buffer.from("machine: {}");
      await refused(
        call(unverified(), CTRL, "machine", "ApplyConfiguration", { data: wrong, dry_run: true }),
        status.INVALID_ARGUMENT,
        /machine.type is undefined/,
      );
    });
  });

  describe("of a machine that runs", () => {
    beforeEach(async () => {
      await apply(CTRL, configurationOf(pki, "controlplane", "ctrl-00"));
      await apply(WORK, configurationOf(pki, "worker", "work-00"));
      for (const [address, name] of [
        [CTRL, "ctrl-00"],
        [WORK, "work-00"],
      ] as const) {
        await until(async () => (await serverName(address).catch(() => "")) === name);
      }
    });

    it("looks at what a caller may do", async () => {
      const reader = trusting(pki.os, "os:reader");
      assert.equal(((await call(reader, CTRL, "machine", "Hostname"))["messages"] as Reply[])[0]?.["hostname"], "ctrl-00");
      await refused(call(reader, CTRL, "machine", "Bootstrap"), status.PERMISSION_DENIED, /not authorized/);
      await refused(call(trusting(pki.os, "system:nobody"), CTRL, "machine", "Hostname"), status.PERMISSION_DENIED);
    });

    it("passes on what is for another machine, from a control plane alone", async () => {
      const admin = trusting(pki.os);
      assert.equal(
        ((await call(admin, CTRL, "machine", "Hostname", {}, WORK))["messages"] as Reply[])[0]?.["hostname"],
        "work-00",
      );
      await refused(call(admin, WORK, "machine", "Hostname", {}, CTRL), status.PERMISSION_DENIED);
    });

    it("is bootstrapped once, and a worker never", async () => {
      const admin = trusting(pki.os);
      await refused(call(admin, WORK, "machine", "Bootstrap"), status.INVALID_ARGUMENT, /work-00 is a worker/);
      await call(admin, CTRL, "machine", "Bootstrap");
      await refused(call(admin, CTRL, "machine", "Bootstrap"), status.ALREADY_EXISTS, /etcd data directory is not empty/);
      await until(() => dc.state.clusters[0]?.etcdMembers.length === 1);
      const { messages } = await call(admin, CTRL, "machine", "EtcdMemberList");
      const members = (messages as Reply[])[0]?.["members"] as Reply[];
      assert.deepEqual(
        members.map(({ hostname, peer_urls }) => [hostname, peer_urls]),
        [["ctrl-00", [`https://${CTRL}:2380`]]],
      );
      await refused(call(admin, CTRL, "machine", "EtcdLeaveCluster"), status.INVALID_ARGUMENT, /the last member of etcd/);
      await refused(
        call(admin, CTRL, "machine", "Reset", { graceful: true }),
        status.FAILED_PRECONDITION,
        /cannot leave gracefully/,
      );
    });

    it("hands out a kubeconfig of the cluster's own authority", async () => {
      await call(trusting(pki.os), CTRL, "machine", "Bootstrap");
      const archive = gunzipSync(await stream(trusting(pki.os), CTRL, "Kubeconfig"));
      const size = Number.parseInt(archive.subarray(124, 136).toString(), 8);
      const kubeconfig = parse(archive.subarray(512, 512 + size).toString()) as Record<string, Reply[]>;
      assert.equal((kubeconfig["clusters"]?.[0]?.["cluster"] as Reply)["server"], "https://127.68.0.100:6443");
      const user = kubeconfig["users"]?.[0]?.["user"] as Record<string, string>;
      const certificate = new X509Certificate(Buffer.from(user["client-certificate-data"] ?? "", "base64"));
      assert.equal(certificate.verify(new X509Certificate(pki.kubernetes.certificate).publicKey), true);
      assert.equal(certificate.subject, "O=system:masters\nCN=admin");
      await assert.rejects(stream(trusting(pki.os), WORK, "Kubeconfig"), /only available on control planes/);
    });

    it("says when its cluster is healthy, and gives up when it is not in time", async () => {
      const admin = trusting(pki.os);
      await call(admin, CTRL, "machine", "Bootstrap");
      await assert.rejects(
        stream(admin, CTRL, "HealthCheck", "cluster", { wait_timeout: { seconds: "0", nanos: 0 } }),
        /all k8s nodes to report ready/,
      );
      await until(() => dc.state.clusters[0]?.nodes.length === 2);
      const [cluster] = dc.state.clusters;
      assert.ok(cluster);
      cluster.cni = "cilium";
      time.changed();
      const told = await stream(admin, CTRL, "HealthCheck", "cluster", { wait_timeout: { seconds: "5", nanos: 0 } });
      assert.match(told.toString(), /all k8s nodes to report ready: OK/);
    });

    it("goes back to maintenance mode when it is reset, and is away while it starts again", async () => {
      await call(trusting(pki.os), WORK, "machine", "Reset", { graceful: false, reboot: true });
      await until(async () => (await serverName(WORK).catch(() => "")) === "maintenance-service.talos.dev");
      assert.equal(dc.vm(101)?.machine, undefined);
      const stages = new Set<string>();
      time.onChange(() => stages.add(dc.vm(100)?.stage ?? ""));
      await call(trusting(pki.os), CTRL, "machine", "Reboot");
      await until(() => stages.has("booting") && dc.vm(100)?.stage === "running");
    });

    it("takes another release from an installer the factory knows", async () => {
      const schematic = "a".repeat(64);
      dc.state.schematics[schematic] = ["siderolabs/iscsi-tools"];
      await call(trusting(pki.os), WORK, "machine", "Upgrade", { image: `factory.talos.dev/installer/${schematic}:v1.13.9` });
      await until(() => dc.vm(101)?.schematic === schematic);
    });
  });

  function unverified(): ChannelCredentials {
    return credentials.createSsl(null, null, null, { rejectUnauthorized: false, checkServerIdentity: () => undefined });
  }

  function trusting(authority: KeyPair, role = "os:admin"): ChannelCredentials {
    const { certificate, key } = issue(authority, { commonName: "test", organizations: [role], usages: ["client"] });
    return credentials.createSsl(Buffer.from(authority.certificate), Buffer.from(key), Buffer.from(certificate));
  }

  function client(
    kind: "machine" | "storage" | "cluster",
    address: string,
    how: ChannelCredentials,
  ): Client & Record<string, unknown> {
    // TLS has no names that are addresses: Node.js warns of them.
    const options = { "grpc.ssl_target_name_override": address === CTRL ? "ctrl-00" : "work-00" };
    const opened = new (talosProtocol()[kind])(`${address}:${PORT}`, how, options);
    clients.push(opened);
    return opened;
  }

  function call(
    how: ChannelCredentials,
    address: string,
    kind: "machine" | "storage",
    name: string,
    request: object = {},
    node = address,
  ): Promise<Reply> {
    const metadata = new Metadata();
    metadata.set("node", node);
    const opened = client(kind, address, how);
    return new Promise((resolve, reject) => {
      const method = opened[name] as (...args: unknown[]) => void;
      method.call(opened, request, metadata, { deadline: Date.now() + 5000 }, (error: ServiceError | null, reply: Reply) => {
        if (error) reject(error);
        else resolve(reply);
      });
    });
  }

  function stream(
    how: ChannelCredentials,
    address: string,
    name: string,
    kind: "machine" | "cluster" = "machine",
    request: object = {},
  ): Promise<Buffer> {
    const opened = client(kind, address, how);
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const method = opened[name] as (...args: unknown[]) => NodeJS.EventEmitter;
      const answer = method.call(opened, request, { deadline: Date.now() + 5000 });
      answer.on("data", ({ bytes, message = "" }: { bytes?: Buffer; message?: string }) =>
        chunks.push(bytes ?? Buffer.from(`${message}\n`)),
      );
      answer.on("error", reject);
      answer.on("end", () => {
        resolve(Buffer.concat(chunks));
      });
    });
  }

  function apply(address: string, configuration: string): Promise<Reply> {
    return call(unverified(), address, "machine", "ApplyConfiguration", { data: Buffer.from(configuration), mode: "AUTO" });
  }
});

function vm(vmId: number, name: string, address: string): Parameters<typeof createVm>[1] {
  return {
    vmId,
    name,
    host: "pve",
    cores: 2,
    memoryMiB: 2048,
    disks: [{ slot: "scsi0", datastore: "local-lvm", sizeGiB: 20 }],
    addresses: [address],
    hardware: { cpuType: "x86-64-v2-AES", lastThread: null, numaNode: null, mappings: [], tpm: false },
    pool: "",
    started: true,
  };
}

/** Name in the certificate of whoever answers. */
function serverName(address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: PORT, rejectUnauthorized: false, ALPNProtocols: ["h2"] }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

async function refused(call: Promise<unknown>, code: status, message = /./): Promise<void> {
  await assert.rejects(call, (error: ServiceError) => {
    assert.equal(error.code, code, error.message);
    assert.match(error.details, message);
    return true;
  });
}

async function until(test: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 5000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 5))) {
    if (await test()) return;
  }
  assert.fail("it never came true");
}
