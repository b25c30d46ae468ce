import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { stackOf } from "../../bench/stack";
import { blockingFindings, hasBlockingFindings, planJson, planStack } from "../../planner";
import { valueAt } from "../../planner/addons/layers";
import type { Plan } from "../../planner";
import { configOf, planOf, stackFile, stackText } from "../stacks";

const table = (plan: Plan): string[] =>
  plan.machines.map(
    (m) =>
      `${m.name} ${m.vmId} ${m.address} ${m.host} ${m.cores} ${m.memoryMiB} ${m.disks.map((d) => `${d.sizeGiB}@${d.datastore}`).join("+")}`,
  );

describe("plan of homelab", () => {
  const plan = planOf(stackText("homelab"), "homelab");

  it("has ten machines at exactly the ids, addresses, hosts and sizes of the two hosts' setup", () => {
    assert.deepEqual(table(plan), [
      "ctrl-00 100 192.168.68.100 pve 2 6144 40@local-lvm",
      "ctrl-01 101 192.168.68.101 pve 2 6144 40@local-lvm",
      "ctrl-02 102 192.168.68.102 pve 2 6144 40@local-lvm",
      "work-00 103 192.168.68.103 pve 2 8192 60@local-lvm",
      "work-01 104 192.168.68.104 pve 2 8192 60@local-lvm",
      "work-02 105 192.168.68.105 pve 2 8192 60@local-lvm",
      "work-03 106 192.168.68.106 pve-02 2 6144 60@local-lvm",
      "work-04 107 192.168.68.107 pve-02 2 6144 60@local-lvm",
      "work-05 108 192.168.68.108 pve-02 2 6144 60@local-lvm",
      "work-06 109 192.168.68.109 pve-02 2 6144 60@local-lvm",
    ]);
    assert.equal(plan.endpoint.url, "https://192.168.68.100:6443");
    assert.equal(plan.clusterName, "homelab-cluster");
    assert.equal(plan.talos.discovery, false);
    assert.equal(plan.talos.bootstrapMachine, "ctrl-00");
  });

  it("reports every trap of the setup, errors acknowledged with a reason", () => {
    assert.deepEqual(
      plan.findings.map(
        ({ code, path, severity, acknowledged }) =>
          `${severity} ${code} ${path} ${acknowledged === undefined ? "open" : "acknowledged"}`,
      ),
      [
        "error etcd-quorum-single-host topology.controlPlane.hosts acknowledged",
        "error etcd-third-failure-domain topology.controlPlane.hosts acknowledged",
        "error host-failover-capacity proxmox.hosts.pve acknowledged",
        "error host-failover-capacity proxmox.hosts.pve-02 acknowledged",
        "error host-memory-full proxmox.hosts.pve-02.memoryGiB acknowledged",
        "error host-memory-full proxmox.hosts.pve.memoryGiB acknowledged",
        "error maintenance-room proxmox.hosts.pve acknowledged",
        "error maintenance-room proxmox.hosts.pve-02 acknowledged",
        "error proxmox-quorum-two-hosts proxmox.hosts acknowledged",
        "warning endpoint-single-machine network.endpoint.address open",
        "warning vcpu-overcommit proxmox.hosts.pve.threads open",
      ],
    );
    assert.ok(!hasBlockingFindings(plan));
  });

  it("is stopped by removing any one acknowledgement", () => {
    const config = configOf(stackText("homelab"));
    assert.equal(config.acknowledge.length, 6);
    for (const removed of config.acknowledge) {
      const planned = planStack({ ...config, acknowledge: config.acknowledge.filter((each) => each !== removed) }, "homelab");
      assert.ok(planned.ok);
      assert.deepEqual([...new Set(blockingFindings(planned.plan.findings).map(({ code }) => code))], [removed.code]);
    }
  });

  it("is the same byte for byte, also when hosts and pools stand in another order in the file", () => {
    const config = configOf(stackText("homelab"));
    const proxmox = config.proxmox;
    assert.ok(proxmox);
    const hosts = Object.fromEntries(Object.entries(proxmox.hosts).reverse());
    const workers = Object.fromEntries(Object.entries(config.topology.workers).reverse());
    const topology = { ...config.topology, workers };
    const planned = planStack({ ...config, topology, proxmox: { ...proxmox, hosts } }, "homelab");
    assert.ok(planned.ok);
    assert.equal(JSON.stringify(planned.plan), JSON.stringify(plan));
  });

  it("puts its VMs into a resource pool of the TalosCluster's name unless the file names another", () => {
    const config = configOf(stackText("homelab"));
    assert.ok(config.proxmox);
    const planned = planStack({ ...config, proxmox: { ...config.proxmox, poolId: "lab" } }, "homelab");
    assert.ok(planned.ok);
    assert.equal(planned.plan.proxmox?.poolId, "lab");
    assert.equal(plan.proxmox?.poolId, "homelab-cluster");
  });

  it("takes a fraction of a second, from the text to the plan", () => {
    const text = stackText("homelab");
    const begin = performance.now();
    planOf(text, "homelab");
    assert.ok(performance.now() - begin < 300);
  });

  it("has images whose names change with version and schematic only", () => {
    assert.deepEqual(plan.images, [
      { host: "pve", datastore: "local", schematic: "", fileName: "homelab-cluster-talos-v1.13.9-b9ca6ea7-nocloud-amd64.qcow2" },
      {
        host: "pve-02",
        datastore: "local",
        schematic: "",
        fileName: "homelab-cluster-talos-v1.13.9-b9ca6ea7-nocloud-amd64.qcow2",
      },
    ]);
    assert.equal(
      plan.talos.schematics[0]?.yaml,
      `customization:
    systemExtensions:
        officialExtensions:
            - siderolabs/iscsi-tools
            - siderolabs/qemu-guest-agent
            - siderolabs/util-linux-tools
`,
    );
    const config = configOf(stackText("homelab"));
    const shuffled = [...config.talos.extensions, ...config.talos.extensions].reverse();
    const same = planStack({ ...config, talos: { ...config.talos, extensions: shuffled } }, "homelab");
    assert.ok(same.ok);
    assert.deepEqual(same.plan.talos.schematics, plan.talos.schematics);
    const planned = planStack({ ...config, talos: { ...config.talos, extensions: [] } }, "homelab");
    assert.ok(planned.ok);
    assert.equal(planned.plan.talos.schematics[0]?.yaml, "customization: {}\n");
    assert.notEqual(planned.plan.images[0]?.fileName, plan.images[0]?.fileName);
  });

  it("has a JSON document of fixed shape", () => {
    const document = planJson(plan);
    assert.deepEqual(Object.keys(document), [
      "stack",
      "hosts",
      "machines",
      "formation",
      "endpoint",
      "versions",
      "parallel",
      "secrets",
      "footprint",
      "costs",
      "survival",
      "findings",
    ]);
    assert.deepEqual((document["hosts"] as object[])[0], {
      name: "pve",
      address: "192.168.68.51",
      cores: 6,
      threads: 6,
      memoryMiB: 49152,
      reservedMemoryMiB: 6144,
      allocatedMemoryMiB: 43008,
      vcpus: 12,
      datastores: [{ name: "local-lvm", sizeGiB: 400, allocatedGiB: 300 }],
      machines: ["ctrl-00", "ctrl-01", "ctrl-02", "work-00", "work-01", "work-02"],
    });
    assert.deepEqual((document["machines"] as object[])[6], {
      name: "work-03",
      role: "worker",
      pool: "small",
      host: "pve-02",
      vmId: 106,
      address: "192.168.68.106",
      cores: 2,
      memoryMiB: 6144,
      disks: [{ name: "system", sizeGiB: 60, datastore: "local-lvm" }],
    });
  });
});

