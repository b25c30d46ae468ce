import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { POLICY_KINDS, POLICY_NAMES } from "../../config/policies";
import type { PolicyLevel } from "../../config/policies";
import { POLICIES } from "../../policy/catalog";
import { STRICTEST, factsOf } from "../../policy/facts";
import type { PolicyFacts } from "../../policy/facts";
import { enforcementOf, judgeResources } from "../../policy/judge";
import type { DeclaredResource } from "../../policy/policy";
import { packPolicies } from "../../policy/pack/policies";
import { TYPES } from "../../policy/types";
import { SECRET, UNKNOWN } from "../../policy/values";
import { PROJECT, configOf, stackFile } from "../stacks";
import { violationsOf } from "./pack";
import type { Asked } from "./pack";

/** Of a stack `lab` in production with one host, that keeps 4 of its 64 GiB for itself. */
const FACTS = factsOf(configOf(stackFile().replace("environment: dev", "environment: prod")));

const VM: Asked = {
  type: TYPES.vm,
  name: "vm",
  props: {
    nodeName: "pve",
    tags: ["lab", "talos"],
    poolId: "lab",
    memory: { dedicated: 4096 },
    disks: [{ interface: "scsi0" }],
    rebootAfterUpdate: false,
    initialization: { ipConfigs: [{ ipv4: { address: "192.168.1.100/24" } }] },
  },
};
const CONTAINER_TYPE = "proxmoxve:index/containerLegacy:ContainerLegacy";
const RELEASE: Asked = { type: TYPES.release, name: "app", props: { chart: "app", version: "1.2.3", namespace: "app" } };
const CONTAINER = { name: "app", image: "ghcr.io/app:v1.2.3" };
/** Of no namespace in particular. */
const POD = { apiVersion: "v1", kind: "Pod", metadata: {}, spec: { hostPID: true, containers: [CONTAINER] } };
const AGE = `age1${"q".repeat(58)}`;
const STANDARD = "pod-security.kubernetes.io/enforce";

function vm(props: object, more: Partial<Asked> = {}): Asked {
  return { ...VM, ...more, props: { ...VM.props, ...props } };
}

function release(props: object): Asked {
  return { ...RELEASE, props: { ...RELEASE.props, ...props } };
}

function cronJob(container: object, pod: object = {}): Asked {
  const spec = { ...pod, containers: [{ ...CONTAINER, ...container }] };
  const props = { metadata: { namespace: "jobs" }, spec: { jobTemplate: { spec: { template: { spec } } } } };
  return { type: "kubernetes:batch/v1:CronJob", name: "job", props };
}

function snapshots(env: Readonly<Record<string, string>>): Asked {
  const list = Object.entries(env).map(([name, value]) => ({ name, value }));
  return cronJob({ image: "ghcr.io/siderolabs/talos-backup:v0.1.0-beta.3", env: list });
}

function base64(content: string): string {
  return Buffer.from(content).toString("base64");
}

function admission(settings: object): string {
  const plugin = { name: "PodSecurity", configuration: settings };
  return JSON.stringify({ cluster: { apiServer: { admissionControl: [plugin] } } });
}

function namespace(labels: object): Asked {
  return { type: TYPES.namespace, name: "shop", props: { metadata: { name: "shop", labels } } };
}

function configuration(props: object): Asked {
  return { type: TYPES.configuration, name: "machine", props: { node: "192.168.1.100", ...props } };
}

const PLANE = "cluster:\n  etcd:\n    extraArgs: {}\n";
const WORKER = "machine:\n  nodeLabels:\n    etcd: none\n";
const UNPROTECTED =
  "vm is a member of etcd and not protected: whatever replaces or deletes it passes; set protect: true; lab destroy takes it off again with consent";

