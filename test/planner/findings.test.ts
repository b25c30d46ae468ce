import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, it } from "mocha";
import { parseStackFile } from "../../config/parse";
import { DEFAULT_VERSIONS } from "../../config/versions";
import { CATALOG, planStack } from "../../planner";
import type { PlannedHost, PlannedMachine } from "../../planner";
import { pack } from "../../planner/capacity";
import { unknownTogether } from "../../planner/compatibility";
import { PROJECT, configOf, hosts, planOf, stackFile } from "../stacks";
import { ANNOUNCEMENT_CASES } from "./announcement-cases";

const pool = (count: number, more = ""): string => `{ count: ${count}, cores: 2, memoryGiB: 4, diskGiB: 20${more} }`;
const pinned = ", hosts: [pve-1, pve-2, pve-3]";

/** Messages of one code. */
function messages(code: string, parts: Parameters<typeof stackFile>[0]): string[] {
  return planOf(stackFile(parts))
    .findings.filter((finding) => finding.code === code)
    .map(({ path, message }) => `${path}: ${message}`);
}

/** Codes of a sound stack must be empty of what a test provokes: three hosts, three control planes, a shared address. */
const sound = {
  hosts: hosts(3),
  controlPlane: pool(3, pinned),
  workers: `{ main: ${pool(1, pinned)} }`,
  endpoint: "{ vip: 192.168.1.99 }",
};

