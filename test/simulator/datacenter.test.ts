import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { stringify } from "yaml";
import type { Process } from "../../simulator/clock/clock";
import { Datacenter } from "../../simulator/datacenter/datacenter";
import { DURATIONS } from "../../simulator/datacenter/durations";
import { awaitApi, isReady } from "../../simulator/datacenter/kubernetes";
import { applyNamespace } from "../../simulator/datacenter/objects";
import { release, uninstall } from "../../simulator/datacenter/releases";
import { applyConfiguration, bootstrap, fetchKubeconfig } from "../../simulator/datacenter/machines";
import { RuleBroken } from "../../simulator/datacenter/model";
import type { ReleaseRequest } from "../../simulator/datacenter/model";
import type { VmRequest } from "../../simulator/datacenter/virtual-machines";
import { createVm, deleteVm, downloadImage, updateVm } from "../../simulator/datacenter/virtual-machines";

const ENDPOINT = "https://192.168.1.100:6443";
const IMAGE = "local:import/talos.qcow2";

function datacenter(): Datacenter {
  const host = (name: string, address: string): Datacenter["spec"]["hosts"][number] => ({
    name,
    address,
    cores: 4,
    threads: 4,
    memoryMiB: 16384,
    reservedMemoryMiB: 2048,
    cpuLevel: "x86-64-v3",
    numaNodes: 1,
    pciMappings: { gpu: 1 },
    datastores: [
      { name: "local-lvm", sizeGiB: 100, shared: false },
      { name: "ceph", sizeGiB: 50, shared: true },
    ],
  });
  return new Datacenter({
    hosts: [host("pve", "192.168.1.2"), host("pve-02", "192.168.1.3")],
    network: { subnets: [{ subnet: "192.168.1.0/24", gateway: "192.168.1.1" }], frontends: [] },
    releasedDisks: {},
    machines: [],
  });
}

function vm(index: number, overrides: Partial<VmRequest> = {}): VmRequest {
  return {
    vmId: 100 + index,
    name: `vm-${index}`,
    host: "pve",
    cores: 2,
    memoryMiB: 4096,
    disks: [{ slot: "scsi0", datastore: "local-lvm", sizeGiB: 20, importFrom: IMAGE }],
    addresses: [`192.168.1.${100 + index}`],
    hardware: { cpuType: "x86-64-v2-AES", lastThread: null, numaNode: null, mappings: [], tpm: false },
    pool: "",
    started: true,
    ...overrides,
  };
}

function configuration(
  type: "controlplane" | "worker",
  index: number,
  overrides: { machine?: object; cluster?: object } = {},
): string {
  const main = {
    version: "v1alpha1",
    machine: { type, features: { kubePrism: { enabled: true, port: 7445 } }, ...overrides.machine },
    cluster: {
      secret: "s",
      clusterName: "c",
      controlPlane: { endpoint: ENDPOINT },
      network: { cni: { name: "none" } },
      proxy: { disabled: true },
      ...overrides.cluster,
    },
  };
  const hostname = { apiVersion: "v1alpha1", kind: "HostnameConfig", hostname: `vm-${index}`, auto: "off" };
  return [main, hostname].map((document) => stringify(document, { version: "1.1" })).join("---\n");
}

const cilium = (overrides: Partial<ReleaseRequest> = {}): ReleaseRequest => ({
  name: "cilium",
  namespace: "kube-system",
  createNamespace: false,
  chart: "cilium",
  values: { kubeProxyReplacement: true, k8sServiceHost: "localhost", k8sServicePort: 7445, operator: { replicas: 1 } },
  timeoutSeconds: 600,
  ...overrides,
});

const chart = (name: string, namespace: string, values: ReleaseRequest["values"] = {}, timeoutSeconds = 600): ReleaseRequest => ({
  name,
  namespace,
  createNamespace: false,
  chart: name,
  values,
  timeoutSeconds,
});