/** What breaks each policy, with what is said of it; nothing is said of what is beside it. */
const BROKEN: readonly { readonly what: string; readonly asked: readonly Asked[]; readonly says: readonly string[] }[] = [
  {
    what: "an unprotected PKI and bootstrap",
    asked: [
      { type: TYPES.talosSecrets, name: "lab", props: {} },
      { type: TYPES.bootstrap, name: "lab", props: {} },
      { type: TYPES.bootstrap, name: "safe", props: {}, protect: true },
    ],
    says: [
      "protected-identity lab: the PKI of the cluster is not protected: whatever replaces or deletes it passes; set protect: true; lab destroy takes it off again with consent",
      "protected-identity lab: the one beginning of etcd is not protected: whatever replaces or deletes it passes; set protect: true; lab destroy takes it off again with consent",
    ],
  },
  {
    what: "an unprotected VM at the address of a control plane, by its patches",
    asked: [VM, configuration({ configPatches: [WORKER, PLANE] })],
    says: [`protected-control-planes vm: ${UNPROTECTED}`],
  },
  {
    what: "an unprotected VM with the name of a control plane, by its whole configuration",
    asked: [
      vm({ initialization: {} }),
      { ...configuration({ machineConfigurationInput: "machine:\n  type: controlplane\n" }), name: "vm" },
    ],
    says: [`protected-control-planes vm: ${UNPROTECTED}`],
  },
  {
    what: "a VM with two disks",
    asked: [vm({ disks: [{}, {}] }), vm({ disks: [{}, {}] }, { name: "safe", protect: true })],
    says: [
      "protected-data vm: it has 2 disks and is not protected: its data goes with whatever replaces or deletes it; set protect: true, and consent to the loss where it is meant (disks.<name>.remove, addons.longhorn.allowUninstall)",
    ],
  },
  {
    what: "Longhorn without protection",
    asked: [release({ chart: "oci://registry.example.org/longhorn" })],
    says: [
      "protected-data app: Longhorn is not protected: uninstalling it deletes every volume of the cluster; set protect: true, and consent to the loss where it is meant (disks.<name>.remove, addons.longhorn.allowUninstall)",
    ],
  },
  {
    what: "a protected VM that updates restart",
    asked: [vm({ rebootAfterUpdate: undefined }, { protect: true }), vm({ rebootAfterUpdate: true }, { name: "balancer" })],
    says: [
      "no-restart-in-update vm: rebootAfterUpdate is not false: updates restart machines side by side; set rebootAfterUpdate: false, and restart machines one by one when it suits",
    ],
  },
  {
    what: "a VM that nobody can tell from others",
    asked: [
      vm({ tags: ["talos"], poolId: undefined }),
      vm({ poolId: "other", unprivileged: true }, { name: "stray", type: CONTAINER_TYPE }),
    ],
    says: [
      "vm-marks vm: it lacks the tag lab; give it the stack's tags and pool: without them the guard of VMs takes it for somebody else's",
      "vm-marks vm: it is in no resource pool instead of lab; give it the stack's tags and pool: without them the guard of VMs takes it for somebody else's",
      "vm-marks stray: it is in the resource pool other instead of lab; give it the stack's tags and pool: without them the guard of VMs takes it for somebody else's",
    ],
  },
  {
    what: "a host that is filled into its reserve",
    asked: [vm({ memory: { dedicated: 24576 } }), vm({ memory: { dedicated: 40960 } }, { name: "zeta" })],
    says: [
      "host-memory-reserve zeta: pve has 64 GiB and keeps 4 GiB for itself, its 2 VMs take 64 GiB: 4 GiB too much; give it a size (memory.dedicated) that fits, on a host of the stack file",
    ],
  },
  {
    what: "guests that nobody can add up, and no template",
    asked: [
      vm({ nodeName: "pve9" }),
      vm({ memory: {} }, { name: "small" }),
      vm({ memory: undefined, unprivileged: true }, { name: "container", type: CONTAINER_TYPE }),
      vm({ memory: undefined, template: true }, { name: "template" }),
    ],
    says: [
      "host-memory-reserve vm: it is on pve9, a host that the stack file does not have: nobody knows what is left there; give it a size (memory.dedicated) that fits, on a host of the stack file",
      ...["small", "container"].map(
        (name) =>
          `host-memory-reserve ${name}: it does not say how much memory it takes: the provider gives it 512 MiB; give it a size (memory.dedicated) that fits, on a host of the stack file`,
      ),
    ],
  },
  {
    what: "containers that reach for their host, and none that has volumes and protection",
    asked: [
      vm(
        {
          mountPoints: [{ path: "/media", volume: "/tank/media" }],
          devicePassthroughs: [{ path: "/dev/dri/card0" }],
          idmaps: [{ type: "uid", containerId: 0, hostId: 0, size: 1 }],
          hookScriptFileId: "local:snippets/hook.sh",
        },
        { name: "reaching", type: CONTAINER_TYPE },
      ),
      vm(
        { unprivileged: true, mountPoints: [{ path: "/data", volume: "local-lvm", size: "10G" }], disks: undefined },
        { name: "loose", type: CONTAINER_TYPE },
      ),
      vm(
        { unprivileged: "true", mountPoints: [{ path: "/data", volume: "local-lvm", size: "10G" }] },
        { name: "safe", type: CONTAINER_TYPE, protect: true },
      ),
    ],
    says: [
      "protected-data loose: it has 2 disks and is not protected: its data goes with whatever replaces or deletes it; set protect: true, and consent to the loss where it is meant (disks.<name>.remove, addons.longhorn.allowUninstall)",
      "unprivileged-containers reaching: the container reaches for its host (it is privileged, /tank/media, /dev/dri/card0, its users are the host's root (idmaps), it has a script run on the host (hookScriptFileId)); set unprivileged: true, and give it volumes in place of what is the host's",
    ],
  },
  {
    what: "charts of no one version",
    asked: [
      release({ version: undefined }),
      release({ version: "^1.2" }),
      release({ devel: true }),
      { ...release({ version: "1.x" }), type: "kubernetes:helm.sh/v4:Chart" },
      release({ chart: "./charts/own", version: undefined }),
    ],
    says: [
      "pinned-versions app: the chart app has no version; name one version (1.20.0, not ^1.20 or latest) or a digest",
      "pinned-versions app: the chart app has ^1.2; name one version (1.20.0, not ^1.20 or latest) or a digest",
      "pinned-versions app: the chart app takes development versions (devel); name one version (1.20.0, not ^1.20 or latest) or a digest",
      "pinned-versions app: the chart app has 1.x; name one version (1.20.0, not ^1.20 or latest) or a digest",
    ],
  },
  {
    what: "images that move",
    asked: [
      cronJob({ image: "registry:5000/app" }),
      cronJob({ image: "app:latest" }),
      cronJob({ image: `app@sha256:${"0".repeat(64)}` }),
      configuration({ configPatches: ["machine:\n  install:\n    image: ghcr.io/siderolabs/installer:latest\n"] }),
      configuration({ configPatches: ["machine:\n  install:\n    image: ghcr.io/siderolabs/installer:v1.13.9\n"] }),
    ],
    says: [
      "pinned-versions job: the image registry:5000/app is another one tomorrow; name one version (1.20.0, not ^1.20 or latest) or a digest",
      "pinned-versions job: the image app:latest is another one tomorrow; name one version (1.20.0, not ^1.20 or latest) or a digest",
      "pinned-versions machine: the image ghcr.io/siderolabs/installer:latest is another one tomorrow; name one version (1.20.0, not ^1.20 or latest) or a digest",
    ],
  },
  {
    what: "a download that moves",
    asked: [
      { type: TYPES.download, name: "image", props: { url: "https://example.org/trixie/latest/debian.qcow2" } },
      {
        type: TYPES.download,
        name: "checked",
        props: { url: "https://example.org/latest/debian.qcow2", checksum: "0".repeat(128) },
      },
    ],
    says: [
      "pinned-versions image: https://example.org/trixie/latest/debian.qcow2 is another file every day, and has no checksum; name one version (1.20.0, not ^1.20 or latest) or a digest",
    ],
  },
  {
    what: "namespaces without a standard",
    asked: [namespace({}), namespace({ [STANDARD]: "strict" }), release({ createNamespace: true })],
    says: [
      "pod-security-standard shop: it has no pod security standard: what Talos holds it to is for anybody to change; declare the namespace with the label pod-security.kubernetes.io/enforce: privileged, baseline, restricted",
      "pod-security-standard shop: its pod security standard is strict, which Kubernetes does not know; declare the namespace with the label pod-security.kubernetes.io/enforce: privileged, baseline, restricted",
      "pod-security-standard app: Helm makes its namespace app, without a pod security standard; declare the namespace with the label pod-security.kubernetes.io/enforce: privileged, baseline, restricted",
    ],
  },
  {
    what: "a privileged namespace that no add-on needs",
    asked: [
      namespace({ [STANDARD]: "privileged" }),
      { ...namespace({ [STANDARD]: "privileged" }), type: "kubernetes:core/v1:NamespacePatch", name: "patch" },
    ],
    says: [
      "privileged-namespaces shop: shop is privileged; of this stack only kube-system may be; hold it to baseline or restricted, or allow it in the stack file (policies.privileged-namespaces.namespaces)",
      "privileged-namespaces patch: shop is privileged; of this stack only kube-system may be; hold it to baseline or restricted, or allow it in the stack file (policies.privileged-namespaces.namespaces)",
    ],
  },
  {
    what: "pods that reach for their machine",
    asked: [
      cronJob(
        { ports: [{ hostPort: 80 }], securityContext: { privileged: true } },
        { hostNetwork: true, volumes: [{ hostPath: { path: "/var/run" } }] },
      ),
      cronJob({}, { hostNetwork: false, volumes: [{ emptyDir: {} }] }),
    ],
    says: [
      "host-access job: pods in namespace jobs reach for their machine (hostNetwork, /var/run, app is privileged, app has ports of the machine); take it away, or move the workload to a namespace whose add-ons need the machine",
    ],
  },
  {
    what: "credentials by their look",
    asked: [
      {
        type: "kubernetes:core/v1:ConfigMap",
        name: "files",
        props: { data: { id_ed25519: "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA", note: "no key" } },
      },
      configuration({
        machineConfigurationInput: "-----BEGIN PRIVATE KEY-----",
        configPatches: ["TS_AUTHKEY=tskey-auth-abc123"],
      }),
      vm({ description: "root@pam!ci=00000000-0000-4000-8000-000000000000" }),
    ],
    says: [
      "plain-credentials files: data.id_ed25519 holds a private key in the clear; put it into a Secret of Kubernetes and refer to that; another one for this was readable",
      "plain-credentials machine: configPatches[0] holds a key of Tailscale in the clear; put it into a Secret of Kubernetes and refer to that; another one for this was readable",
      "plain-credentials vm: description holds an API token of Proxmox in the clear; put it into a Secret of Kubernetes and refer to that; another one for this was readable",
    ],
  },
  {
    what: "credentials by their key",
    asked: [
      release({ values: { grafana: { adminPassword: "hunter2" }, existingSecret: "grafana", auth: { password: "$PASSWORD" } } }),
      cronJob({
        env: [
          { name: "API_TOKEN", value: "abc" },
          { name: "AWS_ACCESS_KEY_ID", value: "id" },
        ],
      }),
    ],
    says: [
      "plain-credentials app: values.grafana.adminPassword is a secret in the clear; put it into a Secret of Kubernetes and refer to that; another one for this was readable",
      "plain-credentials job: the variable API_TOKEN is a secret in the clear; put it into a Secret of Kubernetes and refer to that; another one for this was readable",
    ],
  },
  {
    what: "snapshots that everybody reads",
    asked: [
      snapshots({}),
      snapshots({ AGE_X25519_PUBLIC_KEY: AGE, DISABLE_ENCRYPTION: "true" }),
      snapshots({ AGE_X25519_PUBLIC_KEY: AGE, CUSTOM_S3_ENDPOINT: "http://10.0.0.9:9000" }),
      snapshots({ AGE_X25519_PUBLIC_KEY: AGE, CUSTOM_S3_ENDPOINT: "https://s3.example.org" }),
      { type: TYPES.secret, name: "store", props: { stringData: { AWS_ENDPOINTS: "http://10.0.0.9:9000" } } },
    ],
    says: [
      "encrypted-snapshots job: snapshots of etcd are not encrypted: AGE_X25519_PUBLIC_KEY is no public key of age; encrypt for a key of age that stays with you",
      "encrypted-snapshots job: snapshots of etcd are not encrypted: DISABLE_ENCRYPTION is true; encrypt for a key of age that stays with you",
      "encrypted-backups job: snapshots of etcd go to http://10.0.0.9:9000, which is not encrypted; take a store with https",
      "encrypted-backups store: AWS_ENDPOINTS begins with http: backups of Longhorn go there in the clear; take a store with https",
    ],
  },
  {
    what: "stores without TLS, however their address is written",
    asked: [
      { type: TYPES.secret, name: "store", props: { data: { AWS_ENDPOINTS: base64("http://10.0.0.9:9000") } } },
      { type: TYPES.secret, name: "loud", props: { stringData: { AWS_ENDPOINTS: "HTTP://10.0.0.9:9000" } } },
      { type: TYPES.secret, name: "safe", props: { data: { AWS_ENDPOINTS: base64("https://10.0.0.9:9000") } } },
    ],
    says: [
      "encrypted-backups store: AWS_ENDPOINTS begins with http: backups of Longhorn go there in the clear; take a store with https",
      "encrypted-backups loud: AWS_ENDPOINTS begins with http: backups of Longhorn go there in the clear; take a store with https",
    ],
  },
  {
    what: "an unprotected VM whose patch has several documents, whose configuration is JSON, or where etcd begins",
    asked: [
      vm({ initialization: {} }),
      { ...configuration({ configPatches: [`---\nkind: HostnameConfig\n---\n${PLANE}`] }), name: "vm" },
      vm({ initialization: {} }, { name: "json" }),
      { ...configuration({ machineConfigurationInput: '{"machine":{"type":"controlplane"}}' }), name: "json" },
      vm({ initialization: { ipConfigs: [{ ipv4: { address: "192.168.1.107/24" } }] } }, { name: "first" }),
      { type: TYPES.bootstrap, name: "lab", props: { node: "192.168.1.107" }, protect: true },
      { ...configuration({ machineConfigurationInput: "machine:\n  type: worker # no controlplane\n" }), name: "worker" },
      vm({ initialization: {} }, { name: "worker" }),
    ],
    says: ["vm", "json", "first"].map((name) => `protected-control-planes ${name}: ${UNPROTECTED.replace(/^vm/, name)}`),
  },
  {
    what: "Longhorn in its archive and by Pulumi's own way with charts",
    asked: [
      release({ chart: "https://charts.example.org/longhorn-1.9.0.tgz" }),
      { ...release({ chart: "longhorn" }), type: "kubernetes:helm.sh/v4:Chart", name: "chart" },
      release({ chart: "longhorn-exporter" }),
    ],
    says: ["app", "chart"].map(
      (name) =>
        `protected-data ${name}: Longhorn is not protected: uninstalling it deletes every volume of the cluster; set protect: true, and consent to the loss where it is meant (disks.<name>.remove, addons.longhorn.allowUninstall)`,
    ),
  },
  {
    what: "tags that move in spite of a version in them, and no others",
    asked: [
      "node:lts-alpine3.20",
      "nginx:stable-alpine3.19",
      "python:3-alpine3.19",
      "app:nightly-1.30",
      "nginx:1.27-alpine",
      "minio/minio:RELEASE.2025-04-22T22-12-26Z",
      `app:main-${"a1".repeat(20)}`,
      `app@sha512:${"0".repeat(128)}`,
      "registry.example.org:5000/app:release-1.2.3",
    ].map((image) => cronJob({ image })),
    says: ["node:lts-alpine3.20", "nginx:stable-alpine3.19", "python:3-alpine3.19", "app:nightly-1.30"].map(
      (image) =>
        `pinned-versions job: the image ${image} is another one tomorrow; name one version (1.20.0, not ^1.20 or latest) or a digest`,
    ),
  },
  {
    what: "archives of charts and downloads that move",
    asked: [
      release({ chart: "https://charts.example.org/app-latest.tgz", version: undefined }),
      release({ chart: "https://charts.example.org/app-1.2.3.tgz", version: undefined }),
      release({ chart: "vendor/app.tgz", version: undefined }),
      { type: TYPES.download, name: "image", props: { url: "https://example.org/Latest/debian.qcow2", checksum: "" } },
      configuration({ configPatches: ["# image: old:latest\nmachine: { install: { image: installer:v1.13.9 } }\n"] }),
    ],
    says: [
      "pinned-versions app: the chart https://charts.example.org/app-latest.tgz has no version; name one version (1.20.0, not ^1.20 or latest) or a digest",
      "pinned-versions image: https://example.org/Latest/debian.qcow2 is another file every day, and has no checksum; name one version (1.20.0, not ^1.20 or latest) or a digest",
    ],
  },
  {
    what: "namespaces that a patch takes out of every standard",
    asked: [
      configuration({ configPatches: [admission({ exemptions: { namespaces: ["kube-system", "shop"] } })] }),
      configuration({ configPatches: [admission({ defaults: { enforce: "privileged" } })] }),
      configuration({ configPatches: [admission({ defaults: { enforce: "restricted" } })] }),
    ],
    says: ["a patch exempts shop from every standard", "a patch holds namespaces without a label to no standard"].map(
      (what) =>
        `privileged-namespaces machine: ${what}; hold it to baseline or restricted, or allow it in the stack file (policies.privileged-namespaces.namespaces)`,
    ),
  },
  {
    what: "capabilities, templates and changes of others' workloads that reach for the machine",
    asked: [
      cronJob({ securityContext: { capabilities: { add: ["NET_BIND_SERVICE", "SYS_ADMIN"] } } }),
      {
        type: "kubernetes:core/v1:PodTemplate",
        name: "template",
        props: { template: { spec: { hostPID: true, containers: [CONTAINER] } } },
      },
      {
        type: "kubernetes:apps/v1:DaemonSetPatch",
        name: "patch",
        props: { metadata: { namespace: "jobs" }, spec: { template: { spec: { hostNetwork: true } } } },
      },
    ],
    says: [
      "host-access job: pods in namespace jobs reach for their machine (app has the capability SYS_ADMIN); take it away, or move the workload to a namespace whose add-ons need the machine",
      "host-access template: pods in namespace default reach for their machine (hostPID); take it away, or move the workload to a namespace whose add-ons need the machine",
      "host-access patch: pods in namespace jobs reach for their machine (hostNetwork); take it away, or move the workload to a namespace whose add-ons need the machine",
    ],
  },
  {
    what: "pods inside of lists, of manifests and of what Talos is told to make",
    asked: [
      { type: "kubernetes:core/v1:PodList", name: "list", props: { items: [POD] } },
      { type: "kubernetes:apps/v1:DeploymentList", name: "bare", props: { items: [{ metadata: {}, spec: { template: POD } }] } },
      { type: "kubernetes:core/v1:List", name: "nested", props: { items: [{ apiVersion: "v1", kind: "List", items: [POD] }] } },
      {
        type: "kubernetes:yaml/v2:ConfigGroup",
        name: "group",
        props: { objs: [POD], yaml: `${JSON.stringify(POD)}\n---\na: 1\n` },
      },
      { type: "kubernetes:yaml:ConfigFile", name: "file", props: { file: "https://example.org/app.yaml" } },
      configuration({ configPatches: [JSON.stringify({ machine: { pods: [POD] } })] }),
      {
        ...configuration({
          configPatches: [JSON.stringify({ cluster: { inlineManifests: [{ name: "a", contents: JSON.stringify(POD) }] } })],
        }),
        name: "inline",
      },
    ],
    says: ["list", "bare", "nested", "group", "machine", "inline"].map(
      (name) =>
        `host-access ${name}: pods in namespace default reach for their machine (hostPID); take it away, or move the workload to a namespace whose add-ons need the machine`,
    ),
  },
  {
    what: "namespaces and secrets inside of lists",
    asked: [
      {
        type: "kubernetes:core/v1:NamespaceList",
        name: "list",
        props: { items: [{ metadata: { name: "shop", labels: { [STANDARD]: "privileged" } } }] },
      },
      {
        type: "kubernetes:core/v1:ConfigMapList",
        name: "maps",
        props: { items: [{ data: { adminPassword: "hunter2" } }] },
      },
    ],
    says: [
      "privileged-namespaces list: shop is privileged; of this stack only kube-system may be; hold it to baseline or restricted, or allow it in the stack file (policies.privileged-namespaces.namespaces)",
      "plain-credentials maps: data.adminPassword is a secret in the clear; put it into a Secret of Kubernetes and refer to that; another one for this was readable",
    ],
  },
  {
    what: "pods that a namespace held to restricted does not let in, and one that it does",
    asked: [
      namespace({ [STANDARD]: "restricted" }),
      {
        type: "kubernetes:core/v1:Pod",
        name: "loose",
        props: { metadata: { namespace: "shop" }, spec: { containers: [CONTAINER] } },
      },
      {
        type: "kubernetes:core/v1:Pod",
        name: "elsewhere",
        props: { metadata: { namespace: "other" }, spec: { containers: [CONTAINER] } },
      },
      {
        type: "kubernetes:core/v1:Pod",
        name: "tight",
        props: {
          metadata: { namespace: "shop" },
          spec: {
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [{ ...CONTAINER, securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } }],
          },
        },
      },
    ],
    says: [
      "restricted-pods loose: namespace shop is held to restricted, which does not let its pods in (app may run as root (runAsNonRoot), app may get more rights (allowPrivilegeEscalation), app has no profile of seccomp (seccompProfile), app keeps capabilities (drop: [ALL])); set it as the standard asks, or hold the namespace to baseline",
    ],
  },
  {
    what: "passwords in addresses, ConfigMaps, variables, options, values and files of machines that boot",
    asked: [
      { ...release({ values: { dsn: "postgres://shop:hunter2@db:5432/shop" } }), name: "address" },
      {
        ...release({
          values: {
            extraEnv: [{ name: "DB_PASSWORD", value: "hunter2" }],
            args: ["--admin-password=hunter2"],
            "config.ini": "[db]\npassword = hunter2\n",
          },
        }),
        name: "values",
      },
      {
        type: "kubernetes:core/v1:ConfigMap",
        name: "map",
        props: {
          data: {
            "app.yaml": "db: { password: hunter2 }",
            "app.env": "export API_TOKEN='hunter2'\nUSER=shop\n",
            template: "{{ if x }}\na: *nobody\n  db-password: hunter2\n",
            password: "hunter2",
          },
        },
      },
      cronJob({ args: ["--verbose", "--password", "hunter2"], env: [{ name: "URL", value: "https://ci:hunter2@example.org" }] }),
      {
        type: "proxmoxve:index/fileLegacy:FileLegacy",
        name: "seed",
        props: { sourceRaw: { data: "#cloud-config\nusers: [{ name: a, plain_text_passwd: hunter2 }]\n" } },
      },
      configuration({
        configPatches: ["machine:\n  registries: { config: { a.example.org: { auth: { password: hunter2 } } } }\n"],
      }),
      {
        ...vm({ environmentVariables: { DB_PASSWORD: "hunter2" }, unprivileged: true }),
        name: "container",
        type: CONTAINER_TYPE,
      },
    ],
    says: [
      "address: values.dsn holds an address with a password in the clear",
      "values: values.extraEnv.0.value is a secret in the clear",
      "values: values.args.0 is a secret in the clear",
      "values: values.config.ini has password in the clear",
      "map: data.password is a secret in the clear",
      "map: data.app.yaml has db.password in the clear",
      "map: data.app.env has API_TOKEN in the clear",
      "map: data.template has db-password in the clear",
      "job: spec.jobTemplate.spec.template.spec.containers[0].env[0].value holds an address with a password in the clear",
      "job: args of app has a secret in the clear",
      "seed: sourceRaw.data has users.0.plain_text_passwd in the clear",
      "machine: configPatches[0] has machine.registries.config.a\\.example\\.org.auth.password in the clear",
      "container: environmentVariables.DB_PASSWORD is a secret in the clear",
    ].map(
      (what) =>
        `plain-credentials ${what}; put it into a Secret of Kubernetes and refer to that; another one for this was readable`,
    ),
  },
  {
    what: "no password where there is only a reference to one, a question about one, or none",
    asked: [
      release({
        values: {
          dsn: "postgres://shop:$(DB_PASSWORD)@db/shop",
          url: "https://${USER}:${PASSWORD}@example.org",
          image: `docker://app:1.2.3@sha256:${"0".repeat(64)}`,
          place: "https://example.org:8443/path@2",
          tls: { private_key: "/etc/tls/tls.key" },
          config: 'remote {\n  password = sys.env("PASSWORD")\n}\n',
          env: [
            { name: "ALLOW_EMPTY_PASSWORD", value: "yes" },
            { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
            { name: "DB_PASSWORD", value: "$(OTHER)" },
          ],
          args: ["--password-file=/run/secret", "--password=$(PASSWORD)", "--password"],
        },
      }),
      {
        type: "kubernetes:core/v1:ConfigMap",
        name: "map",
        props: {
          data: { "run.sh": "PASSWORD=$(cat /run/secret)\npassword=os.environ['X']\n", "a.yaml": "passwordFile: /run/secret\n" },
        },
      },
    ],
    says: [],
  },
  {
    what: "charts and images that are one thing, however that is written, and of others",
    asked: [
      release({ version: "1.2.3-rc.1" }),
      release({ version: "v1.2.3+build.7" }),
      release({ chart: `oci://registry.example.org/app@sha256:${"0".repeat(64)}`, version: undefined }),
      release({ chart: "oci://registry.example.org/app:1.2.3-rc.1", version: undefined }),
      release({ chart: "https://charts.example.org/app-1.2.3-rc.1.tgz", version: undefined }),
      release({ chart: "oci://registry.example.org/app:1.2", version: undefined }),
      release({ version: "1.2.3 - 2.0.0" }),
      release({ version: ">=1.2.3-0" }),
      ...[
        "app:2024-01-15",
        "app:20240115",
        "ubuntu:noble-20240115",
        "app:nightly-2024-01-15",
        "app:sha-1a2b3c4",
        `app:latest@sha256:${"0".repeat(64)}`,
        "jenkins/jenkins:2.440.1-lts-jdk17",
        "app:v1",
        "node:latest-alpine",
        "app:1.30-dev",
        "app:20241345",
        "app:2024",
      ].map((image) => cronJob({ image })),
      configuration({
        configPatches: ["cluster:\n  extraManifests: [https://example.org/main/a.yaml, https://example.org/v1.2/a.yaml]\n"],
      }),
    ],
    says: [
      "app: the chart oci://registry.example.org/app:1.2 has no version",
      "app: the chart app has 1.2.3 - 2.0.0",
      "app: the chart app has >=1.2.3-0",
      ...["app:v1", "node:latest-alpine", "app:1.30-dev", "app:20241345", "app:2024"].map(
        (image) => `job: the image ${image} is another one tomorrow`,
      ),
      "machine: https://example.org/main/a.yaml is another file every day",
    ].map((what) => `pinned-versions ${what}; name one version (1.20.0, not ^1.20 or latest) or a digest`),
  },
  {
    what: "private keys as Talos writes them, and no certificates",
    asked: [
      configuration({
        configPatches: [`cluster:\n  token: a\n  ca: { key: ${base64("-----BEGIN ED25519 PRIVATE KEY-----\nMC4\n")} }\n`],
      }),
      {
        ...configuration({ configPatches: [`machine: { ca: { crt: ${base64("-----BEGIN CERTIFICATE-----\nMII\n")} } }\n`] }),
        name: "public",
      },
    ],
    says: [
      "plain-credentials machine: configPatches[0] holds a private key in the clear; put it into a Secret of Kubernetes and refer to that; another one for this was readable",
    ],
  },
  {
    what: "Proxmox that nobody verifies",
    asked: [
      { type: TYPES.proxmoxProvider, name: "lab", props: { insecure: "true" } },
      { type: TYPES.proxmoxProvider, name: "safe", props: { insecure: "false" } },
    ],
    says: [
      "verified-tls lab: insecure is true: whoever answers in place of Proxmox gets the API token; give the hosts certificates that this machine trusts, and take proxmox.insecure away",
    ],
  },
  {
    what: "kubelets that nobody verifies",
    asked: [
      release({ values: { args: ["--kubelet-insecure-tls"] } }),
      release({ values: { args: ["--kubelet-insecure-tls=true"] } }),
      release({ values: { args: ["--kubelet-insecure-tls=false"] } }),
    ],
    says: [
      "verified-kubelets app: values.args has --kubelet-insecure-tls: anybody's figures are believed; add addons.kubeletCsrApprover, with which kubelets have certificates that can be verified",
      "verified-kubelets app: values.args has --kubelet-insecure-tls: anybody's figures are believed; add addons.kubeletCsrApprover, with which kubelets have certificates that can be verified",
    ],
  },
];