describe("findings", () => {
  it("are none for three hosts with room, three control planes and a shared address", () => {
    assert.deepEqual(planOf(stackFile(sound)).findings, []);
  });

  const cases: [code: string, when: string, parts: Parameters<typeof stackFile>[0], expected: string[]][] = [
    [
      "etcd-quorum-single-host",
      "a majority of etcd members is on one host",
      { ...sound, controlPlane: pool(3, ", hosts: [pve-1, pve-1, pve-2]") },
      ["topology.controlPlane.hosts: 2 of 3 etcd members (ctrl-00, ctrl-01) are on pve-1: its loss leaves 1, quorum is 2"],
    ],
    [
      "etcd-third-failure-domain",
      "three etcd members have two hosts",
      { ...sound, hosts: hosts(2), controlPlane: pool(3), workers: "{}" },
      [
        "topology.controlPlane.hosts: 3 etcd members on 2 hosts: in every placement one host holds at least 2, so none survives the loss of either host",
      ],
    ],
    [
      "control-plane-single",
      "there is one control plane",
      { ...sound, controlPlane: pool(1) },
      ["topology.controlPlane: 1 control plane: its loss or its reboot takes the Kubernetes API away"],
    ],
    [
      "control-plane-even",
      "their number is even",
      { ...sound, controlPlane: pool(2) },
      ["topology.controlPlane: 2 control planes tolerate the loss of 0, no more than 1 would"],
    ],
    [
      "proxmox-quorum-two-hosts",
      "Proxmox has two hosts",
      { ...sound, hosts: hosts(2), controlPlane: pool(3), workers: "{}" },
      [
        "proxmox.hosts: 2 hosts have 2 votes and need both: with one down, Proxmox refuses changes on the other and restarts nothing",
      ],
    ],
    ["single-host", "there is one host", {}, ["proxmox.hosts: pve is the only host: with it, everything is down"]],
    [
      "endpoint-single-machine",
      "the API is reached at one of several control planes",
      { ...sound, endpoint: "{ address: 192.168.1.100 }" },
      [
        "network.endpoint.address: 192.168.1.100 is ctrl-00's own address: without it the API is away although the other control planes run",
      ],
    ],
    [
      "platform-exceeds-machines",
      "add-ons ask for more than workers have",
      {
        ...sound,
        more: "  proxmox-talos:addons: { metricsServer: { replicas: 2, values: { resources: { requests: { memory: 3Gi } } } } }\n",
      },
      [
        "addons: the add-ons ask for 0.37 CPUs and 6.45 GiB, and 1 machine has 1.95 CPUs and 3.53 GiB for pods: metrics-server (1 pod) finds no room",
      ],
    ],
    [
      "platform-needs-every-host",
      "they fit only while all hosts run",
      {
        ...sound,
        workers: `{ main: ${pool(2, pinned)} }`,
        more: "  proxmox-talos:addons: { metricsServer: { replicas: 2, values: { resources: { requests: { memory: 2Gi } } } } }\n",
      },
      [
        "proxmox.hosts.pve-1: without pve-1, 1 machine has 1.95 CPUs and 3.53 GiB for pods: metrics-server (1 pod) of the add-ons waits until it is back",
        "proxmox.hosts.pve-2: without pve-2, 1 machine has 1.95 CPUs and 3.53 GiB for pods: metrics-server (1 pod) of the add-ons waits until it is back",
      ],
    ],
    [
      "host-memory-exceeded",
      "VMs need more memory than a host has",
      { hosts: hosts(1, 8) },
      ["proxmox.hosts.pve-1.memoryGiB: pve-1 has 8 GiB and needs 12 GiB (8 GiB for 2 VMs + 4 GiB for the host)"],
    ],
    [
      "host-memory-full",
      "a host has no room for one more VM",
      { ...sound, hosts: hosts(3, 12) },
      [
        "proxmox.hosts.pve-1.memoryGiB: pve-1 is filled to 12 GiB of 12 GiB (8 GiB for 2 VMs + 4 GiB for the host): no VM of another host can be restarted here",
      ],
    ],
    [
      "host-failover-capacity",
      "a host's VMs fit nowhere else",
      { ...sound, hosts: hosts(2, 12), controlPlane: pool(3), workers: "{}" },
      [
        "proxmox.hosts.pve-1: if pve-1 fails, 8 GiB of VMs need a new place and ctrl-02 (4 GiB) find none; free are 4 GiB on pve-2",
        "proxmox.hosts.pve-2: if pve-2 fails, 4 GiB of VMs need a new place and ctrl-01 (4 GiB) find none; free are 0 GiB on pve-1",
      ],
    ],
    [
      "maintenance-room",
      "no VM of a host can move",
      { ...sound, hosts: hosts(2, 12), controlPlane: pool(3), workers: "{}" },
      [
        "proxmox.hosts.pve-2: the only VM of pve-2 cannot be moved to another host: live migration and maintenance without downtime are not possible",
      ],
    ],
    [
      "vcpu-overcommit",
      "a host has more vCPUs than threads",
      { controlPlane: "{ count: 1, cores: 16, memoryGiB: 4 }", workers: "{ main: { count: 1, cores: 16, memoryGiB: 4 } }" },
      ["proxmox.hosts.pve.threads: 32 vCPUs on 16 threads of pve are 2:1"],
    ],
    [
      "vcpu-overcommit-severe",
      "a host has more than four vCPUs per thread",
      { controlPlane: "{ count: 1, cores: 1, memoryGiB: 4 }", workers: "{ main: { count: 4, cores: 16, memoryGiB: 4 } }" },
      ["proxmox.hosts.pve.threads: 65 vCPUs on 16 threads of pve are 4.06:1"],
    ],
    [
      "placement-unpinned",
      "pools go wherever there is a host",
      { ...sound, controlPlane: pool(3) },
      ["topology.controlPlane: control-plane goes to all 3 hosts in turn: another host would move machines that stand"],
    ],
    [
      "vm-cores-exceeded",
      "a VM has more vCPUs than its host has threads",
      { controlPlane: "{ count: 1, cores: 17, memoryGiB: 4 }", workers: "{}" },
      ["proxmox.hosts.pve.threads: ctrl-00 asks for 17 vCPUs, pve has 16 threads: Proxmox refuses to start it"],
    ],
    [
      "datastore-exceeded",
      "disks need more than the datastore holds",
      { controlPlane: "{ count: 1, cores: 2, memoryGiB: 4, diskGiB: 490 }" },
      ["proxmox.hosts.pve.datastores.local-lvm.sizeGiB: local-lvm on pve holds 500 GiB, its VMs need 510 GiB"],
    ],
    [
      "proxmox-qdevice-odd",
      "an odd number of hosts has a QDevice",
      { ...sound, proxmox: "cluster: { name: lab, qdevice: 192.168.1.50 }" },
      [
        "proxmox.cluster.qdevice: 3 hosts and a QDevice: with an odd number of hosts it votes with all the weight of the others, so that its loss can end the quorum",
      ],
    ],
    [
      "endpoint-dns-round-robin",
      "several control planes are reached by a DNS name",
      { ...sound, endpoint: "{ dns: api.example.org }" },
      [
        "network.endpoint.dns: api.example.org has to resolve to 192.168.1.100:6443, 192.168.1.101:6443, 192.168.1.102:6443: clients that get the address of a dead one are not sent to another",
      ],
    ],
    [
      "endpoint-external",
      "a load balancer is in front of the API",
      { ...sound, endpoint: "{ loadBalancer: 192.168.1.5, port: 443 }" },
      [
        "network.endpoint.loadBalancer: 192.168.1.5:443 is not this stack's: it has to forward to 192.168.1.100:6443, 192.168.1.101:6443, 192.168.1.102:6443",
      ],
    ],
    [
      "control-plane-schedulable",
      "workloads run on control planes although there are workers",
      { ...sound, controlPlane: pool(3, `${pinned}, schedulable: true`) },
      ["topology.controlPlane.schedulable: workloads run beside etcd although there are workers: a busy one slows the API down"],
    ],
    [
      "cpu-host-type",
      "machines on several hosts see each host's own processor",
      { ...sound, controlPlane: pool(3, `${pinned}, cpu: { type: host }`) },
      [
        "topology.controlPlane.cpu.type: control-plane sees the processor of whichever host it is on: its machines cannot be moved alive between pve-1 and pve-2 and pve-3 unless these are alike",
      ],
    ],
    [
      "cpu-level-missing",
      "a processor is older than what a pool asks for",
      { ...sound, workers: `{ main: ${pool(1, ", hosts: [pve-1], cpu: { type: x86-64-v3 }")} }` },
      ["topology.workers.main.cpu.type: main asks for x86-64-v3, pve-1 has x86-64-v2-AES: its machines do not start there"],
    ],
    [
      "cpu-affinity-outside",
      "vCPUs are bound to threads the host does not have",
      { ...sound, workers: `{ main: ${pool(1, ', hosts: [pve-1], cpu: { affinity: "0-3,16" }')} }` },
      ["topology.workers.main.cpu.affinity: 0-3,16 reaches thread 16, pve-1 has 0-15"],
    ],
    [
      "cpu-affinity-root",
      "vCPUs are bound at all",
      { ...sound, workers: `{ main: ${pool(1, ', hosts: [pve-1], cpu: { affinity: "0-3" }')} }` },
      [
        "topology.workers.main.cpu.affinity: Proxmox lets only root@pam with its password bind vCPUs: with an API token the VMs are refused",
      ],
    ],
    [
      "numa-node-missing",
      "memory is asked of a NUMA node the host does not have",
      { ...sound, workers: `{ main: ${pool(1, ", hosts: [pve-1], cpu: { numaNode: 1 }")} }` },
      ["topology.workers.main.cpu.numaNode: main asks for memory of NUMA node 1, pve-1 has only node 0"],
    ],
    [
      "pci-mapping-exceeded",
      "more machines ask for a device than a host has",
      {
        ...sound,
        hosts: hosts(3).replace("pve-1: {", "pve-1: { pciMappings: { gpu: 1 },"),
        workers: `{ main: ${pool(2, ", hosts: [pve-1], devices: [{ mapping: gpu }]")} }`,
      },
      ["proxmox.hosts.pve-1.pciMappings.gpu: 2 VMs on pve-1 ask for gpu, of which it has 1"],
    ],
    [
      "ha-single-host",
      "VMs could be restarted nowhere",
      { proxmox: "ha: {}" },
      ["proxmox.ha: 1 host: there is no other to restart VMs on"],
    ],
    [
      "ha-storage-local",
      "disks of VMs are on one host's own storage",
      { ...sound, proxmox: "ha: {}" },
      [
        "proxmox.ha: the disks of ctrl-00, ctrl-01, ctrl-02, work-00 are on storage of one host: when it fails, nothing can be restarted elsewhere",
      ],
    ],
    [
      "workloads-nowhere",
      "every machine keeps workloads off",
      { ...sound, workers: `{ main: ${pool(1, ", hosts: [pve-1], taints: [{ key: a, effect: NoSchedule }]")} }` },
      ["topology: no machine takes workloads: the 1 worker has taints that keep them off"],
    ],
    [
      "longhorn-extension-missing",
      "machines that keep volumes lack what attaches them",
      {
        ...sound,
        more: "  proxmox-talos:talos: { extensions: [siderolabs/iscsi-tools] }\n  proxmox-talos:addons: { longhorn: {} }\n",
      },
      ["talos.extensions: work-00 have no siderolabs/util-linux-tools: no volume of Longhorn can be attached there"],
    ],
    [
      "longhorn-replicas",
      "there are fewer machines than copies",
      { ...sound, more: "  proxmox-talos:addons: { longhorn: { replicas: 2 } }\n" },
      ["addons.longhorn.replicas: 2 copies of each volume on 1 machine (work-00): every volume stays degraded"],
    ],
    [
      "longhorn-pool-idle",
      "a pool is to keep volumes, and only others have disks for them",
      {
        ...sound,
        workers: `{ main: ${pool(2, ", hosts: [pve-1, pve-2], disks: { longhorn: { sizeGiB: 40 } }, ids: 803-806, addresses: 192.168.1.103-192.168.1.106, names: work-00..03")}, other: ${pool(1, ", hosts: [pve-1], ids: 807-809, addresses: 192.168.1.107-192.168.1.109, names: other-00..02")} }`,
        more: "  proxmox-talos:addons: { longhorn: { pools: [main, other] } }\n",
      },
      ["addons.longhorn.pools: machines of other keep no volumes: other pools have disks for them, and other has none"],
    ],
    [
      "longhorn-zones",
      "copies must be in more domains than there are",
      {
        ...sound,
        workers: `{ main: ${pool(2, ", hosts: [pve-1]")} }`,
        more: "  proxmox-talos:addons: { longhorn: { zones: require } }\n",
      },
      [
        "addons.longhorn.zones: 2 copies of volumes, each in a failure domain of its own, and machines that keep them are in 1 (pve-1)",
      ],
    ],
    [
      "longhorn-single-host",
      "all copies are on one of several hosts",
      {
        ...sound,
        workers: `{ main: ${pool(2, ", hosts: [pve-1]")} }`,
        more: "  proxmox-talos:addons: { longhorn: {} }\n",
      },
      ["addons.longhorn: all machines that keep volumes are on pve-1: its loss takes every copy"],
    ],
    [
      "policy-loosened",
      "policies are not as hard as by default, and not where they are harder",
      {
        ...sound,
        more: `  proxmox-talos:policies:
    vm-marks: { level: disabled, reason: another one marks them }
    host-access: { namespaces: [gpu], level: mandatory, reason: drivers are loaded by a pod }
    encrypted-secrets: { level: disabled, reason: nothing of it is secret }
    verified-tls: { level: advisory }
    pinned-versions: { level: mandatory }
`,
      },
      [
        "policies.encrypted-secrets: encrypted-secrets is disabled in place of set right on the way: nothing of it is secret",
        "policies.host-access: host-access is not for gpu: drivers are loaded by a pod",
        "policies.vm-marks: vm-marks is disabled in place of mandatory: another one marks them",
      ],
    ],
    [
      "longhorn-backup-login",
      "backups go to a store that asks who comes",
      {
        ...sound,
        more: "  proxmox-talos:addons: { longhorn: { backup: { target: s3://backups@eu-central-1/longhorn } } }\n",
      },
      [
        "addons.longhorn.backup: backups go to s3://backups@eu-central-1/longhorn, and nothing says who Longhorn is there: every one of them fails",
      ],
    ],
    [
      "longhorn-capacity",
      "the add-ons' volumes do not fit",
      {
        ...sound,
        workers: `{ main: ${pool(2, ", hosts: [pve-1, pve-2], disks: { longhorn: { sizeGiB: 40 } }")} }`,
        more: "  proxmox-talos:addons: { longhorn: {}, loki: {}, kubePrometheusStack: { replicas: 2, storageGiB: 10 } }\n",
      },
      [
        "addons.longhorn: the add-ons' volumes (kubePrometheusStack 2 x 10 GiB, loki 20 GiB) take 80 GiB as 2 copies, Longhorn has room for 56 GiB: 70 % of 80 GiB on 2 machines",
      ],
    ],
    [
      "dns-target-missing",
      "names are to lead to Ingresses that have no address",
      {
        ...sound,
        more: "  proxmox-talos:addons: { traefik: { expose: hostPort }, externalDns: { domainFilters: [example.org], provider: { cloudflare: { credentialSecret: cf } } } }\n",
      },
      [
        "addons.externalDns.targets: behind ports of machines an Ingress of Traefik has no address: external-dns has nothing its name could lead to",
      ],
    ],
    [
      "secret-by-hand",
      "a setting names a Secret that the stack does not make",
      {
        ...sound,
        more: "  proxmox-talos:addons: { externalDns: { domainFilters: [example.org], provider: { cloudflare: { credentialSecret: cf } } } }\n",
      },
      [
        "addons.externalDns.provider.cloudflare.credentialSecret: the stack does not make the Secret cf in external-dns with the key api-token: external-dns and its release wait for it",
      ],
    ],
    [
      "ingress-nginx-retired",
      "ingress-nginx is on, which nobody maintains",
      { ...sound, more: "  proxmox-talos:addons: { ingressNginx: { expose: hostPort } }\n" },
      [
        "addons.ingressNginx: ingress-nginx 4.15.1 is the last one: its maintenance ended in March 2026, and what is found in it now stays open",
      ],
    ],
    [
      "load-balancer-address-missing",
      "an ingress controller waits for an address that nobody hands out",
      { ...sound, more: "  proxmox-talos:addons: { traefik: { timeoutSeconds: 300 } }\n" },
      [
        "addons.traefik.expose: its Service of type LoadBalancer waits for an address, and nothing hands any out: Helm gives up after 300 s",
      ],
    ],
    [
      "addon-storage-ephemeral",
      "an add-on keeps things in its pod",
      { ...sound, more: "  proxmox-talos:addons: { tempo: {} }\n" },
      ["addons.tempo: tempo has no volume: what it has collected goes with its pod"],
    ],
    [
      "collector-without-target",
      "a collector has nobody to hand anything to",
      { ...sound, more: "  proxmox-talos:addons: { alloy: {} }\n" },
      ["addons.alloy: nothing takes what it collects: neither Loki nor Tempo nor Prometheus is on"],
    ],
    [
      "observability-storage-small",
      "what is kept for long does not fit its volume",
      {
        ...sound,
        workers: `{ main: ${pool(1, `${pinned}, disks: { longhorn: { sizeGiB: 400 } }`)} }`,
        more: "  proxmox-talos:addons: { longhorn: {}, kubePrometheusStack: { retentionDays: 365 }, loki: { retentionDays: 90, storageGiB: 30 }, tempo: { retentionHours: 8760, values: { tempo: { retention: 30d } } } }\n",
      },
      [
        "addons.kubePrometheusStack.storageGiB: kubePrometheusStack keeps 365d of 4 machines: about 154 GiB by an estimate, its volume has 20 GiB",
        "addons.tempo.storageGiB: tempo keeps 30d of 4 machines: about 25 GiB by an estimate, its volume has 10 GiB",
      ],
    ],
    [
      "addon-leaving",
      "an add-on is on its way to GitOps",
      {
        ...sound,
        more: "  proxmox-talos:addons: { flux: { sync: { url: https://example.org/a/b.git } }, metricsServer: { managedBy: leaving } }\n",
      },
      [
        "addons.metricsServer.managedBy: after this update, metrics-server stays in the cluster when it is taken out of the stack",
      ],
    ],
    [
      "argo-cd-makes-up-password",
      "Argo CD takes a Grafana over that nobody gave a password",
      {
        ...sound,
        more: "  proxmox-talos:addons: { argoCd: { repositories: { a: { url: https://example.org/a/b.git } } }, longhorn: {}, kubePrometheusStack: { managedBy: gitops } }\n",
      },
      [
        "addons.kubePrometheusStack.grafana.adminSecret: Argo CD asks no cluster when it renders a chart: Grafana's administrator has another password, and Grafana another pod, each time",
      ],
    ],
    [
      "addon-value-idle",
      "the stack file tells a chart what it does not read",
      {
        ...sound,
        more: "  proxmox-talos:addons: { cilium: { hubble: { relay: false }, values: { hubble: { relay: { replicas: 2 } }, operator: { podDisruptionBudget: { enabled: true } } } }, longhorn: { values: { longhornUI: { podDisruptionBudget: { enabled: true } } } }, kubePrometheusStack: { alertmanager: { enabled: false, replicas: 2 } } }\n",
      },
      [
        "addons.cilium.values.hubble.relay.replicas: the chart does not read it: hubble.relay.enabled is false",
        "addons.cilium.values.operator.podDisruptionBudget.enabled: the chart does not read it: operator.replicas is 1",
        "addons.kubePrometheusStack.alertmanager.replicas: the chart does not read it: alertmanager.enabled is false",
        "addons.longhorn.values.longhornUI.podDisruptionBudget.enabled: the chart does not read it: none of its templates does",
      ],
    ],
    [
      "addon-value-misfit",
      "the stack file has a value of another kind than the plan",
      {
        ...sound,
        more: "  proxmox-talos:addons: { cilium: { values: { hubble: [1], operator: { replicas: { a: 1 } } } }, longhorn: { values: { defaultSettings: three } } }\n",
      },
      [
        "addons.cilium.values.hubble: a list in the place of hubble.relay.enabled and 1 more: the chart takes no such thing there",
        "addons.cilium.values.operator.replicas: a map in the place of 1: the chart takes no such thing there",
        "addons.longhorn.values.defaultSettings: a single value in the place of defaultSettings.createDefaultDiskLabeledNodes and 5 more: the chart takes no such thing there",
      ],
    ],
    [
      "addon-value-overrides",
      "the stack file's own values hide what the platform needs, or another setting",
      {
        ...sound,
        more: "  proxmox-talos:addons: { cilium: { values: { k8sServiceHost: 192.168.1.99, k8sServicePort: 7445, cgroup: null, resources: null, operator: { replicas: 2 } } }, longhorn: { replicas: 1, values: { defaultSettings: { defaultReplicaCount: 3, nodeDrainPolicy: null } } }, tempo: { values: { tempo: { retention: 9h } } } }\n",
      },
      [
        "addons.cilium.values.cgroup: in the place of cgroup.autoMount.enabled and 1 more, which the platform counts on: what the plan says of cilium may be wrong",
        'addons.cilium.values.k8sServiceHost: in the place of "localhost", which the platform counts on: what the plan says of cilium may be wrong',
        "addons.longhorn.values.defaultSettings.defaultReplicaCount: in the place of 1, which addons.longhorn.replicas says",
        'addons.longhorn.values.defaultSettings.nodeDrainPolicy: in the place of "block-if-contains-last-replica", which the platform counts on: what the plan says of longhorn may be wrong',
      ],
    ],
    [
      "observability-single-machine",
      "the only machine for workloads watches itself",
      { more: "  proxmox-talos:addons: { kubePrometheusStack: {} }\n" },
      [
        "addons.kubePrometheusStack: work-00 is the only machine for workloads: what watches it competes with them for its 4 GiB, and is silent when it fails",
      ],
    ],
    [
      "versions-unknown",
      "versions are not in the compatibility table",
      { ...sound, more: "  proxmox-talos:kubernetes: { version: v1.20.0 }\n" },
      ["talos.version: Talos v1.13.9, Kubernetes v1.20.0 and Cilium 1.20.0 are not in the compatibility table together"],
    ],
    [
      "pod-subnet-size",
      "there are more machines than parts of the pods' network",
      { ...sound, more: "  proxmox-talos:kubernetes: { podSubnets: [10.20.0.0/23] }\n" },
      [
        "kubernetes.podSubnets: 10.20.0.0/23 has room for 2 machines, each taking a /24 of it, and the stack has 4: the others get no pods",
      ],
    ],
    [
      "service-subnet-size",
      "the cluster's DNS has no address",
      { ...sound, more: "  proxmox-talos:kubernetes: { serviceSubnets: [10.51.0.0/29] }\n" },
      ["kubernetes.serviceSubnets: 10.51.0.0/29 has no tenth address, which is that of the cluster's DNS: no name is resolved"],
    ],
    [
      "acknowledgement-unused",
      "an acknowledgement matches nothing",
      { ...sound, more: "  proxmox-talos:acknowledge: [{ code: single-host, reason: no longer true }]\n" },
      ["acknowledge.0: single-host is acknowledged, but no such finding exists"],
    ],
    ...ANNOUNCEMENT_CASES.map(([code, when, cilium, expected, more = {}]): [string, string, object, string[]] => [
      code,
      when,
      {
        ...sound,
        workers: `{ main: ${pool(2, pinned)} }`,
        ...more,
        more: `  proxmox-talos:addons: { cilium: ${cilium} }\n`,
      },
      expected,
    ]),
  ];
  for (const [code, when, parts, expected] of cases) {
    it(`fails when ${when}: ${code}`, () => {
      assert.deepEqual(messages(code, parts), expected);
    });
  }

  it("measure the pods' network by the parts it is split into", () => {
    const found = (kubernetes: string, network?: string): string[] =>
      messages("pod-subnet-size", { ...sound, network, more: `  proxmox-talos:kubernetes: ${kubernetes}\n` });
    assert.deepEqual(found("{ podSubnets: [10.20.0.0/22] }"), []);
    assert.deepEqual(found("{ podSubnets: [10.20.0.0/24] }"), [
      "kubernetes.podSubnets: 10.20.0.0/24 has room for 1 machine, each taking a /24 of it, and the stack has 4: the others get no pods",
    ]);
    assert.match(found("{ podSubnets: [10.20.0.0/28] }")[0] ?? "", /^\S+ 10\.20\.0\.0\/28 has room for 0 machines,/);
    const smaller = 'args: { controllerManager: { node-cidr-mask-size: "26" } }';
    assert.deepEqual(found(`{ podSubnets: [10.20.0.0/24], ${smaller} }`), []);
    const dual = "ipv6: { subnet: fd00:68::/64, gateway: fd00:68::1, addresses: fd00:68::100-fd00:68::109 }";
    assert.deepEqual(found("{ podSubnets: [10.20.0.0/16, fd00:20::/63] }", dual), [
      "kubernetes.podSubnets: fd00:20::/63 has room for 2 machines, each taking a /64 of it, and the stack has 4: the others get no pods",
    ]);
    assert.deepEqual(found("{ podSubnets: [10.20.0.0/16, fd00:20::/40] }", dual), [
      "kubernetes.podSubnets: fd00:20::/40 is too large: Kubernetes splits it into a /64 for each machine only from /48 on",
    ]);
    const remedies = planOf(
      stackFile({ ...sound, more: "  proxmox-talos:kubernetes: { podSubnets: [10.20.0.0/28] }\n" }),
    ).findings;
    assert.equal(
      remedies[0]?.remedy,
      "choose a network of at least /22, or smaller parts (kubernetes.args.controllerManager: { node-cidr-mask-size-ipv4: … }); neither changes in a cluster that runs",
    );
  });

  it("take hosts of one failure domain for one that fails", () => {
    const domains = hosts(3).replace(
      /memoryGiB: 64/g,
      (text, offset: number) => `${text}, failureDomain: ${offset < 250 ? "east" : "west"}`,
    );
    assert.deepEqual(messages("etcd-quorum-single-host", { ...sound, hosts: domains }), [
      "topology.controlPlane.hosts: 2 of 3 etcd members (ctrl-00, ctrl-01) are in failure domain east (pve-1, pve-2): its loss leaves 1, quorum is 2",
    ]);
    assert.deepEqual(messages("etcd-third-failure-domain", { ...sound, hosts: domains }), [
      "topology.controlPlane.hosts: 3 etcd members on 2 failure domains: in every placement one failure domain holds at least 2, so none survives the loss of either failure domain",
    ]);
  });

  it("send no running Longhorn to a disk it has no volumes on", () => {
    const remedies = (parts: Parameters<typeof stackFile>[0]): string[] =>
      planOf(stackFile({ ...sound, ...parts }))
        .findings.filter(({ code }) => code.startsWith("longhorn-"))
        .map(({ remedy }) => remedy);
    const more = "  proxmox-talos:addons: { longhorn: { replicas: 3 }, loki: { storageGiB: 300 } }\n";
    const workers = (disks: string): string => `{ main: ${pool(2, `, hosts: [pve-1]${disks}`)} }`;
    assert.deepEqual(remedies({ more, workers: workers("") }), [
      "larger disks or fewer copies, in a new cluster also smaller volumes or a disk longhorn, which a running one gets only after its replicas were moved",
      "ask for at most 2, or add machines that take workloads",
      "spread the pool, or add one on other hosts",
    ]);
    assert.deepEqual(remedies({ more, workers: workers(", disks: { longhorn: { sizeGiB: 40 } }") }), [
      "larger disks longhorn or fewer copies, in a new cluster also smaller volumes",
      "ask for at most 2, or give more machines a disk longhorn",
      "give machines on other hosts a disk longhorn, or spread the pool",
    ]);
  });

  it("name the code that a mistyped acknowledgement means", () => {
    const more = "  proxmox-talos:acknowledge: [{ code: singel-host, reason: one is enough }]\n";
    const unused = planOf(stackFile({ more })).findings.find(({ code }) => code === "acknowledgement-unused");
    assert.equal(unused?.remedy, "did you mean single-host?");
  });

  it("can be acknowledged in one place only", () => {
    const more =
      "  proxmox-talos:acknowledge: [{ code: host-memory-full, path: proxmox.hosts.pve-2.memoryGiB, reason: fine by me }]\n";
    const found = planOf(
      stackFile({
        ...sound,
        hosts: hosts(2, 12),
        controlPlane: pool(3),
        workers: `{ main: ${pool(1, ", hosts: [pve-2]")} }`,
        more,
      }),
    ).findings.filter(({ code }) => code === "host-memory-full");
    assert.deepEqual(
      found.map(({ path, acknowledged }) => [path, acknowledged]),
      [
        ["proxmox.hosts.pve-1.memoryGiB", undefined],
        ["proxmox.hosts.pve-2.memoryGiB", "fine by me"],
      ],
    );
  });

  it("ask for no login where a share goes by addresses, or where one is named", () => {
    for (const backup of ["{ target: nfs://nas.example.org:/b }", "{ target: s3://b@eu/l, credentialSecret: backups }"]) {
      const more = `  proxmox-talos:addons: { longhorn: { backup: ${backup} } }\n`;
      assert.deepEqual(messages("longhorn-backup-login", { ...sound, more }), []);
    }
  });

  it("name the only machine that keeps volumes, and a volume that is larger than any disk", () => {
    const longhorn = (workers: string, addons: string): typeof sound & { more: string } => ({
      ...sound,
      workers: `{ main: ${workers} }`,
      more: `  proxmox-talos:addons: ${addons}\n`,
    });
    assert.deepEqual(messages("longhorn-single-host", longhorn(pool(1, pinned), "{ longhorn: {} }")), [
      "addons.longhorn: work-00 is the only machine that keeps volumes: its loss takes every copy",
    ]);
    const disks = pool(3, `${pinned}, disks: { longhorn: { sizeGiB: 40 } }`);
    assert.deepEqual(messages("longhorn-capacity", longhorn(disks, "{ longhorn: { replicas: 1 }, loki: { storageGiB: 29 } }")), [
      "addons.longhorn: a volume of the add-ons (loki 29 GiB) has a whole copy on one machine, and none has room for more than 28 GiB: 70 % of a disk",
    ]);
    assert.deepEqual(
      messages("longhorn-capacity", longhorn(disks, "{ longhorn: { replicas: 1 }, loki: { storageGiB: 28 } }")),
      [],
    );
  });

  it("each have a test, a severity and a section in docs/findings.md that names it, and no other does", () => {
    // These take a second stack file: conflicts.test.ts and sharing.test.ts.
    const others = [
      "address-conflict",
      "host-shared",
      "host-shared-exceeded",
      "id-conflict",
      "load-balancer-shared",
      "name-conflict",
      "neighbour-unreadable",
      // addons/autoscaling.test.ts
      "autoscaler-restarts-pods",
      "autoscaler-without-metrics",
      "autoscalers-side-by-side",
      "descheduler-single-machine",
      "metrics-api-twice",
      // addons/kubelet-csr-approver.test.ts
      "kubelet-approver-idle",
      "kubelet-approver-missing",
      // addons/proxmox-side.test.ts
      "csi-disks-kept",
      "csi-existing-machines",
      "csi-ha",
      "csi-topology-label",
      "csi-vm-id",
      "csi-volume-local",
      "csi-volume-room",
      "csi-zone-is-host",
      // balancers.test.ts
      "balancer-single",
      "balancers-single-host",
      "balancers-unpinned",
      // etcd-backup.test.ts
      // ipv6.test.ts
      "addon-family-missing",
      "etcd-backup-inside",
      "etcd-backup-missing",
      "etcd-backup-retention",
      "etcd-backup-unencrypted-way",
      "etcd-backup-unwatched",
      // sla.test.ts
      "sla-single-failure",
      // tailscale.test.ts
      "tailscale-key-expiry",
      "tailscale-node-address",
      "tailscale-route-own-network",
      "tailscale-routes-approval",
    ];
    assert.deepEqual([...cases.map(([code]) => code), ...others].sort(), Object.keys(CATALOG).sort());
    const text = readFileSync(join(PROJECT, "docs", "findings.md"), "utf8");
    const documented = [...text.matchAll(/^### `([a-z-]+)` · (error|warning|info)$/gm)].map(([, code, severity]) => [
      code,
      severity,
    ]);
    assert.deepEqual(documented.sort(), Object.entries(CATALOG).sort());
  });
});

