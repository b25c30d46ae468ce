import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { neededSecrets } from "../../config/secrets";
import { rehearse } from "../../simulator";
import type { RehearsedResource } from "../../simulator";
import type { Registration } from "../../simulator/door/recording";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf, hosts, stackFile } from "../stacks";

/** Resources of a rehearsal that must succeed. */
async function resourcesOf(text: string): Promise<readonly RehearsedResource[]> {
  return (await rehearsed(text)).resources;
}

/** A rehearsal that must succeed, with what was asked for. */
async function rehearsed(
  text: string,
): Promise<{ readonly resources: readonly RehearsedResource[]; readonly registrations: readonly Registration[] }> {
  const config = configOf(text);
  const registrations: Registration[] = [];
  const { violations, diagnostics, resources } = await rehearse({
    stack: "addons",
    stackText: text,
    projectDir: PROJECT,
    program: inlineProgram(),
    datacenter: datacenterSpec(config),
    secrets: neededSecrets(config),
    onRecording: (recording) => registrations.push(...recording.registrations),
  });
  assert.deepEqual([violations, diagnostics], [[], []]);
  return { resources, registrations };
}

const release = (resources: readonly RehearsedResource[], name: string): RehearsedResource => {
  const found = resources.find((each) => each.type === "kubernetes:helm.sh/v3:Release" && each.name === name);
  assert.ok(found, name);
  return found;
};

/** The value at a path of a resource's inputs. */
function at(resource: RehearsedResource, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], resource.inputs);
}

/** Names of the resources one waits for, of the kinds add-ons are ordered by. */
function waitsFor({ dependencies }: RehearsedResource): string[] {
  return dependencies
    .filter((urn) => /Release::|Namespace::/.test(urn))
    .map((urn) => urn.split("::").at(-1) ?? "")
    .sort();
}