describe("plan of prod", () => {
  const plan = planOf(stackText("prod"), "prod");

  it("has eight machines, one control plane per server and workers 2 + 2 + 1", () => {
    assert.deepEqual(table(plan), [
      "ctrl-00 900 10.0.20.100 server1 8 32768 100@local-lvm",
      "ctrl-01 901 10.0.20.101 server2 8 32768 100@local-lvm",
      "ctrl-02 902 10.0.20.102 server3 8 32768 100@local-lvm",
      "work-00 903 10.0.20.103 server1 8 24576 200@local-lvm",
      "work-01 904 10.0.20.104 server2 8 24576 200@local-lvm",
      "work-02 905 10.0.20.105 server3 8 24576 200@local-lvm",
      "work-03 906 10.0.20.106 server1 8 24576 200@local-lvm",
      "work-04 907 10.0.20.107 server2 8 24576 200@local-lvm",
    ]);
  });

  it("is highly available where homelab is minimal", () => {
    assert.equal(plan.endpoint.kind, "vip");
    const facts = ({ addons: { cilium } }: Plan): unknown => [
      [cilium?.name, cilium?.chart, cilium?.version, cilium?.repository, cilium?.namespace, cilium?.timeoutSeconds],
      ["operator.replicas", "hubble.relay.enabled", "hubble.ui.enabled", "ipv4.enabled", "ipv6.enabled"].map((path) =>
        valueAt(cilium?.values, path),
      ),
    ];
    const release = ["cilium", "cilium", "1.20.0", "https://helm.cilium.io", "kube-system", 600];
    assert.deepEqual(facts(plan), [release, [2, true, true, true, false]]);
    assert.deepEqual(facts(planOf(stackText("homelab"))), [release, [1, false, false, true, false]]);
  });

  it("gives Helm as long as many machines take to be created", () => {
    assert.equal(planOf(stackOf({ machines: 1000, hosts: 40 })).addons.cilium?.timeoutSeconds, 2000);
  });

  it("has a relay wherever there is an interface, and no more operators than machines", () => {
    const hubble = (environment: string, text: string): unknown[] => {
      const file = stackFile({ workers: "{}", more: `  proxmox-talos:addons: { cilium: { hubble: ${text} } }\n` });
      const { cilium } = planOf(file.replace("environment: dev", `environment: ${environment}`)).addons;
      return ["operator.replicas", "hubble.relay.enabled", "hubble.ui.enabled"].map((path) => valueAt(cilium?.values, path));
    };
    assert.deepEqual(hubble("dev", "{}"), [1, false, false]);
    assert.deepEqual(hubble("dev", "{ ui: true }"), [1, true, true]);
    assert.deepEqual(hubble("prod", "{ relay: false }"), [1, false, false]);
    assert.deepEqual(hubble("prod", "{ ui: false }"), [1, false, false]);
    assert.deepEqual(hubble("prod", "{}"), [1, true, true]);
  });

  it("has findings about what two failed servers' VMs would need, and accepts them; that nothing takes snapshots stays open", () => {
    assert.ok(!hasBlockingFindings(plan));
    const codes = (isAccepted: boolean): string[] => [
      ...new Set(plan.findings.filter((each) => (each.acknowledged !== undefined) === isAccepted).map(({ code }) => code)),
    ];
    assert.deepEqual([codes(true), codes(false)], [["host-failover-capacity", "host-memory-full"], ["etcd-backup-missing"]]);
  });
});
