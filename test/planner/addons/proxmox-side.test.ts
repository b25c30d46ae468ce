import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { machinePatches } from "../../../components/talos/machine-patches";
import type { Plan } from "../../../planner";
import { addonsIn, at, valuesOf } from "../../addons";
import { hosts, planOf, stackFile } from "../../stacks";

const POOL = "{ count: 1, cores: 2, memoryGiB: 4, diskGiB: 20 }";
const csi = (more = "", classes = "{ proxmox: { datastore: local-lvm } }"): string =>
  `  proxmox-talos:addons: { proxmoxCsi: { storageClasses: ${classes} }${more} }\n`;
const planWith = (parts: Parameters<typeof stackFile>[0]): Plan => planOf(stackFile({ more: csi(), ...parts }));
const found = ({ findings }: Plan): string[] =>
  findings.filter(({ code }) => code.startsWith("csi-")).map(({ code, severity, path }) => `${code} ${severity} ${path}`);

const KEPT = "csi-disks-kept info addons.proxmoxCsi";
const CLASS = "addons.proxmoxCsi.storageClasses.proxmox.datastore";

describe("the Proxmox CSI plugin", () => {
  it("has classes from the stack file, and its pods on every VM", () => {
    const { proxmoxCsi } = addonsIn("homelab", {
      proxmoxCsi: {
        storageClasses: {
          slow: { datastore: "local-lvm" },
          fast: { datastore: "local-lvm", filesystem: "xfs", reclaimPolicy: "Retain", cache: "writeback", ssd: true },
        },
      },
    });
    assert.deepEqual(valuesOf(proxmoxCsi, ["storageClass"])[0], [
      { name: "fast", storage: "local-lvm", fstype: "xfs", reclaimPolicy: "Retain", cache: "writeback", ssd: true },
      { name: "slow", storage: "local-lvm", fstype: "ext4", reclaimPolicy: "Delete", cache: "none", ssd: false },
    ]);
    assert.match(at(proxmoxCsi, "storageClass"), / < stack addons\.proxmoxCsi\.storageClasses$/);
    assert.deepEqual(valuesOf(proxmoxCsi, ["node", "replicaCount"]), [
      { nodeSelector: { "topology.kubernetes.io/region": "observed" }, tolerations: [{ operator: "Exists" }] },
      1,
    ]);
    const prod = addonsIn("prod").proxmoxCsi;
    assert.deepEqual(valuesOf(prod, ["replicaCount", "controller.provisioner.resources.requests.memory"]), [2, "48Mi"]);
  });

  it("takes claims of no particular class where it is asked to", () => {
    const { addons } = planWith({ more: csi("", "{ proxmox: { datastore: local-lvm, default: true } }") });
    assert.match(JSON.stringify(addons.proxmoxCsi?.values), /"storageclass.kubernetes.io\/is-default-class":"true"/);
  });

  it("makes the volumes of whatever names one of its classes, with Longhorn or without, and is there before", () => {
    const stored = (more: string): string[] =>
      Object.values(planWith({ more: csi(more) }).addons).flatMap(({ key, storage, after }) =>
        storage ? [`${key} ${JSON.stringify(storage.volume ?? null)} after ${after.join(", ")}`] : [],
      );
    assert.deepEqual(stored(", loki: { storageClass: proxmox }, tempo: {}"), [
      'loki {"sizeGiB":20,"storageClass":"proxmox"} after cilium, proxmoxCsi',
      "tempo null after cilium",
    ]);
    assert.deepEqual(stored(", longhorn: {}, loki: { storageClass: proxmox, storageGiB: 5 }, tempo: { storageGiB: 5 }"), [
      'loki {"sizeGiB":5,"storageClass":"proxmox"} after cilium, longhorn, proxmoxCsi',
      'tempo {"sizeGiB":5,"storageClass":"longhorn"} after cilium, longhorn',
    ]);
    const { kubePrometheusStack, loki, tempo } = addonsIn("prod", {
      kubePrometheusStack: { storageClass: "proxmox" },
      loki: { storageClass: "proxmox" },
      tempo: { storageClass: "proxmox" },
    });
    const claim = "prometheus.prometheusSpec.storageSpec.volumeClaimTemplate.spec.storageClassName";
    assert.deepEqual(
      [
        at(kubePrometheusStack, claim),
        at(loki, "singleBinary.persistence.storageClass"),
        at(tempo, "persistence.storageClassName"),
      ],
      ["kubePrometheusStack", "loki", "tempo"].map((key) => `"proxmox" < stack addons.${key}.storageClass`),
    );
  });

  it("has room for them beside the VMs' disks, or says so; Longhorn's room is another matter", () => {
    const told = (more: string): string[] =>
      planWith({ more: csi(more) })
        .findings.filter(({ code }) => code === "csi-volume-room" || code === "longhorn-capacity")
        .map(({ code, message }) => `${code}: ${message}`);
    assert.deepEqual(told(", loki: { storageClass: proxmox, storageGiB: 460 }"), []);
    assert.deepEqual(told(", loki: { storageClass: proxmox, storageGiB: 461 }"), [
      "csi-volume-room: the add-ons' volumes of proxmox (loki 461 GiB) do not fit beside the VMs' disks: local-lvm has 460 GiB left",
    ]);
    assert.deepEqual(
      told(", loki: { storageClass: proxmox, storageGiB: 400 }, tempo: { storageClass: proxmox, storageGiB: 61 }").length,
      1,
    );
    assert.deepEqual(told(", longhorn: {}, loki: { storageClass: proxmox, storageGiB: 300 }, tempo: { storageGiB: 5 }"), []);
    const few = "longhorn: { classes: { few: { replicas: 1 } } }";
    assert.deepEqual(told(`, ${few}, loki: { storageClass: few, storageGiB: 15 }`), [
      "longhorn-capacity: the add-ons' volumes (loki 15 GiB) take 15 GiB as 1 copy, Longhorn has room for 14 GiB: 70 % of 20 GiB on 1 machine",
    ]);
  });

  it("asks Proxmox with a token of its own, whose secret the plan does not know", () => {
    const { addons, namespaces } = planWith({ proxmox: "insecure: true" });
    assert.deepEqual(namespaces, [{ name: "csi-proxmox", podSecurity: "privileged", protect: false }]);
    const [secret] = addons.proxmoxCsi?.secrets ?? [];
    assert.deepEqual([secret?.name, secret?.secret], ["proxmox-csi-access", "proxmoxCsiTokenSecret"]);
    assert.equal(valuesOf(addons.proxmoxCsi, ["existingConfigSecret"])[0], secret?.name);
    assert.deepEqual(parse(secret?.data[String(valuesOf(addons.proxmoxCsi, ["existingConfigSecretKey"])[0])] ?? ""), {
      clusters: [
        {
          url: "https://192.168.1.2:8006/api2/json",
          insecure: true,
          token_id: "kubernetes-csi@pve!csi",
          token_secret: "<secret>",
          region: "lab",
        },
      ],
    });
  });

  it("finds machines by region and zone, which is the host; without it the zone is what fails together", () => {
    const inDomain = hosts(1).replace("cores: 8", "cores: 8, failureDomain: cellar");
    const cluster = "cluster: { name: attic }";
    const labelsOf = (more: string) => planWith({ hosts: inDomain, proxmox: cluster, more }).machines.map(({ labels }) => labels);
    const both = { "topology.kubernetes.io/region": "attic", "topology.kubernetes.io/zone": "pve-1" };
    assert.deepEqual(labelsOf(csi()), [both, both]);
    assert.deepEqual(labelsOf("")[0], { "topology.kubernetes.io/zone": "cellar" });
    assert.deepEqual(found(planWith({ hosts: inDomain, proxmox: cluster })), [KEPT, "csi-zone-is-host info addons.proxmoxCsi"]);
  });

  it("tells each node which VM it is, beside the taints it registers with", () => {
    const plan = planWith({
      workers: "{ main: { count: 1, cores: 2, memoryGiB: 4, taints: [{ key: a, effect: NoSchedule }] } }",
    });
    const patch = parse(machinePatches(plan.machines[1]!, plan)[0]!) as { machine: { kubelet: { extraConfig: object } } };
    assert.deepEqual(patch.machine.kubelet.extraConfig, {
      providerID: "proxmox://lab/803",
      registerWithTaints: [{ effect: "NoSchedule", key: "a", value: "" }],
    });
    assert.equal(planWith({ more: "" }).machines[0]?.providerId, undefined);
  });

  const local = `csi-volume-local warning ${CLASS}`;
  const ha = `csi-ha error ${CLASS}`;
  const shared = hosts(2).replaceAll("sizeGiB: 500", "sizeGiB: 500, shared: true");
  const existing =
    "{ main: { source: existing, cores: 2, memoryGiB: 4, installDisk: /dev/sda, machines: { metal: { address: 192.168.1.50 } } } }";
  const labelled = (label: string): string => `{ main: { count: 1, cores: 2, memoryGiB: 4, labels: { ${label} } } }`;
  const cases: [string, Parameters<typeof stackFile>[0], string[]][] = [
    ["one host", {}, []],
    ["hosts with datastores of their own", { hosts: hosts(2) }, [local]],
    ["hosts that share a datastore", { hosts: shared, proxmox: "ha: {}" }, []],
    ["Proxmox HA and datastores of hosts' own", { hosts: hosts(2), proxmox: "ha: {}" }, [ha, local]],
    ["machines that are no VMs", { workers: existing }, ["csi-existing-machines warning addons.proxmoxCsi"]],
    [
      "a zone of the stack file's own",
      { workers: labelled("topology.kubernetes.io/zone: cellar") },
      ["csi-topology-label error topology.workers.main"],
    ],
    ["the same zone in the stack file", { workers: labelled("topology.kubernetes.io/zone: pve") }, []],
    ["ids that 9999 is among", { vm: "{ idBase: 9990, idCount: 10 }" }, ["csi-vm-id error proxmox.vm.idBase"]],
    ["ids that end before 9999", { vm: "{ idBase: 9989, idCount: 10 }" }, []],
  ];
  for (const [name, parts, expected] of cases) {
    it(`says what it costs: ${name}`, () => {
      const without = { controlPlane: POOL, ...parts };
      assert.deepEqual(found(planWith(without)).sort(), [KEPT, ...expected].sort());
      assert.deepEqual(found(planWith({ ...without, more: "" })), []);
    });
  }
});