describe("add-ons", () => {
  let all: readonly RehearsedResource[];
  before(async () => {
    all = await resourcesOf(readFileSync(join(PROJECT, "examples", "observability.yaml"), "utf8"));
  });

  it("come in order: network, storage, then the rest side by side, each in a namespace that is there", () => {
    assert.deepEqual(
      ["cilium", "longhorn", "kube-prometheus-stack", "loki", "tempo"].map((name) => [name, ...waitsFor(release(all, name))]),
      [
        ["cilium"],
        ["longhorn", "cilium", "longhorn-system"],
        ["kube-prometheus-stack", "cilium", "longhorn", "monitoring"],
        ["loki", "cilium", "longhorn", "monitoring"],
        ["tempo", "cilium", "longhorn", "monitoring"],
      ],
    );
    const starts = ["kube-prometheus-stack", "loki", "tempo"].map((name) => release(all, name).startSeconds);
    assert.equal(new Set(starts).size, 1);
    for (const { inputs } of all.filter(({ type }) => type.endsWith(":Release"))) assert.equal(inputs["createNamespace"], false);
  });

  it("go with the cluster they live in, and their namespaces and all else in there as well", async () => {
    const externals =
      "{ db: { host: 192.0.2.7, port: 5432, namespace: shop }, api: { host: api.example.org, port: 443, namespace: shop } }";
    const text = stackFile({ more: `  proxmox-talos:addons: { loki: {} }\n  proxmox-talos:externals: ${externals}\n` });
    const { registrations } = await rehearsed(text);
    const inside = registrations.filter(({ type }) => /^kubernetes:/.test(type));
    assert.deepEqual(inside.map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`).sort(), [
      "EndpointSlice db",
      "Namespace monitoring",
      "Namespace shop",
      "Release cilium",
      "Release loki",
      "Service api",
      "Service db",
    ]);
    const bootstrap = registrations.find(({ type }) => type === "talos:machine/bootstrap:Bootstrap")?.urn;
    assert.deepEqual([...new Set(inside.map(({ deletedWith }) => deletedWith))], [bootstrap]);
  });

  it("run in namespaces whose pods may use the machine where they have to", () => {
    const namespaces = all.filter(({ type }) => type === "kubernetes:core/v1:Namespace");
    assert.deepEqual(
      namespaces.map((each) => [each.name, at(each, "metadata.labels")]).sort(),
      ["longhorn-system", "monitoring"].map((name) => [name, { "pod-security.kubernetes.io/enforce": "privileged" }]),
    );
  });

  it("come from their publishers at pinned versions", () => {
    assert.deepEqual(
      ["cilium", "longhorn", "kube-prometheus-stack", "loki", "tempo"].map((name) =>
        ["chart", "version", "repositoryOpts.repo"].map((path) => at(release(all, name), path)),
      ),
      [
        ["cilium", "1.20.0", "https://helm.cilium.io"],
        ["longhorn", "1.12.1", "https://charts.longhorn.io"],
        ["oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack", "88.5.3", undefined],
        ["oci://ghcr.io/grafana-community/helm-charts/loki", "18.11.0", undefined],
        ["oci://ghcr.io/grafana-community/helm-charts/tempo", "2.2.4", undefined],
      ],
    );
  });

  it("come from the mirror where there is one, each from its own repository where it names one", async () => {
    const addons = "{ mirror: https://mirror.example.org/charts/, loki: { repository: oci://own.example.org/x }, tempo: {} }";
    const resources = await resourcesOf(stackFile({ more: `  proxmox-talos:addons: ${addons}\n` }));
    assert.deepEqual(
      ["cilium", "loki", "tempo"].map((name) =>
        ["chart", "repositoryOpts.repo"].map((path) => at(release(resources, name), path)),
      ),
      [
        ["cilium", "https://mirror.example.org/charts"],
        ["oci://own.example.org/x/loki", undefined],
        ["tempo", "https://mirror.example.org/charts"],
      ],
    );
  });

  it("keep volumes on the disk that is there for it, in as many copies as there are machines, up to three", () => {
    const longhorn = release(all, "longhorn");
    assert.deepEqual(
      ["defaultDataPath", "defaultReplicaCount", "createDefaultDiskLabeledNodes"].map((key) =>
        at(longhorn, `values.defaultSettings.${key}`),
      ),
      ["/var/mnt/longhorn", 3, false],
    );
    assert.equal(at(longhorn, "values.preUpgradeChecker.jobEnabled"), false);
    assert.equal(
      at(
        release(all, "kube-prometheus-stack"),
        "values.prometheus.prometheusSpec.storageSpec.volumeClaimTemplate.spec.storageClassName",
      ),
      "longhorn",
    );
    assert.deepEqual(at(release(all, "loki"), "values.singleBinary.persistence"), {
      enabled: true,
      size: "50Gi",
      storageClass: "longhorn",
    });
    assert.deepEqual(at(release(all, "tempo"), "values.persistence"), {
      enabled: true,
      size: "10Gi",
      storageClassName: "longhorn",
    });
  });

  it("keep volumes on system disks otherwise, which the kubelet is shown, and label the keepers where not all are", async () => {
    const workers = (more: string): string =>
      `{ a: { count: 1, cores: 2, memoryGiB: 4${more}, ids: 803-805, addresses: 192.168.1.103-192.168.1.105, names: a-0..2 }, b: { count: 1, cores: 2, memoryGiB: 4, ids: 806-809, addresses: 192.168.1.106-192.168.1.109, names: b-0..3 } }`;
    const stack = (more: string): string =>
      stackFile({ hosts: hosts(1), workers: workers(more), more: "  proxmox-talos:addons: { longhorn: {} }\n" });
    const patchesOf = (resources: readonly RehearsedResource[], name: string): string =>
      JSON.stringify(
        resources.find((each) => each.type.endsWith(":ConfigurationApply") && each.name === name)?.inputs["configPatches"],
      );

    const system = await resourcesOf(stack(""));
    assert.equal(at(release(system, "longhorn"), "values.defaultSettings.defaultDataPath"), "/var/lib/longhorn");
    assert.match(patchesOf(system, "a-0"), /extraMounts:.*destination: \/var\/lib\/longhorn/);

    const disk = await resourcesOf(stack(", disks: { longhorn: { sizeGiB: 20 } }"));
    assert.equal(at(release(disk, "longhorn"), "values.defaultSettings.createDefaultDiskLabeledNodes"), true);
    assert.match(patchesOf(disk, "a-0"), /node.longhorn.io\/create-default-disk/);
    assert.doesNotMatch(patchesOf(disk, "b-0"), /create-default-disk/);
    // What a cluster kept on system disks before it got disks for Longhorn is seen as well.
    assert.match(patchesOf(disk, "a-0"), /extraMounts:.*destination: \/var\/lib\/longhorn/);
  });

  it("find the control planes where Talos runs them, and each other", () => {
    const stack = release(all, "kube-prometheus-stack");
    const controlPlanes = ["10.2.0.100", "10.2.0.101", "10.2.0.102"];
    for (const component of ["kubeEtcd", "kubeControllerManager", "kubeScheduler"])
      assert.deepEqual(at(stack, `values.${component}.endpoints`), controlPlanes);
    assert.deepEqual(at(stack, "values.kubeEtcd.service.port"), 2381);
    assert.equal(at(stack, "values.kubeProxy.enabled"), false);
    assert.deepEqual(
      (at(stack, "values.grafana.additionalDataSources") as { url: string }[]).map(({ url }) => url),
      ["http://loki.monitoring.svc:3100", "http://tempo.monitoring.svc:3200"],
    );
    interface Job {
      readonly job_name: string;
      readonly kubernetes_sd_configs?: readonly {
        readonly role: string;
        readonly namespaces: { readonly names: readonly string[] };
      }[];
      readonly relabel_configs: readonly { readonly regex?: string; readonly action?: string }[];
    }
    // Every pod of them: a manager of Longhorn knows the volumes of its own machine only.
    assert.deepEqual(
      (at(stack, "values.prometheus.prometheusSpec.additionalScrapeConfigs") as Job[]).map((job) => [
        job.job_name,
        ...(job.kubernetes_sd_configs ?? []).flatMap(({ role, namespaces }) => [role, ...namespaces.names]),
        ...job.relabel_configs.flatMap(({ regex, action }) => (action === "keep" ? [regex] : [])),
      ]),
      [
        ["alloy", "endpointslice", "monitoring", "alloy;12345"],
        ["cilium", "endpointslice", "kube-system", "cilium-agent;9962|cilium-operator;9963|hubble-metrics;9965"],
        ["loki", "endpointslice", "monitoring", "loki;3100"],
        ["longhorn", "endpointslice", "longhorn-system", "longhorn-backend;9500"],
        ["tempo", "endpointslice", "monitoring", "tempo;3200"],
        // Hosts are no pods.
        ["pve"],
      ],
    );
  });

  it("bring dashboards as ConfigMaps that Grafana's sidecar finds, in Prometheus' namespace and with the release", () => {
    const dashboards = all.filter(({ type }) => type === "kubernetes:core/v1:ConfigMap");
    assert.deepEqual(
      dashboards.map(({ name }) => name).sort(),
      ["applications", "capacity", "hosts", "kubernetes", "longhorn", "talos"].map((name) => `platform-${name}`),
    );
    for (const each of dashboards) {
      assert.deepEqual([at(each, "metadata.namespace"), at(each, "metadata.labels")], ["monitoring", { grafana_dashboard: "1" }]);
      assert.match(each.parent ?? "", /:KubePrometheusStack::kube-prometheus-stack$/);
      const { uid } = JSON.parse(String((each.inputs["data"] as Record<string, string>)[`${each.name}.json`])) as { uid: string };
      assert.equal(uid, each.name);
    }
  });

  it("have Flannel and kube-proxy of Talos where Cilium is off", async () => {
    const resources = await resourcesOf(stackFile({ more: "  proxmox-talos:addons: { cilium: { enabled: false } }\n" }));
    assert.ok(!resources.some(({ name }) => name === "cilium"));
    const patches = JSON.stringify(resources.map(({ inputs }) => inputs["configPatches"]));
    assert.doesNotMatch(patches, /cni:|disabled:/);
    // Prometheus looks for it there.
    assert.match(patches, /proxy:\\n {4}extraArgs:\\n {6}metrics-bind-address: 0\.0\.0\.0:10249/);
    const withCilium = await resourcesOf(stackFile());
    assert.doesNotMatch(JSON.stringify(withCilium.map(({ inputs }) => inputs["configPatches"])), /metrics-bind-address/);
  });
});

describe("services outside of the cluster", () => {
  const external = (text: string): string =>
    stackFile({ more: `  proxmox-talos:addons: { loki: {} }\n  proxmox-talos:externals: ${text}\n` });
  const namespacesOf = (resources: readonly RehearsedResource[]): string[] =>
    resources.filter(({ type }) => type === "kubernetes:core/v1:Namespace").map(({ name }) => name);

  it("have the namespace they ask for: theirs, an add-on's, or one that every cluster has", async () => {
    const resources = await resourcesOf(
      external(
        "{ db: { host: db.example.org, port: 5432, namespace: shared }, cache: { host: 10.0.0.9, port: 1, namespace: shared }, old: { host: a.example.org, port: 1, namespace: monitoring }, web: { host: b.example.org, port: 1 } }",
      ),
    );
    assert.deepEqual(namespacesOf(resources).sort(), ["monitoring", "shared"]);
    const services = resources.filter(({ type }) => type === "kubernetes:core/v1:Service");
    assert.deepEqual(
      services.map((each) => [each.name, ...waitsFor(each)]),
      [["cache", "shared"], ["db", "shared"], ["old", "monitoring"], ["web"]],
    );
  });

  it("do not take their namespace along when they go: others may have put things there", async () => {
    const from = external("{ db: { host: db.example.org, port: 5432, namespace: shared } }");
    const text = external("{}");
    const datacenter = datacenterSpec(configOf(text));
    const { violations } = await rehearse({
      stack: "addons",
      stackText: text,
      projectDir: PROJECT,
      program: inlineProgram(),
      datacenter,
      from: { stackText: from, datacenter },
    });
    assert.deepEqual(
      violations.map(({ rule, message }) => `${rule}: ${message}`),
      ["protected: shared is protected and would be deleted"],
    );
  });
});