/** Runs processes one after the other, or side by side where they stand in a list of their own. */
function run(dc: Datacenter, ...stages: (Process | Process[])[]): void {
  let broken: unknown;
  function* guarded(process: Process): Process {
    try {
      yield* process;
    } catch (error) {
      broken ??= error;
    }
  }
  for (const stage of stages) {
    for (const process of Array.isArray(stage) ? stage : [stage]) dc.clock.spawn(guarded(process));
    dc.clock.run();
    if (broken) throw broken as Error;
  }
}

function breaks(rule: string, message: RegExp | string, action: () => void): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof RuleBroken, String(error));
    assert.equal(error.rule, rule);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

/** A datacenter with configured and bootstrapped machines: one control plane, the rest workers. */
function cluster(machines: number): Datacenter {
  const dc = datacenter();
  run(dc, downloadImage(dc, "pve", "local", IMAGE), downloadImage(dc, "pve-02", "local", IMAGE));
  for (let index = 0; index < machines; index++) {
    run(dc, createVm(dc, vm(index, { host: index % 2 ? "pve-02" : "pve" })));
    run(dc, applyConfiguration(dc, `192.168.1.${100 + index}`, configuration(index === 0 ? "controlplane" : "worker", index)));
  }
  run(dc, bootstrap(dc, "192.168.1.100"));
  return dc;
}

/** A control plane and a worker that keeps volumes on its system disk. */
function withLonghorn(
  extensions: string[] = ["siderolabs/iscsi-tools", "siderolabs/util-linux-tools"],
  defaultDataPath = "/var/lib/longhorn",
): Datacenter {
  const dc = datacenter();
  const schematic = "a".repeat(64);
  dc.state.schematics[schematic] = extensions;
  run(dc, downloadImage(dc, "pve", "local", IMAGE, `https://factory.example.org/image/${schematic}/v1.13.9/nocloud-amd64.qcow2`));
  for (const [index, type] of (["controlplane", "worker"] as const).entries()) {
    run(dc, createVm(dc, vm(index)));
    const kubelet = { extraMounts: [{ destination: "/var/lib/longhorn", source: "/var/lib/longhorn", options: ["bind"] }] };
    run(dc, applyConfiguration(dc, `192.168.1.${100 + index}`, configuration(type, index, { machine: { kubelet } })));
  }
  run(dc, bootstrap(dc, "192.168.1.100"), release(dc, ENDPOINT, cilium()));
  run(dc, applyNamespace(dc, ENDPOINT, "longhorn-system", "privileged", true));
  const values = { defaultSettings: { defaultDataPath }, persistence: { defaultClassReplicaCount: 1 } };
  run(dc, release(dc, ENDPOINT, chart("longhorn", "longhorn-system", values)));
  return dc;
}

