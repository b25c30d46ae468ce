import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { before, describe, it } from "mocha";
import { parseAllDocuments } from "yaml";
import { Platform } from "../../components/platform";
import { HelmAddon } from "../../components/addons/helm-addon";
import { VmPool } from "../../components/proxmox/vm-pool";
import { TalosCluster } from "../../components/talos/talos-cluster";
import { TalosImages } from "../../components/talos/talos-images";
import { Provider } from "@pulumi/kubernetes/provider";
import { ProxmoxCluster } from "../../components/proxmox/proxmox-cluster";
import { machinePatches } from "../../components/talos/machine-patches";
import { planOf, stackFile, stackText } from "../stacks";
import { ofType, registered, settle, startMocks } from "./mocks";

const plan = planOf(stackText("homelab"), "homelab");
const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";
const typeOf = (urn: string): string => (urn.split("::")[2] ?? "").split("$").at(-1)?.split(":").at(-1) ?? "";

describe("components", () => {
  let platform: Platform;
  before(async () => {
    await startMocks();
    platform = new Platform(plan.clusterName, { plan, apiToken: pulumi.secret("HIDDEN") });
    await settle();
  });

  it("carry the type tokens of their folders", () => {
    assert.deepEqual(
      registered()
        .filter(({ custom }) => !custom)
        .map(({ type, name }) => `${type} ${name}`)
        .sort(),
      [
        "proxmox-talos:addons:Cilium cilium",
        "proxmox-talos:index:Platform homelab-cluster",
        "proxmox-talos:proxmox:ProxmoxCluster homelab-cluster",
        "proxmox-talos:proxmox:VmPool control-plane",
        "proxmox-talos:proxmox:VmPool large",
        "proxmox-talos:proxmox:VmPool small",
        "proxmox-talos:talos:TalosCluster homelab-cluster",
        "proxmox-talos:talos:TalosImages homelab-cluster",
      ],
    );
  });

  it("are parents of what they declare: nothing hangs at the root but the platform", () => {
    const parents = registered().map(
      ({ type, parent }) => `${type.split(":").at(-1) ?? ""} < ${parent === "" ? "root" : typeOf(parent)}`,
    );
    assert.deepEqual([...new Set(parents)].sort(), [
      "Bootstrap < TalosCluster",
      "Cilium < Platform",
      "ConfigurationApply < TalosCluster",
      "File < TalosImages",
      "Kubeconfig < TalosCluster",
      "KubernetesApi < TalosCluster",
      "Platform < root",
      "PoolLegacy < ProxmoxCluster",
      "ProxmoxCluster < Platform",
      "Release < Cilium",
      "Schematic < TalosImages",
      "Secrets < TalosCluster",
      "TalosCluster < Platform",
      "TalosImages < Platform",
      "VmLegacy < VmPool",
      "VmPool < Platform",
      "kubernetes < Platform",
      "proxmoxve < ProxmoxCluster",
    ]);
  });

  it("hand out what callers build on", async () => {
    const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));
    assert.equal(platform.endpoint, "https://192.168.68.100:6443");
    assert.deepEqual(platform.machines, Object.fromEntries(plan.machines.map(({ name, address }) => [name, address])));
    assert.deepEqual([await value(platform.kubeconfig), await value(platform.talosconfig)], ["HIDDEN", "HIDDEN"]);

    await startMocks();
    assert.ok(plan.proxmox);
    const cluster = new ProxmoxCluster("outputs", { proxmox: plan.proxmox });
    const images = new TalosImages("outputs", { cluster, talos: plan.talos, images: plan.images });
    const [control] = plan.machines;
    const last = plan.machines.at(-1);
    assert.ok(control && last);
    assert.deepEqual([await value(cluster.poolId), cluster.tags], ["homelab-cluster", ["homelab-cluster", "talos"]]);
    assert.equal(await value(images.installer(control)), "factory.talos.dev/nocloud-installer/outputs-id:v1.13.9");
    assert.equal(await value(images.volume(last)), "pve-02-id");
    const { network, talos, addons } = plan;
    const pool = new VmPool("outputs", { cluster, pool: plan.pools[2]!, network, talos, addons, images });
    assert.deepEqual(Object.keys(pool.vms), ["work-03", "work-04", "work-05", "work-06"]);
    assert.equal(await value(pool.vms["work-03"]!.id), "work-03-id");
    const vms = Object.fromEntries(plan.machines.map(({ name }) => [name, pool.vms["work-03"]!]));
    const talosCluster = new TalosCluster("outputs", { plan, images, vms });
    assert.deepEqual(
      Object.keys(talosCluster.configurations),
      plan.machines.map(({ name }) => name),
    );
    assert.equal(await value(talosCluster.api.id), "outputs-id");
    const addon = new HelmAddon("addon", {
      provider: new Provider("outputs", {}),
      release: {
        key: "loki",
        name: "addon",
        chart: "oci://registry.test/chart",
        version: "1.0.0",
        namespace: "apps",
        values: { a: { b: 1, c: null }, list: [2] },
        origins: [],
        idle: [],
        overrides: [],
        resources: [],
        timeoutSeconds: 900,
        after: [],
        protect: false,
        managedBy: "stack",
        secrets: [],
      },
    });
    assert.ok(addon.release);
    assert.equal(await value(addon.release.id), "addon-id");
    const [release] = ofType("Release");
    assert.deepEqual(
      ["createNamespace", "timeout", "repositoryOpts", "values"].map((key) => release?.inputs[key]),
      [false, 900, undefined, { a: { b: 1, c: null }, list: [2] }],
    );
    await settle();
    await startMocks();
    platform = new Platform(plan.clusterName, { plan, apiToken: pulumi.secret("HIDDEN") });
    await settle();
  });

  it("show every secret as a secret, in inputs and outputs", async () => {
    for (const output of [platform.kubeconfig, platform.talosconfig]) assert.ok(await pulumi.isSecret(output));
    for (const { type, name, request } of registered()) {
      const clear = JSON.stringify(request.getObject()?.toJavaScript() ?? {}, (_key, value: unknown) =>
        (value as Record<string, unknown> | null)?.["4dabf18193072939515e22adb298388d"] === undefined ? value : "[secret]",
      );
      assert.ok(!clear.includes("HIDDEN"), `${type} ${name}: ${clear}`);
    }
    const handled = registered()
      .filter(({ inputs }) => JSON.stringify(inputs).includes("HIDDEN"))
      .map(({ type }) => type.split(":").at(-1));
    assert.deepEqual([...new Set(handled)].sort(), [
      "Bootstrap",
      "ConfigurationApply",
      "Kubeconfig",
      "KubernetesApi",
      "kubernetes",
      "proxmoxve",
    ]);
  });

  it("take no argument of a component into its state", () => {
    for (const { custom, inputs } of registered()) if (!custom) assert.deepEqual(inputs, {});
  });

  describe("ProxmoxCluster", () => {
    it("talks to the stack's own endpoint with the stack's own token", () => {
      const [provider] = ofType("proxmoxve");
      assert.deepEqual([provider?.inputs["endpoint"], provider?.inputs["insecure"]], ["https://192.168.68.51:8006", "true"]);
      assert.equal(ofType("PoolLegacy")[0]?.inputs["poolId"], "homelab-cluster");
    });

    it("leaves its outputs to callers and its provider's arguments to an escape hatch", async () => {
      await startMocks();
      const { proxmox } = plan;
      assert.ok(proxmox);
      const cluster = new ProxmoxCluster("hatch", { proxmox, transformProvider: (args) => ({ ...args, minTls: "1.2" }) });
      const poolId = await new Promise((resolve) => cluster.poolId.apply(resolve));
      assert.equal(poolId, "homelab-cluster");
      assert.equal(ofType("proxmoxve")[0]?.inputs["minTls"], "1.2");
      await startMocks();
      platform = new Platform(plan.clusterName, { plan, apiToken: pulumi.secret("HIDDEN") });
      await settle();
    });
  });

  describe("VmPool", () => {
    it("declares each VM under its machine's name with id, host, address, sizes and MAC as planned", () => {
      const vms = ofType("VmLegacy");
      assert.deepEqual(vms.map(({ name }) => name).sort(), plan.machines.map(({ name }) => name).sort());
      for (const machine of plan.machines) {
        const inputs = vms.find(({ name }) => name === machine.name)?.inputs as Record<string, never>;
        assert.deepEqual(
          {
            name: inputs["name"],
            vmId: inputs["vmId"],
            host: inputs["nodeName"],
            cores: inputs["cpu"]?.["cores"],
            memory: inputs["memory"],
            network: inputs["networkDevices"],
            ip: inputs["initialization"]?.["ipConfigs"],
          },
          {
            name: machine.name,
            vmId: machine.vmId,
            host: machine.host,
            cores: machine.cores,
            memory: { dedicated: machine.memoryMiB, floating: 0 },
            network: [{ bridge: "vmbr0", model: "virtio", macAddress: machine.macAddress }],
            ip: [{ ipv4: { address: `${machine.address}/24`, gateway: "192.168.68.1" } }],
          },
        );
        assert.deepEqual(inputs["disks"], [
          {
            interface: "scsi0",
            datastoreId: "local-lvm",
            size: machine.disks[0]?.sizeGiB,
            fileFormat: "raw",
            discard: "on",
            ssd: true,
            importFrom: `${machine.host}-id`,
          },
        ]);
      }
    });

    it("sets the flags Talos and a safe life cycle need", () => {
      for (const { inputs } of ofType("VmLegacy")) {
        assert.equal(inputs["scsiHardware"], "virtio-scsi-pci");
        assert.deepEqual(
          [inputs["bios"], inputs["machine"], inputs["stopOnDestroy"], inputs["migrate"]],
          ["ovmf", "q35", true, true],
        );
        assert.deepEqual(inputs["agent"], { enabled: true, waitForIp: { disabled: true } });
        assert.equal(inputs["rebootAfterUpdate"], false);
      }
    });

    it("protects control planes and no worker", () => {
      for (const { name, request } of ofType("VmLegacy"))
        assert.equal(request.getProtect() ?? false, name.startsWith("ctrl-"), name);
    });

    it("imports one behind the other on a host, control planes first, and hosts side by side", () => {
      const before = (name: string): string[] =>
        (ofType("VmLegacy").find((vm) => vm.name === name)?.dependencies ?? [])
          .filter((urn) => typeOf(urn) === "VmLegacy")
          .map(nameOf);
      assert.deepEqual(
        ["ctrl-00", "ctrl-01", "ctrl-02", "work-00", "work-02", "work-03", "work-04"].map((name) => [name, ...before(name)]),
        [
          ["ctrl-00"],
          ["ctrl-01", "ctrl-00"],
          ["ctrl-02", "ctrl-01"],
          ["work-00", "ctrl-02"],
          ["work-02", "work-01"],
          ["work-03"],
          ["work-04", "work-03"],
        ],
      );
    });
  });

  describe("TalosImages", () => {
    it("downloads the schematic's image once per host, never over one that is in use", () => {
      const downloads = ofType("File");
      assert.deepEqual(downloads.map(({ name }) => name).sort(), ["pve", "pve-02"]);
      for (const { inputs } of downloads) {
        assert.equal(inputs["url"], "https://factory.talos.dev/image/homelab-cluster-id/v1.13.9/nocloud-amd64.qcow2");
        assert.deepEqual([inputs["contentType"], inputs["overwrite"]], ["import", false]);
        assert.match(String(inputs["fileName"]), /^homelab-cluster-talos-v1\.13\.9-[0-9a-f]{8}-nocloud-amd64\.qcow2$/);
      }
    });
  });

  describe("TalosCluster", () => {
    it("configures each machine after its VM and again when that is replaced", () => {
      for (const machine of plan.machines) {
        const apply = ofType("ConfigurationApply").find(({ name }) => name === machine.name);
        assert.equal(apply?.inputs["node"], machine.address);
        assert.ok(apply.dependencies.some((urn) => typeOf(urn) === "VmLegacy" && nameOf(urn) === machine.name));
        assert.deepEqual(apply.request.getReplaceWithList().map(nameOf), [machine.name]);
        assert.equal(nameOf(apply.request.getDeletedwith()), machine.name);
      }
    });

    it("bootstraps the first control plane once, for good", () => {
      const all = ofType("Bootstrap");
      assert.equal(all.length, 1);
      assert.equal(all[0]?.inputs["node"], "192.168.68.100");
      assert.equal(all[0].request.getProtect(), true);
      assert.deepEqual(all[0].request.getIgnorechangesList(), ["node", "endpoint", "clientConfiguration", "timeouts"]);
      assert.deepEqual(all[0].dependencies.filter((urn) => typeOf(urn) === "ConfigurationApply").map(nameOf), ["ctrl-00"]);
    });

    it("keeps its PKI whatever version is asked for later", () => {
      const [secrets] = ofType("Secrets");
      assert.equal(secrets?.request.getProtect(), true);
      assert.deepEqual(secrets.request.getIgnorechangesList(), ["talosVersion"]);
    });

    it("waits for the API in a resource, with the kubeconfig as a secret", () => {
      const [api] = ofType("KubernetesApi");
      assert.equal(api?.type, "pulumi-nodejs:dynamic/kubernetes:KubernetesApi");
      assert.equal(api.inputs["endpoint"], "https://192.168.68.100:6443");
      assert.deepEqual(api.request.getAdditionalsecretoutputsList(), ["kubeconfig"]);
      assert.deepEqual(api.dependencies.filter((urn) => typeOf(urn) === "Kubeconfig").map(nameOf), ["homelab-cluster"]);
    });
  });

  describe("Cilium", () => {
    it("is released at its pinned version once the API answers", () => {
      const [release] = ofType("Release");
      assert.deepEqual(
        [release?.inputs["name"], release?.inputs["version"], release?.inputs["namespace"]],
        ["cilium", "1.20.0", "kube-system"],
      );
      assert.ok(release?.dependencies.some((urn) => typeOf(urn) === "KubernetesApi"));
    });

    it("replaces kube-proxy and reaches the API where Talos puts it", () => {
      const values = ofType("Release")[0]?.inputs["values"] as Record<string, unknown>;
      assert.deepEqual(
        [values["kubeProxyReplacement"], values["k8sServiceHost"], values["k8sServicePort"]],
        [true, "localhost", 7445],
      );
    });
  });

  describe("a machine's patches", () => {
    const documents = (index: number): Record<string, unknown>[] =>
      machinePatches(plan.machines[index]!, plan)
        .flatMap((text) => parseAllDocuments(text, { version: "1.1" }))
        .map((document) => document.toJS() as Record<string, unknown>);

    it("name it, with `off` as text also for readers of YAML 1.1", () => {
      assert.deepEqual(documents(3)[1], { apiVersion: "v1alpha1", kind: "HostnameConfig", hostname: "work-00", auto: "off" });
    });

    it("give it its static address, and the shared one to control planes alone", () => {
      assert.deepEqual(documents(0)[2]?.["addresses"], [{ address: "192.168.68.100/24" }]);
      const endpoint = { ...plan.endpoint, host: "192.168.68.99", kind: "vip" as const };
      const kinds = (index: number): string[] =>
        machinePatches(plan.machines[index]!, { ...plan, endpoint }).map((text) => /^kind: (.*)$/m.exec(text)?.[1] ?? "");
      assert.deepEqual(kinds(0), ["", "HostnameConfig", "LinkConfig", "ResolverConfig", "TimeSyncConfig", "Layer2VIPConfig"]);
      assert.deepEqual(kinds(3), ["", "HostnameConfig", "LinkConfig", "ResolverConfig", "TimeSyncConfig"]);
    });

    it("hand taints to the kubelet of a worker, which may not set them later, and to Talos on control planes", () => {
      const taints =
        "taints: [{ key: tier, value: a, effect: NoSchedule }, { key: tier, value: b, effect: NoSchedule }, { key: gpu, effect: NoExecute }]";
      const tainted = planOf(
        stackFile({
          controlPlane: `{ count: 1, cores: 2, memoryGiB: 4, schedulable: true, ${taints} }`,
          workers: `{ main: { count: 1, cores: 2, memoryGiB: 4, ${taints} }, bare: { source: existing, cores: 1, memoryGiB: 1, installDisk: /dev/sda, machines: { b: { address: 10.0.0.1 } }, ${taints} } }`,
          more: "  proxmox-talos:acknowledge: [{ code: workloads-nowhere, reason: this is a test }]\n",
        }),
      );
      const machineOf = (name: string): unknown => {
        const [first = ""] = machinePatches(
          tainted.machines.find((each) => each.name === name)!,
          tainted,
        );
        return (parseAllDocuments(first)[0]?.toJS() as { machine: unknown }).machine;
      };
      // The last one of a key and effect counts: a node may not have both.
      const registered = [
        { key: "tier", value: "b", effect: "NoSchedule" },
        { key: "gpu", value: "", effect: "NoExecute" },
      ];
      const nodeLabels = { "topology.kubernetes.io/zone": "pve" };
      assert.deepEqual(machineOf("ctrl-00"), {
        nodeLabels,
        nodeTaints: { tier: "b:NoSchedule", gpu: ":NoExecute" },
        kubelet: { nodeIP: { validSubnets: ["192.168.1.100/32"] } },
      });
      assert.deepEqual(machineOf("work-00"), {
        nodeLabels,
        kubelet: { extraConfig: { registerWithTaints: registered }, nodeIP: { validSubnets: ["192.168.1.103/32"] } },
      });
      assert.deepEqual(machineOf("b"), { kubelet: { extraConfig: { registerWithTaints: registered } } });
    });
  });
});
