import type { Process } from "../clock/clock";
import { until } from "../clock/clock";
import type { Json } from "../values";
import type { Datacenter } from "./datacenter";
import type { Cluster, ReleaseRequest, StorageClass, Vm } from "./model";
import { RuleBroken } from "./model";

/** Charts whose pods use the machine itself: its devices, folders or network. */
const PRIVILEGED = new Set(["longhorn", "kube-prometheus-stack"]);

/** Extensions Longhorn's volumes are attached with. */
const LONGHORN_EXTENSIONS = ["siderolabs/iscsi-tools", "siderolabs/util-linux-tools"];

/** Part of a disk that Longhorn leaves alone: its default setting storageReservedPercentageForDefaultDisk. */
const RESERVED = 0.3;

/** Label of the machines Longhorn makes a disk on when it is told to look for it. */
const DISK_LABEL = "node.longhorn.io/create-default-disk";

/** A release goes into a namespace that is there, or that Helm makes, and its pods must be let in. */
export function checkNamespace(cluster: Cluster, { name, namespace, createNamespace, chart, values }: ReleaseRequest): void {
  if (createNamespace) cluster.namespaces[namespace] ??= "baseline";
  const enforced = cluster.namespaces[namespace];
  if (enforced === undefined) {
    throw new RuleBroken("namespace-missing", `Helm release ${name}: namespaces "${namespace}" not found`);
  }
  const withoutExporter = chart === "kube-prometheus-stack" && at(values, "nodeExporter.enabled") === false;
  if (PRIVILEGED.has(chart) && !withoutExporter && enforced !== "privileged") {
    throw new RuleBroken(
      "pod-security",
      `Helm release ${name}: pods of ${chart} are forbidden in ${namespace}: they violate PodSecurity "${enforced}:latest" (host namespaces, hostPath volumes)`,
    );
  }
}

/** What Longhorn needs of the machines it runs on. */
export function checkLonghorn(dc: Datacenter, cluster: Cluster, { name, values }: ReleaseRequest): void {
  const path = textAt(values, "defaultSettings.defaultDataPath") || "/var/lib/longhorn";
  for (const vm of keepers(dc, cluster, values)) {
    const schematic = vm.schematic === "" ? (vm.machine?.schematic ?? "") : vm.schematic;
    const extensions = dc.state.schematics[schematic];
    const missing = LONGHORN_EXTENSIONS.filter((extension) => extensions !== undefined && !extensions.includes(extension));
    if (missing.length > 0) {
      throw new RuleBroken(
        "longhorn-extension",
        `${name}: the image of ${vm.name} lacks ${missing.join(" and ")}: its manager does not start`,
      );
    }
    const userVolume = /^\/var\/mnt\/([^/]+)/.exec(path)?.[1];
    const mounted =
      userVolume === undefined
        ? vm.machine?.mounts.some((mount) => path.startsWith(mount))
        : vm.machine?.volumes.includes(userVolume);
    if (mounted !== true) {
      throw new RuleBroken(
        "longhorn-data-path",
        `${name}: the kubelet of ${vm.name} does not see ${path}, where volumes are to be kept`,
      );
    }
  }
}

/** The storage that a ready Longhorn is, with what room its machines have. */
export function storageOf(dc: Datacenter, cluster: Cluster, { values }: ReleaseRequest): StorageClass {
  const percent = Number(at(values, "defaultSettings.storageOverProvisioningPercentage") ?? 100);
  const path = textAt(values, "defaultSettings.defaultDataPath");
  const userVolume = /^\/var\/mnt\/([^/]+)/.exec(path)?.[1];
  const sizeOf = (vm: Vm): number =>
    (userVolume === undefined ? vm.disks[0] : vm.disks.find(({ serial }) => serial === userVolume))?.sizeGiB ??
    Number.POSITIVE_INFINITY;
  const before = cluster.storage;
  return {
    name: "longhorn",
    replicas: Number(at(values, "persistence.defaultClassReplicaCount") ?? 3),
    roomGiB: Object.fromEntries(
      keepers(dc, cluster, values).map((vm) => [String(vm.vmId), (sizeOf(vm) * (1 - RESERVED) * percent) / 100]),
    ),
    claims: before?.claims ?? {},
  };
}

/** Sizes in GiB of the volumes a release asks for. */
export function claimsOf({ chart, values }: ReleaseRequest): number[] {
  const gib = (text: string): number => Number(text.replace(/Gi$/, ""));
  if (chart === "kube-prometheus-stack") {
    const spec = "prometheus.prometheusSpec";
    const size = textAt(values, `${spec}.storageSpec.volumeClaimTemplate.spec.resources.requests.storage`);
    return size === "" ? [] : Array.from({ length: Number(at(values, `${spec}.replicas`) ?? 1) }, () => gib(size));
  }
  const persistence = chart === "loki" ? "singleBinary.persistence" : chart === "tempo" ? "persistence" : undefined;
  if (persistence === undefined || at(values, `${persistence}.enabled`) !== true) return [];
  return [gib(textAt(values, `${persistence}.size`))];
}

/** Pods wait for their volumes, volumes for a storage that is ready and has room for one copy at least. */
export function* attachVolumes(
  dc: Datacenter,
  cluster: Cluster,
  { name, timeoutSeconds }: ReleaseRequest,
  sizes: readonly number[],
  deadline: number,
): Process {
  if (!(yield* until(() => cluster.storage !== null, deadline - dc.clock.now))) {
    const message = `Helm release ${name} timed out after ${timeoutSeconds} s: nothing makes the volumes its pods wait for`;
    throw new RuleBroken("no-storage", message);
  }
  const storage = cluster.storage;
  if (!storage) return;
  const others = Object.entries(storage.claims).flatMap(([release, claims]) => (release === name ? [] : claims));
  const room = Object.values(storage.roomGiB);
  for (const [index, size] of [...others, ...sizes].entries()) {
    const fitting = room.map((left, at_) => ({ left, at_ })).filter(({ left }) => left >= size);
    if (fitting.length === 0 && index >= others.length) {
      throw new RuleBroken("storage-full", `${name}: no machine has room for a copy of a volume of ${size} GiB`);
    }
    const best = fitting.sort((a, b) => b.left - a.left).slice(0, storage.replicas);
    for (const { left, at_ } of best) room[at_] = left - size;
  }
  storage.claims[name] = sizes;
  yield* dc.spend("volumeAttach", name);
}

/** Machines that keep volumes: those with the label where Longhorn looks for it, all that run workloads otherwise. */
function keepers(dc: Datacenter, cluster: Cluster, values: ReleaseRequest["values"]): Vm[] {
  const labelled = at(values, "defaultSettings.createDefaultDiskLabeledNodes") === true;
  return dc.state.vms.filter(
    ({ machine }) =>
      machine?.clusterKey === cluster.key && machine.schedulable && (!labelled || machine.labels[DISK_LABEL] === "true"),
  );
}

function at(values: ReleaseRequest["values"], path: string): Json | undefined {
  return path
    .split(".")
    .reduce<Json | undefined>(
      (value, key) => (value !== null && typeof value === "object" && !Array.isArray(value) ? value[key] : undefined),
      values,
    );
}

function textAt(values: ReleaseRequest["values"], path: string): string {
  const value = at(values, path);
  return typeof value === "string" ? value : "";
}