describe("datacenter", () => {
  it("brings machines to a ready Kubernetes when everything comes in order", () => {
    const dc = cluster(3);
    run(dc, fetchKubeconfig(dc, "192.168.1.100"), awaitApi(dc, ENDPOINT, 600), release(dc, ENDPOINT, cilium()));
    const [only] = dc.state.clusters;
    assert.ok(only && isReady(dc, only));
    assert.deepEqual(only.networkReady.sort(), [100, 101, 102]);
  });

  it("takes as long as the table says", () => {
    const dc = datacenter();
    run(dc, downloadImage(dc, "pve", "local", IMAGE), createVm(dc, vm(0)));
    const { imageDownload, diskImport, diskResize, vmStart, talosBoot } = DURATIONS;
    assert.equal(
      dc.clock.now,
      [imageDownload, diskImport, diskResize, vmStart, talosBoot].reduce((sum, { seconds }) => sum + seconds, 0),
    );
  });

  describe("fails when", () => {
    let dc: Datacenter;
    beforeEach(() => {
      dc = datacenter();
      run(dc, downloadImage(dc, "pve", "local", IMAGE));
    });

    it("a VM needs more memory than its host has free", () => {
      run(dc, createVm(dc, vm(0, { memoryMiB: 8192 })));
      breaks(
        "host-memory",
        "pve cannot allocate memory for vm-1: it needs 8192 MiB, 6144 MiB of 16384 MiB are free (8192 MiB in VMs, 2048 MiB for the host)",
        () => {
          run(dc, createVm(dc, vm(1, { memoryMiB: 8192 })));
        },
      );
    });

    it("a VM grows beyond its host's memory in place", () => {
      run(dc, createVm(dc, vm(0)));
      breaks("host-memory", /it needs 15000 MiB, 14336 MiB/, () => {
        run(dc, updateVm(dc, vm(0, { memoryMiB: 15000 })));
      });
    });

    it("disks need more than their datastore holds", () => {
      run(dc, createVm(dc, vm(0, { disks: [{ slot: "scsi0", datastore: "local-lvm", sizeGiB: 90, importFrom: IMAGE }] })));
      breaks("datastore-full", "local-lvm on pve holds 100 GiB, 90 GiB are taken: vm-1 with 20 GiB does not fit", () => {
        run(dc, createVm(dc, vm(1)));
      });
    });

    it("two VMs want one id, wherever they are", () => {
      run(dc, createVm(dc, vm(0)));
      breaks("vm-id-taken", "VM 100 already exists: it is vm-0 on pve, not other", () => {
        run(dc, createVm(dc, vm(1, { vmId: 100, name: "other", host: "pve-02" })));
      });
    });

    it("a VM has more vCPUs than its host has threads", () => {
      breaks("host-cores", "MAX 4 vcpus allowed per VM on pve: vm-0 asks for 6", () => {
        run(dc, createVm(dc, vm(0, { cores: 6 })));
      });
    });

    it("a host or a datastore does not exist", () => {
      breaks("unknown-host", "Proxmox has no node pve-03; it has pve, pve-02", () => {
        run(dc, createVm(dc, vm(0, { host: "pve-03" })));
      });
      breaks("unknown-datastore", "storage 'tank' does not exist on pve; it has local-lvm, ceph", () => {
        run(dc, createVm(dc, vm(0, { disks: [{ slot: "scsi0", datastore: "tank", sizeGiB: 1 }] })));
      });
    });

    it("a VM joins a resource pool that does not exist", () => {
      breaks("pool-missing", "pool 'lab' does not exist: vm-0 cannot become a member", () => {
        run(dc, createVm(dc, vm(0, { pool: "lab" })));
      });
    });

    it("an image is imported on a host that does not have it", () => {
      breaks("image-missing", `pve-02 has no volume ${IMAGE} to import into vm-0`, () => {
        run(dc, createVm(dc, vm(0, { host: "pve-02" })));
      });
    });

    it("three imports want one storage at the same time", () => {
      breaks("storage-lock", /got timeout: vm-2 waited 10 s while other imports held local-lvm on pve$/, () => {
        run(
          dc,
          [0, 1, 2].map((index) => createVm(dc, vm(index, { memoryMiB: 2048 }))),
        );
      });
    });

    it("the host's processor, memory nodes or devices are not what the VM asks for", () => {
      const hardware = vm(0).hardware;
      const start = (more: Partial<VmRequest["hardware"]>) => (): void => {
        run(dc, createVm(dc, vm(2, { hardware: { ...hardware, ...more } })));
      };
      breaks("cpu-level", "vm-2 asks for CPU x86-64-v4, the processor of pve has x86-64-v3", start({ cpuType: "x86-64-v4" }));
      dc.state.vms.length = 0;
      breaks("cpu-affinity", "vm-2 is bound to thread 4, pve has 0 to 3", start({ lastThread: 4 }));
      dc.state.vms.length = 0;
      breaks("numa-node", "vm-2 asks for NUMA node 1, pve has 1", start({ numaNode: 1 }));
      dc.state.vms.length = 0;
      run(dc, createVm(dc, vm(1, { hardware: { ...hardware, mappings: ["gpu"] } })));
      breaks("pci-mapping", "vm-2 asks for gpu, of which pve has 1 and 1 are taken", start({ mappings: ["gpu"] }));
    });

    it("two hosts import into the storage they share at the same time", () => {
      const onCeph = { disks: [{ slot: "scsi0", datastore: "ceph", sizeGiB: 10, importFrom: IMAGE }] };
      breaks("storage-lock", /vm-2 waited 10 s while other imports held ceph on pve-02$/, () => {
        run(dc, downloadImage(dc, "pve-02", "local", IMAGE), [
          createVm(dc, vm(0, onCeph)),
          createVm(dc, vm(1, onCeph)),
          createVm(dc, vm(2, { ...onCeph, host: "pve-02" })),
        ]);
      });
      breaks("datastore-full", /^ceph on pve holds 50 GiB, 20 GiB are taken: vm-3 with 40 GiB/, () => {
        run(dc, createVm(dc, vm(3, { disks: [{ slot: "scsi0", datastore: "ceph", sizeGiB: 40, importFrom: IMAGE }] })));
      });
    });

    it("a machine that HA manages is deleted", () => {
      run(dc, createVm(dc, vm(0)));
      dc.state.haResources.push("vm:100");
      breaks("ha-managed", /^VM 100 is managed by HA/, () => {
        run(dc, deleteVm(dc, 100));
      });
    });

    it("a VM is to leave a host that is gone, whether or not its disks are there", () => {
      const disk = { slot: "scsi0", sizeGiB: 10, importFrom: IMAGE };
      run(dc, createVm(dc, vm(0)), createVm(dc, vm(1, { disks: [{ ...disk, datastore: "ceph" }] })));
      const [, left] = dc.spec.hosts;
      const without = new Datacenter({ ...dc.spec, hosts: left ? [left] : [] }, undefined, dc.state);
      const why = "pve is not there any more";
      const hint = "machines are moved while their host is still in the file";
      breaks("host-gone", `vm-0 cannot migrate from pve to pve-02: ${why}, and with it what is on local-lvm; ${hint}`, () => {
        run(without, updateVm(without, vm(0, { host: "pve-02" })));
      });
      breaks("host-gone", `vm-1 cannot migrate from pve to pve-02: ${why}; ${hint}`, () => {
        run(without, updateVm(without, vm(1, { host: "pve-02", disks: [{ ...disk, datastore: "ceph" }] })));
      });
    });

    it("an address is taken, the gateway's, a host's or outside of the subnet", () => {
      run(dc, createVm(dc, vm(0)));
      const start = (address: string) => (): void => {
        run(dc, createVm(dc, vm(1, { addresses: [address] })));
      };
      breaks("address-conflict", "vm-1 starts with address 192.168.1.100, which belongs to vm-0", start("192.168.1.100"));
      for (const [address, owner] of [
        ["192.168.1.1", "the gateway"],
        ["192.168.1.3", "pve-02"],
      ] as const) {
        dc.state.vms.pop();
        breaks("address-conflict", `vm-1 starts with address ${address}, which belongs to ${owner}`, start(address));
      }
      dc.state.vms.pop();
      breaks("address-outside-subnet", "vm-1 has address 10.0.0.1, outside of 192.168.1.0/24", start("10.0.0.1"));
    });

    it("a machine is configured before its VM was started", () => {
      breaks("machine-not-booted", "192.168.1.100 is configured, but no VM with this address has been started", () => {
        run(dc, applyConfiguration(dc, "192.168.1.100", configuration("controlplane", 0)));
      });
    });

    it("Talos refuses the configuration", () => {
      run(dc, createVm(dc, vm(0)));
      const apply = (text: string) => (): void => {
        run(dc, applyConfiguration(dc, "192.168.1.100", text));
      };
      breaks(
        "machine-configuration",
        "Talos refuses the configuration: unknown keys found during decoding: machine.kubelt",
        apply(configuration("worker", 0, { machine: { kubelt: {} } })),
      );
      breaks(
        "machine-configuration",
        "Talos refuses the configuration: static hostname is already set in v1alpha1 config",
        apply(configuration("worker", 0, { machine: { network: { hostname: "x" } } })),
      );
      breaks(
        "machine-configuration",
        /'auto' and 'hostname' cannot be set at the same time/,
        apply(configuration("worker", 0).replace('"off"', "stable")),
      );
      breaks(
        "machine-configuration",
        /"KubeletConfig" "v1alpha1": not registered/,
        apply(`${configuration("worker", 0)}---\napiVersion: v1alpha1\nkind: KubeletConfig\n`),
      );
    });

    it("a bare off, which YAML 1.1 takes for false, stands beside a hostname", () => {
      run(dc, createVm(dc, vm(0)));
      breaks("machine-configuration", /'auto' and 'hostname'/, () => {
        run(dc, applyConfiguration(dc, "192.168.1.100", configuration("worker", 0).replace('"off"', "off")));
      });
    });

    it("a machine is given another's address or name", () => {
      run(
        dc,
        createVm(dc, vm(0)),
        createVm(dc, vm(1)),
        applyConfiguration(dc, "192.168.1.100", configuration("controlplane", 0)),
      );
      const link = stringify({
        apiVersion: "v1alpha1",
        kind: "LinkConfig",
        name: "eth0",
        addresses: [{ address: "192.168.1.77/24" }],
      });
      breaks("machine-address", "vm-1 answers at 192.168.1.101, but its configuration gives it 192.168.1.77", () => {
        run(dc, applyConfiguration(dc, "192.168.1.101", `${configuration("worker", 1)}---\n${link}`));
      });
      breaks("hostname-conflict", "vm-1 and vm-0 are both configured as vm-0", () => {
        run(dc, applyConfiguration(dc, "192.168.1.101", configuration("worker", 0)));
      });
    });

    it("bootstrap comes twice, on a worker or on a machine without configuration", () => {
      run(dc, createVm(dc, vm(0)), createVm(dc, vm(1)), createVm(dc, vm(2)));
      run(dc, applyConfiguration(dc, "192.168.1.100", configuration("controlplane", 0)));
      run(dc, applyConfiguration(dc, "192.168.1.101", configuration("worker", 1)));
      breaks("bootstrap-worker", "vm-1 is a worker: bootstrap is only possible on a control plane", () => {
        run(dc, bootstrap(dc, "192.168.1.101"));
      });
      breaks("bootstrap-unconfigured", "vm-2 is bootstrapped before it has a configuration", () => {
        run(dc, bootstrap(dc, "192.168.1.102"));
      });
      run(dc, bootstrap(dc, "192.168.1.100"));
      breaks("bootstrap-twice", "AlreadyExists: etcd data directory is not empty: c was bootstrapped before", () => {
        run(dc, bootstrap(dc, "192.168.1.100"));
      });
    });

    it("a kubeconfig is asked of a cluster that was never bootstrapped", () => {
      run(dc, createVm(dc, vm(0)), applyConfiguration(dc, "192.168.1.100", configuration("controlplane", 0)));
      breaks("kubeconfig-unavailable", /its cluster was never bootstrapped$/, () => {
        run(dc, fetchKubeconfig(dc, "192.168.1.100"));
      });
    });
  });

  describe("fails a release when", () => {
    it("the API does not answer yet", () => {
      const dc = datacenter();
      breaks("kubernetes-unreachable", `Helm release cilium: no Kubernetes API answers at ${ENDPOINT}`, () => {
        run(dc, release(dc, ENDPOINT, cilium()));
      });
    });

    it("its namespace is not there, or does not let its pods in", () => {
      const dc = cluster(2);
      run(dc, release(dc, ENDPOINT, cilium()));
      breaks("namespace-missing", 'Helm release loki: namespaces "logs" not found', () => {
        run(dc, release(dc, ENDPOINT, chart("loki", "logs")));
      });
      run(dc, applyNamespace(dc, ENDPOINT, "metrics", "baseline", true));
      breaks("pod-security", /forbidden in metrics: they violate PodSecurity "baseline:latest"/, () => {
        run(dc, release(dc, ENDPOINT, chart("kube-prometheus-stack", "metrics")));
      });
      run(dc, release(dc, ENDPOINT, chart("kube-prometheus-stack", "metrics", { nodeExporter: { enabled: false } })));
      breaks("namespace-exists", 'namespaces "metrics" already exists', () => {
        run(dc, applyNamespace(dc, ENDPOINT, "metrics", "baseline", true));
      });
    });

    it("its volumes are made by nothing, or have no room", () => {
      const volume = { persistence: { enabled: true, size: "10Gi" } };
      const none = cluster(2);
      run(none, release(none, ENDPOINT, cilium()));
      breaks("no-storage", "Helm release tempo timed out after 300 s: nothing makes the volumes its pods wait for", () => {
        run(none, release(none, ENDPOINT, chart("tempo", "default", volume, 300)));
      });

      // One worker with 20 GiB, of which 70 % are given away.
      const dc = withLonghorn();
      run(dc, release(dc, ENDPOINT, chart("tempo", "default", volume)));
      const larger = { persistence: { enabled: true, size: "12Gi" } };
      breaks("volume-template", /^tempo: its volume goes from 10 GiB to 12 GiB, but volumeClaimTemplates/, () => {
        run(dc, release(dc, ENDPOINT, chart("tempo", "default", larger)));
      });
      run(dc, uninstall(dc, chart("tempo", "default", volume)), release(dc, ENDPOINT, chart("tempo", "default", larger)));
      breaks("storage-full", "loki: no machine has room for a copy of a volume of 3 GiB", () => {
        run(
          dc,
          release(dc, ENDPOINT, chart("loki", "default", { singleBinary: { persistence: { enabled: true, size: "3Gi" } } })),
        );
      });
    });

    it("Longhorn finds an image without its extensions, or a folder the kubelet does not see", () => {
      breaks("longhorn-extension", /^longhorn: the image of vm-1 lacks siderolabs\/util-linux-tools/, () =>
        withLonghorn(["siderolabs/iscsi-tools"]),
      );
      breaks("longhorn-data-path", "longhorn: the kubelet of vm-1 does not see /var/mnt/data, where volumes are to be kept", () =>
        withLonghorn(undefined, "/var/mnt/data"),
      );
    });

    it("the kubelet of a machine is to see no more of the folder that volumes are kept in", () => {
      const dc = withLonghorn();
      const blind = (): void => {
        run(dc, applyConfiguration(dc, "192.168.1.101", configuration("worker", 1)));
      };
      run(dc, release(dc, ENDPOINT, chart("tempo", "default", { persistence: { enabled: true, size: "5Gi" } })));
      breaks(
        "longhorn-path-change",
        "vm-1: its kubelet would no longer see /var/lib/longhorn, where longhorn keeps volumes",
        blind,
      );
      run(dc, uninstall(dc, chart("tempo", "default")));
      breaks("longhorn-path-change", /^vm-1: its kubelet/, blind);
    });

    it("Longhorn is to go and nobody has confirmed that its volumes may", () => {
      const dc = withLonghorn();
      breaks("longhorn-uninstall", /refuses to be uninstalled, and all volumes with it/, () => {
        run(dc, uninstall(dc, chart("longhorn", "longhorn-system")));
      });
      run(dc, uninstall(dc, chart("longhorn", "longhorn-system", { defaultSettings: { deletingConfirmationFlag: true } })));
      assert.equal(dc.state.clusters[0]?.storage, null);
    });

    it("pods need a network and none is there", () => {
      const dc = cluster(2);
      breaks(
        "no-pod-network",
        "Helm release loki timed out after 300 s: no network add-on runs, so no pod gets an address",
        () => {
          run(dc, release(dc, ENDPOINT, chart("loki", "default", {}, 300)));
        },
      );
    });

    it("Cilium asks for more operators than there are machines", () => {
      const dc = cluster(1);
      breaks("helm-timeout", "Helm release cilium timed out after 600 s: 2 operator replicas need as many nodes, 1 exist", () => {
        run(dc, release(dc, ENDPOINT, cilium({ values: { ...cilium().values, operator: { replicas: 2 } } })));
      });
    });

    it("Cilium looks for the API where KubePrism is not", () => {
      const dc = cluster(1);
      breaks("kubeprism", "cilium: Cilium looks for the API at localhost:6443, KubePrism on vm-0 listens on 7445", () => {
        run(dc, release(dc, ENDPOINT, cilium({ values: { ...cilium().values, k8sServicePort: 6443 } })));
      });
    });

    it("nothing replaces kube-proxy, or Talos brings a network of its own", () => {
      const dc = cluster(1);
      breaks("no-kube-proxy", /runs no kube-proxy and Cilium does not replace it/, () => {
        run(dc, release(dc, ENDPOINT, cilium({ values: { ...cilium().values, kubeProxyReplacement: false } })));
      });
      const flannel = datacenter();
      run(flannel, downloadImage(flannel, "pve", "local", IMAGE), createVm(flannel, vm(0)));
      run(flannel, applyConfiguration(flannel, "192.168.1.100", configuration("controlplane", 0, { cluster: { network: {} } })));
      run(flannel, bootstrap(flannel, "192.168.1.100"));
      breaks("two-networks", /vm-0 is configured with the network flannel/, () => {
        run(flannel, release(flannel, ENDPOINT, cilium()));
      });
    });

    it("the endpoint is nobody's address", () => {
      const dc = datacenter();
      const lost = { controlPlane: { endpoint: "https://192.168.1.99:6443" } };
      run(dc, downloadImage(dc, "pve", "local", IMAGE), createVm(dc, vm(0)));
      run(
        dc,
        applyConfiguration(
          dc,
          "192.168.1.100",
          configuration("controlplane", 0, { cluster: { ...lost, network: { cni: { name: "none" } } } }),
        ),
      );
      run(dc, bootstrap(dc, "192.168.1.100"));
      breaks(
        "endpoint-unreachable",
        "No Kubernetes API answers at https://192.168.1.99:6443 within 600 s: no control plane has this address",
        () => {
          run(dc, awaitApi(dc, "https://192.168.1.99:6443", 600));
        },
      );
    });
  });

  it("loses the cluster when a majority of etcd members is deleted, and not before", () => {
    const dc = datacenter();
    run(dc, downloadImage(dc, "pve", "local", IMAGE));
    for (const index of [0, 1, 2]) {
      run(dc, createVm(dc, vm(index)), applyConfiguration(dc, `192.168.1.${100 + index}`, configuration("controlplane", index)));
    }
    run(dc, bootstrap(dc, "192.168.1.100"));
    run(dc, release(dc, ENDPOINT, cilium()));
    assert.equal(dc.state.clusters[0]?.etcdMembers.length, 3);
    run(dc, deleteVm(dc, 102));
    breaks("etcd-quorum", "without vm-1, 1 of 3 etcd members are left: the cluster has lost its quorum", () => {
      run(dc, deleteVm(dc, 101));
    });
  });

  it("cites a source for every duration or says that it is assumed, and why", () => {
    for (const [name, { seconds, source }] of Object.entries(DURATIONS)) {
      assert.ok(seconds > 0, name);
      assert.match(source, /^assumed: \S.{9,}|#\d+|components\/|bpg\//, name);
    }
  });
});