describe("packing", () => {
  const host = (name: string, freeGiB: number): PlannedHost => ({
    name,
    address: "",
    cores: 1,
    threads: 1,
    memoryMiB: freeGiB * 1024,
    reservedMemoryMiB: 0,
    allocatedMemoryMiB: 0,
    vcpus: 0,
    cpuLevel: "x86-64-v2-AES",
    numaNodes: 1,
    pciMappings: [],
    datastores: [],
    machines: [],
    domains: {},
  });
  const [template] = planOf(stackFile()).machines;
  assert.ok(template);
  const machine = (memoryGiB: number, index: number): PlannedMachine => ({
    ...template,
    name: `m-${index}`,
    host: "gone",
    vmId: 100 + index,
    memoryMiB: memoryGiB * 1024,
  });
  const leftOver = (sizes: number[], free: number[]): string[] =>
    pack(
      sizes.map(machine),
      free.map((each, index) => host(`pve-${index}`, each)),
    ).stranded.map(({ name }) => name);

  it("finds a place for all even where the obvious order does not", () => {
    // Largest first, tightest fit: 6 goes to 9 and the last 4 is left over. 6 and 4 belong to 10, 5 and 4 to 9.
    assert.deepEqual(leftOver([6, 5, 4, 4], [9, 10]), []);
  });

  it("agrees with trying everything", () => {
    const everything = (sizes: readonly number[], free: readonly number[]): boolean => {
      const [size, ...rest] = sizes;
      if (size === undefined) return true;
      return free.some((left, index) => left >= size && everything(rest, free.with(index, left - size)));
    };
    const small = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(small, fc.array(fc.integer({ min: -3, max: 16 }), { minLength: 1, maxLength: 3 }), (sizes, free) => {
        assert.equal(leftOver(sizes, free).length === 0, everything(sizes, free));
      }),
      { seed: 20261120, numRuns: 500 },
    );
  });

  it("says so when it did not try everything", () => {
    // Even sizes, odd bins, equal sums: every bin wastes at least one, so nothing fits, and there are too many ways to see it.
    const sizes = Array.from({ length: 24 }, (_, index) => 100 + 2 * index);
    const free = Array.from({ length: 12 }, (_, index) => 235 + 2 * index);
    const packed = pack(
      sizes.map(machine),
      free.map((each, index) => host(`pve-${index}`, each)),
    );
    assert.ok(packed.stranded.length > 0);
    assert.equal(packed.proven, false);
  });
});