/** Words of the documentation for what becomes of a violation. */
const WORDS: Readonly<Record<PolicyLevel, string>> = {
  mandatory: "mandatory",
  advisory: "advisory",
  remediate: "repaired",
  disabled: "off",
};

describe("policies", () => {
  it("are those of stack files, in their order", () => {
    assert.deepEqual(
      POLICIES.map(({ name }) => name),
      POLICY_NAMES,
    );
  });

  it("are documented, each with a section and how hard it is, in their order", () => {
    const text = readFileSync(join(PROJECT, "docs", "policy.md"), "utf8");
    const cells = text
      .split("\n")
      .flatMap((line) => (line.startsWith("| [") ? [line.split("|").map((cell) => cell.trim())] : []));
    const rows = cells.map(([, name = "", , prod, others]) => [/`([a-z-]+)`/.exec(name)?.[1], prod, others]);
    const wanted = POLICIES.map(({ name }) => [name, WORDS[POLICY_KINDS[name].prod], WORDS[POLICY_KINDS[name].homelab]]);
    assert.deepEqual(rows, wanted);
    const sections = [...text.matchAll(/^## `([a-z-]+)`$/gm)].map(([, name]) => name);
    assert.deepEqual(
      sections,
      wanted.map(([name]) => name),
    );
  });

  for (const { what, asked, says } of BROKEN) {
    it(`tell of ${what}`, () => {
      assert.deepEqual(violationsOf(asked, FACTS), says);
    });
  }

  it("are each broken by something, but for the one that repairs", () => {
    const told = new Set(BROKEN.flatMap(({ says }) => says.map((each) => each.split(" ")[0])));
    const silent = POLICIES.filter(({ name }) => !told.has(name)).map(({ name }) => name);
    assert.deepEqual(silent, ["encrypted-secrets"]);
  });

  it("say nothing about what is not known yet, or is a secret", () => {
    const hidden = [UNKNOWN, SECRET].flatMap((value): Partial<DeclaredResource>[] => [
      {
        ...VM,
        properties: { nodeName: value, tags: value, poolId: value, disks: value, rebootAfterUpdate: value, memory: value },
        protect: true,
      },
      {
        ...VM,
        type: CONTAINER_TYPE,
        properties: {
          tags: value,
          poolId: value,
          unprivileged: value,
          mountPoints: value,
          nodeName: value,
          memory: { dedicated: value },
        },
      },
      { type: "kubernetes:core/v1:PodList", name: "list", properties: { items: value } },
      { type: "kubernetes:yaml/v2:ConfigGroup", name: "group", properties: { yaml: value, objs: [value] } },
      { type: "kubernetes:core/v1:ConfigMap", name: "map", properties: { data: value } },
      { type: "kubernetes:core/v1:ConfigMap", name: "entry", properties: { data: { password: value } } },
      { ...RELEASE, properties: { chart: "app", version: value, values: value } },
      { ...namespace({}), properties: { metadata: value } },
      { ...configuration({}), properties: { node: value, configPatches: [value], machineConfigurationInput: value } },
      { type: TYPES.secret, name: "secret", properties: { stringData: value } },
    ]);
    const resources = hidden.map((each) => ({ protect: false, urn: "", type: "", name: "", properties: {}, ...each }));
    assert.deepEqual(judgeResources(resources, FACTS), []);
  });

  it("take no namespace for another one as long as nobody knows it, and no key that stands elsewhere for none", () => {
    const job = cronJob(
      { env: [{ name: "AGE_X25519_PUBLIC_KEY", valueFrom: {} }], image: "talos-backup:v0.1.0" },
      { hostPID: true },
    );
    const properties = { ...job.props, metadata: { namespace: UNKNOWN } } as unknown as DeclaredResource["properties"];
    assert.deepEqual(judgeResources([{ ...job, urn: "u", protect: false, properties }], FACTS), []);
  });

  it("warn of a way that was accepted, and still stop snapshots that are not encrypted", () => {
    const facts = { ...FACTS, acknowledged: { "etcd-backup-unencrypted-way": "a cable between the two" } };
    const levels = Object.fromEntries(packPolicies(facts).map(({ name, enforcementLevel }) => [name, enforcementLevel]));
    assert.deepEqual([levels["encrypted-backups"], levels["encrypted-snapshots"]], ["advisory", "mandatory"]);
    const asked = snapshots({ AGE_X25519_PUBLIC_KEY: AGE, DISABLE_ENCRYPTION: "true" });
    assert.match(violationsOf([asked], facts).join("\n"), /^encrypted-snapshots job: .*; encrypt for a key/);
  });

  it("find a property that should be a secret and is none, where secrets are marked", () => {
    const properties = { stringData: { user: SECRET, password: "hunter2" } };
    const [violation, ...others] = judgeResources(
      [{ urn: "u", type: TYPES.secret, name: "s", properties, protect: false }],
      FACTS,
    );
    assert.deepEqual(others, []);
    assert.deepEqual(violation, {
      policy: "encrypted-secrets",
      enforcement: "mandatory",
      urn: "u",
      message:
        "stringData is not marked as a secret; wrap the value with pulumi.secret, or read it with requireSecret; it is in previews and states until then",
    });
  });

  it("take no worker for a control plane whose patches only have a word in common", () => {
    assert.deepEqual(violationsOf([VM, configuration({ configPatches: [WORKER] })], FACTS), []);
  });

  it("never repeat a secret", () => {
    const all = BROKEN.flatMap(({ asked }) => violationsOf(asked, FACTS)).join("\n");
    for (const secret of ["hunter2", "tskey-auth", "BEGIN", "4000-8000"]) assert.ok(!all.includes(secret), secret);
  });

  it("read texts of any length, and any nonsense, without an end of patience", () => {
    const long = [
      "a".repeat(100_000),
      "a+".repeat(100_000),
      `http://${"a".repeat(100_000)}:${"b".repeat(100_000)}`,
      "token ".repeat(20_000),
    ];
    const begun = Date.now();
    const data = Object.fromEntries(long.map((each, index) => [`file${index}`, each]));
    assert.deepEqual(violationsOf([{ type: "kubernetes:core/v1:ConfigMap", name: "map", props: { data } }], FACTS), []);
    // Minutes, where a pattern begins anew at every character.
    assert.ok(Date.now() - begun < 10_000, `${Date.now() - begun} ms`);
    const nonsense = [
      null,
      1,
      "x",
      [],
      { kind: 3 },
      { apiVersion: "v1", kind: "List", items: "x" },
      { spec: { containers: [null, "x"], volumes: "x" } },
    ];
    const props = {
      items: nonsense,
      objs: nonsense,
      yaml: "a: *nobody",
      configPatches: nonsense,
      spec: nonsense,
      mountPoints: nonsense,
    };
    for (const type of [
      "kubernetes:core/v1:PodList",
      "kubernetes:yaml/v2:ConfigGroup",
      "kubernetes:core/v1:Pod",
      TYPES.configuration,
    ]) {
      assert.deepEqual(violationsOf([{ type, name: "odd", props }], STRICTEST), [], type);
    }
  });

  it("let namespaces in that their configuration names", () => {
    const asked = [namespace({ [STANDARD]: "privileged" }), cronJob({}, { hostNetwork: true })];
    assert.deepEqual(violationsOf(asked, FACTS, { namespaces: ["shop", "jobs"] }), []);
  });

  it("know the namespaces of add-ons that need the machine, wherever the stack file puts them", () => {
    const text = stackFile({ more: "  proxmox-talos:addons: { cilium: {}, alloy: { namespace: telemetry }, descheduler: {} }" });
    assert.deepEqual(factsOf(configOf(text)).privilegedNamespaces, ["kube-system", "telemetry"]);
  });

  it("only warn in a lab of what stops production, and mind no certificate of a fresh host", () => {
    const levels = (facts: PolicyFacts) => Object.fromEntries(POLICIES.map((each) => [each.name, enforcementOf(each, facts)]));
    const [lab, prod] = [levels(factsOf(configOf(stackFile()))), levels(FACTS)];
    assert.deepEqual([lab["pinned-versions"], prod["pinned-versions"]], ["advisory", "mandatory"]);
    assert.deepEqual([lab["verified-tls"], prod["verified-tls"]], ["disabled", "mandatory"]);
    assert.deepEqual([lab["protected-identity"], prod["protected-identity"]], ["mandatory", "mandatory"]);
  });

  it("only warn where the stack file has acknowledged the planner's finding of the same thing, and say why", () => {
    const accepting = (where: string): PolicyFacts => {
      const more = `  proxmox-talos:acknowledge: [{ code: host-memory-exceeded, reason: memory comes on Monday${where} }]`;
      return factsOf(configOf(stackFile({ more }).replace("environment: dev", "environment: prod")));
    };
    const facts = accepting("");
    assert.deepEqual(accepting(", path: proxmox.hosts.pve.memoryGiB").acknowledged, {});
    const policy = packPolicies(facts).find(({ name }) => name === "host-memory-reserve");
    assert.equal(policy?.enforcementLevel, "advisory");
    assert.deepEqual(violationsOf([vm({ memory: { dedicated: 65536 } })], facts), [
      "host-memory-reserve vm: pve has 64 GiB and keeps 4 GiB for itself, its VM takes 64 GiB: 4 GiB too much; accepted: memory comes on Monday",
    ]);
  });

  /** A stack whose file says something of policies. */
  const saying = (policies: string, environment = "prod"): PolicyFacts =>
    factsOf(
      configOf(
        stackFile({ more: `  proxmox-talos:policies: ${policies}` }).replace("environment: dev", `environment: ${environment}`),
      ),
    );

  it("are each as hard as the stack file says, whatever the environment asks for, in Pulumi and without it", () => {
    for (const { name } of POLICIES) {
      for (const level of name === "encrypted-secrets" ? ["disabled"] : ["disabled", "advisory", "mandatory"]) {
        const facts = saying(`{ ${name}: { level: ${level}, reason: this is a test } }`);
        const [policy, ...none] = packPolicies(facts).filter((each) => each.name === name);
        assert.deepEqual([policy?.enforcementLevel, none], [level, []], name);
      }
    }
    const asked = { ...namespace({}), urn: "u", protect: false, properties: { metadata: { name: "shop" } } };
    const levels = (facts: PolicyFacts): string[] =>
      judgeResources([asked], facts).map(({ enforcement, message }) => `${enforcement}: ${message.split("; ")[1] ?? ""}`);
    const policy = "pod-security-standard";
    assert.deepEqual(levels(saying(`{ ${policy}: { level: disabled, reason: this is a test } }`)), []);
    assert.deepEqual(levels(saying(`{ ${policy}: { level: advisory, reason: it goes with the next release } }`)), [
      "advisory: accepted: it goes with the next release",
    ]);
    assert.match(levels(saying(`{ ${policy}: { level: mandatory } }`, "dev"))[0] ?? "", /^mandatory: declare the namespace/);
  });

  it("go by what the stack file says of them before what it has acknowledged", () => {
    const facts = {
      ...saying("{ encrypted-backups: { level: mandatory } }"),
      acknowledged: { "etcd-backup-unencrypted-way": "a cable" },
    };
    const asked = snapshots({ AGE_X25519_PUBLIC_KEY: AGE, CUSTOM_S3_ENDPOINT: "http://10.0.0.9:9000" });
    assert.match(violationsOf([asked], facts).join("\n"), /; take a store with https$/);
    assert.equal(packPolicies(facts).find(({ name }) => name === "encrypted-backups")?.enforcementLevel, "mandatory");
  });

  it("let namespaces in that the stack file names, each policy its own", () => {
    const facts = saying("{ privileged-namespaces: { namespaces: [shop], reason: its driver is a pod } }");
    const asked = [namespace({ [STANDARD]: "privileged" }), { ...cronJob({}, { hostNetwork: true }) }];
    assert.deepEqual(
      violationsOf(asked, facts).map((each) => each.split(":")[0]),
      ["host-access job"],
    );
    const resource = {
      ...namespace({}),
      urn: "u",
      protect: false,
      properties: { metadata: { name: "shop", labels: { [STANDARD]: "privileged" } } },
    };
    assert.deepEqual(judgeResources([resource], facts), []);
  });

  it("let Longhorn go where the stack file says that it may", () => {
    const asked = [release({ chart: "longhorn" })];
    assert.deepEqual(violationsOf(asked, { ...FACTS, mayUninstallLonghorn: true }), []);
  });

  it("hold a stack that nobody knows to all that needs no figures", () => {
    assert.deepEqual(violationsOf([vm({ tags: [], poolId: "x" })], STRICTEST), []);
    assert.equal(violationsOf([namespace({ [STANDARD]: "privileged" })], STRICTEST).length, 1);
  });
});