describe("the Proxmox cloud controller manager", () => {
  it("looks after nodes whose VMs are gone, and leaves their addresses and labels alone", () => {
    const [lab, prod] = ["homelab", "prod"].map((environment) => addonsIn(environment).proxmoxCcm);
    const paths = ["enabledControllers", "replicaCount", "resources.requests.memory", "existingConfigSecret"];
    assert.deepEqual(valuesOf(lab, paths), [["cloud-node-lifecycle"], 1, undefined, "proxmox-ccm-access"]);
    assert.deepEqual(valuesOf(prod, paths), [["cloud-node-lifecycle"], 2, "64Mi", "proxmox-ccm-access"]);
    assert.equal(at(lab, "podAnnotations.proxmox-talos/token-id"), '"kubernetes-ccm@pve!ccm" < base');
  });

  it("needs no labels, and node names of VMs only", () => {
    const { machines, addons, findings } = planOf(stackFile({ more: "  proxmox-talos:addons: { proxmoxCcm: {} }\n" }));
    assert.deepEqual(
      machines.map(({ providerId, labels }) => [providerId, labels["topology.kubernetes.io/region"]]),
      [
        ["proxmox://lab/800", undefined],
        ["proxmox://lab/803", undefined],
      ],
    );
    assert.equal(addons.proxmoxCcm?.secrets[0]?.secret, "proxmoxCcmTokenSecret");
    assert.deepEqual(
      findings.filter(({ code }) => code.startsWith("csi-")),
      [],
    );
  });
});