describe("compatibility table", () => {
  const versions = (talos: string, kubernetes: string, cilium?: string): Parameters<typeof unknownTogether>[0] => ({
    talos,
    kubernetes,
    ...(cilium === undefined ? {} : { cilium }),
  });

  it("knows older rows and nothing between the rows", () => {
    assert.deepEqual(unknownTogether(versions("v1.12.4", "v1.33.2", "1.18.14")), []);
    assert.deepEqual(unknownTogether(versions("v1.12.4", "v1.36.0", "1.20.0")), [
      "Talos v1.12.4",
      "Kubernetes v1.36.0",
      "Cilium 1.20.0",
    ]);
  });

  it("asks nothing of what is not there, and names a chart it does not know", () => {
    assert.deepEqual(unknownTogether(versions("v1.13.0", "v1.33.0")), []);
    assert.deepEqual(unknownTogether({ ...versions("v1.13.0", "v1.36.0"), loki: "18.99.0", longhorn: "1.11.2" }), [
      "Kubernetes v1.36.0",
      "longhorn 1.11.2",
    ]);
    assert.deepEqual(unknownTogether({ ...versions("v1.13.0", "v1.36.0"), loki: "181.0.0" }), [
      "Kubernetes v1.36.0",
      "loki 181.0.0",
    ]);
  });

  it("has the default versions", () => {
    assert.deepEqual(unknownTogether(DEFAULT_VERSIONS), []);
  });
});

