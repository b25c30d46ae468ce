import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { PROJECT, hosts, stackFile } from "../stacks";
import { refusals } from "./grow";

const worker = (more = "", count = 1): string => `{ main: { count: ${count}, cores: 2, memoryGiB: 4, diskGiB: 20${more} } }`;

describe("what a running stack would lose without a word is refused:", function () {
  this.timeout(60_000);

  describe("a disk that", () => {
    const pool = (disks: string): string => stackFile({ workers: worker(`, disks: { ${disks} }`) });
    const moves = (disk: string, from: number, to: number): string =>
      `data-disk: work-00: disk ${disk} moves from scsi${from} to scsi${to}, which is another one: what is on it is lost, and nobody has consented`;

    it("makes room for another in its slot", async () => {
      const another = pool("cache: { sizeGiB: 10, slot: 1 }, data: { sizeGiB: 30, slot: 2 }");
      assert.deepEqual(await refusals(pool("data: { sizeGiB: 30 }"), another), [moves("data", 1, 2)]);
    });

    it("changes places with another", async () => {
      const disks = (a: number, b: number): string => pool(`a: { sizeGiB: 10, slot: ${a} }, b: { sizeGiB: 20, slot: ${b} }`);
      assert.deepEqual(await refusals(disks(1, 2), disks(2, 1)), [moves("a", 1, 2)]);
    });

    it("loses its slot with the one that was let go before it", async () => {
      const after = pool("a: { sizeGiB: 10, slot: 1, remove: true }, b: { sizeGiB: 20, slot: 2 }");
      assert.deepEqual(await refusals(after, pool("b: { sizeGiB: 20 }")), [moves("b", 2, 1)]);
    });
  });

  describe("volumes of Longhorn", () => {
    const stack = (more: string, addons = "longhorn: {}, loki: { storageGiB: 5 }"): string =>
      stackFile({ workers: worker(more), more: `  proxmox-talos:addons: { ${addons} }\n` });
    const disk = ", disks: { longhorn: { sizeGiB: 30 } }";

    it("that another folder would be looked for in", async () => {
      assert.deepEqual(await refusals(stack(""), stack(disk)), [
        "longhorn-path-change: longhorn: volumes of loki are kept in /var/lib/longhorn and nothing moves them to /var/mnt/longhorn: set defaultSettings.defaultDataPath back until their replicas were moved",
      ]);
      assert.deepEqual(await refusals(stack(disk), stack(", disks: { longhorn: { sizeGiB: 30, remove: true } }")), [
        "longhorn-path-change: longhorn: volumes of loki are kept in /var/mnt/longhorn and nothing moves them to /var/lib/longhorn: set defaultSettings.defaultDataPath back until their replicas were moved",
      ]);
    });

    it("but none where there are none, or where the file names the folder", async () => {
      assert.deepEqual(await refusals(stack("", "longhorn: {}"), stack(disk, "longhorn: {}")), []);
      const path = "longhorn: { values: { defaultSettings: { defaultDataPath: /var/lib/longhorn } } }, loki: { storageGiB: 5 }";
      assert.deepEqual(await refusals(stack(""), stack(disk, path)), []);
    });
  });

  describe("a class of volumes", () => {
    const stack = (classes: string): string =>
      stackFile({ workers: worker(), more: `  proxmox-talos:addons: { longhorn: { classes: { ${classes} } } }\n` });

    it("that would say something else, and none that is new or goes", async () => {
      assert.deepEqual(await refusals(stack("a: {}"), stack("a: { filesystem: xfs }")), [
        "storage-class-change: longhorn: StorageClass a: updates to parameters, reclaimPolicy and volumeBindingMode are forbidden: give what is new another name",
      ]);
      assert.deepEqual(await refusals(stack("a: {}, b: {}"), stack("a: {}, c: { filesystem: xfs }")), []);
    });
  });

  describe("Longhorn itself", () => {
    const stack = (addons: string): string => stackFile({ more: `  proxmox-talos:addons: { ${addons} }\n` });
    const without = stack("cilium: {}");

    it("unless that was consented to in an update before", async () => {
      assert.deepEqual(await refusals(stack("longhorn: {}"), without), [
        "protected: longhorn is protected and would be deleted: consent first, with addons.longhorn.allowUninstall: true in an update of its own",
      ]);
      assert.deepEqual(await refusals(stack("longhorn: {}"), stack("longhorn: { allowUninstall: true }")), []);
      assert.deepEqual(await refusals(stack("longhorn: { allowUninstall: true }"), without), []);
    });

    it("in another namespace, where it would begin anew", async () => {
      assert.deepEqual(await refusals(stack("longhorn: {}"), stack("longhorn: { namespace: storage }")), [
        "protected: longhorn is protected and would be replaced (namespace changed): consent first, with addons.longhorn.allowUninstall: true in an update of its own",
      ]);
    });

    it("whose values take the consent back", async () => {
      const both = "longhorn: { allowUninstall: true, values: { defaultSettings: { deletingConfirmationFlag: false } } }";
      assert.deepEqual(await refusals(stack(both), without), [
        "longhorn-uninstall: longhorn: Longhorn refuses to be uninstalled, and all volumes with it, unless defaultSettings.deletingConfirmationFlag was set to true before",
      ]);
    });
  });

  describe("volumes of add-ons", () => {
    const stack = (addons: string): string => stackFile({ more: `  proxmox-talos:addons: { longhorn: {}, ${addons} }\n` });
    const changes = (name: string, from: string, to: string): string =>
      `volume-template: ${name}: its volume goes from ${from} to ${to}, but volumeClaimTemplates of a StatefulSet are immutable: set it back, or remove the release and its claims first`;

    it("of another size", async () => {
      assert.deepEqual(await refusals(stack("loki: { storageGiB: 5 }"), stack("loki: { storageGiB: 6 }")), [
        changes("loki", "5 GiB", "6 GiB"),
      ]);
      assert.deepEqual(await refusals(stack("tempo: { storageGiB: 5 }"), stack("tempo: { storageGiB: 4 }")), [
        changes("tempo", "5 GiB", "4 GiB"),
      ]);
      const prometheus = (size: number): string =>
        `${stack(`kubePrometheusStack: { storageGiB: ${size} }`)}  proxmox-talos:acknowledge: [{ code: observability-single-machine, reason: for this test }]\n`;
      assert.deepEqual(await refusals(prometheus(5), prometheus(6)), [changes("kube-prometheus-stack", "5 GiB", "6 GiB")]);
    });

    it("that a release gets or loses while it stands", async () => {
      const none = "loki: { storageGiB: 5, values: { singleBinary: { persistence: { enabled: false } } } }";
      assert.deepEqual(await refusals(stack("loki: { storageGiB: 5 }"), stack(none)), [changes("loki", "5 GiB", "none")]);
      assert.deepEqual(await refusals(stack(none), stack("loki: { storageGiB: 5 }")), [changes("loki", "none", "5 GiB")]);
    });

    it("in another namespace", async () => {
      const loki = (namespace: string): string => stack(`loki: { storageGiB: 5, namespace: ${namespace} }`);
      assert.deepEqual(await refusals(loki("monitoring"), loki("logs")), [
        "volume-lost: loki: its volume of 5 GiB stays behind in namespace monitoring, and an empty one takes its place in logs",
      ]);
    });

    it("in a namespace that goes", async () => {
      assert.deepEqual(await refusals(stack("loki: { storageGiB: 5 }"), stack("cilium: {}")), [
        "volume-lost: namespace monitoring holds volumes of loki (5 GiB), which are deleted with it, and all that is in them",
      ]);
      const both = stack("loki: { storageGiB: 5 }, tempo: { storageGiB: 5 }");
      assert.deepEqual(await refusals(both, stack("tempo: { storageGiB: 5 }")), []);
    });
  });

  it("the networks and the domain that a cluster was bootstrapped with", async () => {
    const kubernetes = (text: string): string => stackFile({ workers: "{}", more: `  proxmox-talos:kubernetes: { ${text} }\n` });
    const from = stackFile({ workers: "{}" });
    const changed = (what: string): string[] => [
      `network-change: ctrl-00: ${what}, but Talos lays it out only when a cluster is bootstrapped: pods of a running one would lose theirs`,
    ];
    assert.deepEqual(
      await refusals(from, kubernetes("podSubnets: [10.20.0.0/16]")),
      changed("the network of pods goes from 10.244.0.0/16 to 10.20.0.0/16"),
    );
    assert.deepEqual(
      await refusals(from, kubernetes("serviceSubnets: [10.30.0.0/16], domain: k8s.example.org")),
      changed(
        "the network of Services goes from 10.96.0.0/12 to 10.30.0.0/16 and the DNS domain goes from cluster.local to k8s.example.org",
      ),
    );
  });

  it("machines that Longhorn keeps volumes on, whatever disk that is", async () => {
    const more = "  proxmox-talos:addons: { longhorn: {} }\n";
    const stack = (count: number): string => stackFile({ workers: worker("", count), more });
    assert.deepEqual(await refusals(stack(2), stack(1)), ["protected: work-01 is protected and would be deleted"]);
  });

  it("machines that are no VMs", async () => {
    const example = readFileSync(join(PROJECT, "examples/existing-machines.yaml"), "utf8");
    const parting = "drain it, reset it with talosctl, then remove it from the state (pulumi state unprotect, then pulumi up)";
    assert.deepEqual(await refusals(example, example.replace(/^ *remote-01: .*\n/m, "")), [
      `protected: remote-01 is protected and would be deleted: ${parting}`,
    ]);
    const workers = (machines: string, disks: string): string =>
      `${example}    workers: { rented: { source: existing, cores: 4, memoryGiB: 8, installDisk: /dev/sda, machines: { ${machines} }${disks} } }\n`;
    const [both, first] = ["w-0: { address: 203.0.113.30 }, w-1: { address: 203.0.113.31 }", "w-0: { address: 203.0.113.30 }"];
    assert.deepEqual(await refusals(workers(both, ""), workers(first, "")), []);
    const disks = ", disks: { data: { sizeGiB: 100, selector: disk.size > 100u } }";
    assert.deepEqual(await refusals(workers(both, disks), workers(first, disks)), [
      `protected: w-1 is protected and would be deleted: ${parting}`,
    ]);
  });

  it("VMs whose host is not there any more", async () => {
    const on = (count: number, host: string): string =>
      stackFile({ hosts: hosts(count), workers: worker(`, hosts: [${host}]`), more: "" });
    assert.deepEqual(await refusals(on(4, "pve-4"), on(4, "pve-1")), []);
    assert.deepEqual(await refusals(on(4, "pve-4"), on(3, "pve-1")), [
      "host-gone: work-00 cannot migrate from pve-4 to pve-1: pve-4 is not there any more, and with it what is on local-lvm; machines are moved while their host is still in the file",
    ]);
  });
});