describe("a plan is refused when", () => {
  /** Problems as `path | message | allowed`. */
  function problems(parts: Parameters<typeof stackFile>[0], change: (text: string) => string = (text) => text): string[] {
    const planned = planStack(configOf(change(stackFile(parts))), "test");
    assert.ok(!planned.ok, "the plan is possible");
    return planned.problems.map(({ path, message, allowed }) => `${path} | ${message} | ${allowed}`);
  }

  it("growth passes the end of the ranges, before anything is created", () => {
    assert.deepEqual(problems({ workers: `{ main: ${pool(8)} }` }), [
      "topology.workers.main.count | 8 machines for 7 ids (803-809), 7 addresses (192.168.1.103-192.168.1.109) and 7 names | at most 7; beyond that, nothing is free",
    ]);
    // The shortest of a pool's ranges decides; what nobody owns is named.
    const uneven = ", ids: 803-806, addresses: 192.168.1.103-192.168.1.104, names: a-0..3";
    assert.deepEqual(problems({ workers: `{ a: ${pool(3, uneven)} }` }), [
      "topology.workers.a.count | 3 machines for 4 ids (803-806), 2 addresses (192.168.1.103-192.168.1.104) and 4 names | at most 2; beyond that, free are ids 807-809 and addresses 192.168.1.105-192.168.1.109",
    ]);
  });

  it("several worker pools, or more than three control planes, have no ranges of their own", () => {
    const allowed =
      "ids, addresses and names; up to 3 control planes have ids 800-802 and addresses 192.168.1.100-192.168.1.102 by default, a sole worker pool has ids 803-809 and addresses 192.168.1.103-192.168.1.109";
    assert.deepEqual(problems({ workers: `{ a: ${pool(1)}, b: ${pool(1)} }` }), [
      `topology.workers.a | one of several worker pools, without ids, addresses and names of its own | ${allowed}`,
      `topology.workers.b | one of several worker pools, without ids, addresses and names of its own | ${allowed}`,
    ]);
    assert.deepEqual(problems({ controlPlane: pool(5), workers: "{}" }), [
      `topology.controlPlane | more than 3 control planes, without ids, addresses and names of its own | ${allowed}`,
    ]);
    const five = pool(5, ", ids: 800-804, addresses: 192.168.1.100-192.168.1.104, names: ctrl-00..04");
    assert.deepEqual(problems({ controlPlane: five }), [
      `topology.workers.main | a worker pool beside more than 3 control planes, without ids, addresses and names of its own | ${allowed}`,
    ]);
    assert.deepEqual(problems({ workers: `{ a: ${pool(1, ", ids: 803-804")}, b: ${pool(1, ", ids: 807-809")} }` }), [
      `topology.workers.a | one of several worker pools, without addresses and names of its own | ${allowed}`,
      `topology.workers.b | one of several worker pools, without addresses and names of its own | ${allowed}`,
    ]);
  });

  it("ranges overlap, also where no machine is yet, or leave the stack's own", () => {
    const of = (ids: string, last: string, names: string): string =>
      `, ids: ${ids}, addresses: 192.168.1.1${ids.slice(1, 3)}-192.168.1.1${last}, names: ${names}`;
    assert.deepEqual(
      problems({ workers: `{ a: ${pool(1, of("803-806", "06", "a-0..3"))}, b: ${pool(1, of("806-809", "09", "a-3..6"))} }` }),
      [
        "topology.workers.b.ids | ids 806-809 overlap those of topology.workers.a (803-806) | ids no other pool owns, used or not",
        "topology.workers.b.addresses | addresses 192.168.1.106-192.168.1.109 overlap those of topology.workers.a (192.168.1.103-192.168.1.106) | addresses no other pool owns, used or not",
        "topology.workers.b.names | names a-3..6 overlap those of topology.workers.a (a-0..3) | names no other pool owns, used or not",
      ],
    );
    // One control plane only, and still its three seats are nobody else's.
    assert.deepEqual(problems({ workers: `{ a: ${pool(1, of("802-806", "06", "a-0..4"))} }` }), [
      "topology.workers.a.ids | ids 802-806 overlap those of topology.controlPlane (800-802) | ids no other pool owns, used or not",
      "topology.workers.a.addresses | addresses 192.168.1.102-192.168.1.106 overlap those of topology.controlPlane (192.168.1.100-192.168.1.102) | addresses no other pool owns, used or not",
    ]);
    assert.deepEqual(problems({ workers: `{ a: ${pool(1, of("805-812", "12", "a-0..7"))} }` }), [
      "topology.workers.a.ids | outside of the stack's range | 800-809, from proxmox.vm",
      "topology.workers.a.addresses | outside of the stack's range | 192.168.1.100-192.168.1.109, from network.addresses",
    ]);
  });

  it("a machine's name is not one of its pool's", () => {
    assert.deepEqual(problems({ workers: "{ a: { machines: { work-00: {}, wrok-01: {} }, cores: 2, memoryGiB: 4 } }" }), [
      "topology.workers.a.machines.wrok-01 | a name outside of the pool's range | work-00 to work-06",
    ]);
  });

  it("a host or datastore is not there", () => {
    assert.deepEqual(
      problems({ controlPlane: pool(1, ", hosts: [pev]"), workers: `{ main: ${pool(1, ", datastore: local")} }` }),
      [
        "topology.controlPlane.hosts.0 | no host of this name | pve",
        "topology.workers.main.datastore | no datastore of this name on pve | local-lvm",
      ],
    );
  });

  it("addresses do not go together", () => {
    const endpoint = (text: string): string[] => problems({ endpoint: text });
    assert.deepEqual(endpoint("{ address: 192.168.1.103 }"), [
      "network.endpoint.address | no control plane's address | 192.168.1.100",
    ]);
    assert.deepEqual(endpoint("{ vip: 192.168.1.105 }"), [
      "network.endpoint.vip | among the machines' addresses | an address of 192.168.1.0/24 that no host, gateway or machine has or could get",
    ]);
    assert.deepEqual(endpoint("{ vip: 10.0.0.1 }"), [
      "network.endpoint.vip | outside of the subnet | an address of 192.168.1.0/24",
    ]);
    assert.deepEqual(
      problems({}, (text) => text.replace("gateway: 192.168.1.1", "gateway: 192.168.1.104")),
      ["network.gateway | among the machines' addresses | an address outside of 192.168.1.100-192.168.1.109"],
    );
    assert.deepEqual(problems({ hosts: hosts(2).replace("192.168.1.3", "192.168.1.2") }), [
      "proxmox.hosts.pve-2.address | the same address as proxmox.hosts.pve-1.address | one address each",
    ]);
    const range = (text: string): string[] =>
      problems({ endpoint: "{ vip: 192.168.1.99 }" }, (file) => file.replace("192.168.1.100-192.168.1.109", text));
    assert.deepEqual(range("192.168.2.100-192.168.2.109"), [
      "network.addresses | leaves the subnet | addresses of 192.168.1.0/24",
    ]);
    assert.deepEqual(range("192.168.1.250-192.168.1.255"), [
      "network.addresses | holds the subnet's broadcast address | addresses of 192.168.1.0/24 a machine can have",
    ]);
    assert.deepEqual(endpoint("{ vip: 192.168.1.255 }"), [
      "network.endpoint.vip | the subnet's broadcast address | an address of 192.168.1.0/24 that no host, gateway or machine has or could get",
    ]);
    assert.deepEqual(endpoint("{ vip: 192.168.1.2 }"), [
      "network.endpoint.vip | the same address as proxmox.hosts.pve.address | an address of 192.168.1.0/24 that no host, gateway or machine has or could get",
    ]);
    assert.deepEqual(
      problems({}, (text) => text.replace("gateway: 192.168.1.1", "gateway: 192.168.1.0")),
      ["network.gateway | the subnet's own address | an address of its own in 192.168.1.0/24"],
    );
    assert.deepEqual(
      problems({}, (text) => text.replace("gateway: 192.168.1.1", "gateway: 10.0.0.1")),
      ["network.gateway | outside of the subnet | an address of 192.168.1.0/24"],
    );
  });

  it("Cilium is to run more operators than there are machines", () => {
    assert.deepEqual(problems({ more: "  proxmox-talos:addons: { cilium: { operatorReplicas: 3 } }\n" }), [
      "addons.cilium.operatorReplicas | more operators than machines, which are 2 | at most 2: Cilium runs one operator on a machine",
    ]);
  });

  it("there is no control plane", () => {
    assert.ok(
      problems({ controlPlane: pool(0) }).includes("topology.controlPlane.count | no control plane | at least 1, better 3"),
    );
  });

  it("and never with a stack trace in place of a problem", () => {
    assert.ok(!parseStackFile(stackFile({ controlPlane: "[]" }), "f").ok);
  });
});
