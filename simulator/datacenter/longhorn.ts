import { textAt, valueAt } from "./chart-values";
import type { Datacenter } from "./datacenter";
import type { Cluster, MachineFacts, ReleaseRequest, StorageClass, Vm } from "./model";
import { RuleBroken } from "./model";

/** Extensions Longhorn's volumes are attached with. */
const EXTENSIONS = ["siderolabs/iscsi-tools", "siderolabs/util-linux-tools"];

/** Part of a disk that Longhorn leaves alone: its default setting storageReservedPercentageForDefaultDisk. */
const RESERVED = 0.3;

/** Label of the machines Longhorn makes a disk on when it is told to look for it. */
const DISK_LABEL = "node.longhorn.io/create-default-disk";

/** What Longhorn needs of the machines it runs on, and of itself where it runs already. */
export function checkLonghorn(dc: Datacenter, cluster: Cluster, { name, values }: ReleaseRequest): void {
  const path = pathOf(values);
  checkPath(cluster, name, path);
  checkClasses(cluster, name, values);
  for (const vm of keepers(dc, cluster, values)) {
    const schematic = vm.schematic === "" ? (vm.machine?.schematic ?? "") : vm.schematic;
    const extensions = dc.state.schematics[schematic];
    const missing = EXTENSIONS.filter((extension) => extensions !== undefined && !extensions.includes(extension));
    if (missing.length > 0) {
      throw new RuleBroken(
        "longhorn-extension",
        `${name}: the image of ${vm.name} lacks ${missing.join(" and ")}: its manager does not start`,
      );
    }
    if (!vm.machine || !sees(vm.machine, path)) {
      throw new RuleBroken(
        "longhorn-data-path",
        `${name}: the kubelet of ${vm.name} does not see ${path}, where volumes are to be kept`,
      );
    }
  }
}

/** Longhorn makes disks in its folder only on machines that have none: volumes stay where they are, and the new folder is empty. */
function checkPath({ storage }: Cluster, name: string, path: string): void {
  const owners = Object.keys(storage?.claims ?? {}).map((key) => key.replace(/^.*\//, ""));
  if (!storage || storage.dataPath === path || owners.length === 0) return;
  throw new RuleBroken(
    "longhorn-path-change",
    `${name}: volumes of ${owners.sort().join(", ")} are kept in ${storage.dataPath} and nothing moves them to ${path}: set defaultSettings.defaultDataPath back until their replicas were moved`,
  );
}

/** What a class says of volumes is what it said when it was made: the API refuses any change, and takes it only gone and made anew. */
function checkClasses({ storage }: Cluster, name: string, values: ReleaseRequest["values"]): void {
  const before = storage?.classes ?? {};
  const changed = Object.entries(classesOf(values)).filter(([key, text]) => before[key] !== undefined && before[key] !== text);
  if (changed.length === 0) return;
  throw new RuleBroken(
    "storage-class-change",
    `${name}: StorageClass ${changed.map(([key]) => key).join(", ")}: updates to parameters, reclaimPolicy and volumeBindingMode are forbidden: give what is new another name`,
  );
}

/** Classes among the further objects of a release. */
function classesOf(values: ReleaseRequest["values"]): Record<string, string> {
  const objects = valueAt(values, "extraObjects");
  return Object.fromEntries(
    (Array.isArray(objects) ? objects : []).flatMap((each: unknown): [string, string][] => {
      const { kind, metadata, parameters, reclaimPolicy, volumeBindingMode } = each as {
        readonly kind?: string;
        readonly metadata?: { readonly name?: string };
        readonly parameters?: unknown;
        readonly reclaimPolicy?: unknown;
        readonly volumeBindingMode?: unknown;
      };
      return kind === "StorageClass"
        ? [[metadata?.name ?? "", JSON.stringify([parameters, reclaimPolicy, volumeBindingMode])]]
        : [];
    }),
  );
}

/** The storage that a ready Longhorn is, with what room its machines have. */
export function storageOf(dc: Datacenter, cluster: Cluster, { values }: ReleaseRequest): StorageClass {
  const percent = Number(valueAt(values, "defaultSettings.storageOverProvisioningPercentage") ?? 100);
  const dataPath = pathOf(values);
  const userVolume = userVolumeOf(dataPath);
  const sizeOf = (vm: Vm): number =>
    (userVolume === undefined ? vm.disks[0] : vm.disks.find(({ serial }) => serial === userVolume))?.sizeGiB ??
    Number.POSITIVE_INFINITY;
  return {
    name: "longhorn",
    replicas: Number(valueAt(values, "persistence.defaultClassReplicaCount") ?? 3),
    dataPath,
    roomGiB: Object.fromEntries(
      keepers(dc, cluster, values).map((vm) => [String(vm.vmId), (sizeOf(vm) * (1 - RESERVED) * percent) / 100]),
    ),
    claims: cluster.storage?.claims ?? {},
    copies: cluster.storage?.copies ?? {},
    classes: classesOf(values),
  };
}

/** Copies of a class's volumes; undefined for one that there is not. */
export function copiesOf({ name, replicas, classes = {} }: StorageClass, storageClass: string): number | undefined {
  if (storageClass === "" || storageClass === name) return replicas;
  const made = classes[storageClass];
  if (made === undefined) return undefined;
  const [parameters] = JSON.parse(made) as readonly [{ readonly numberOfReplicas?: string } | null];
  return Number(parameters?.numberOfReplicas ?? replicas);
}

/** Whether the kubelet of a machine sees a folder: user volumes by itself, any other when it is told. */
export function sees({ mounts, volumes }: MachineFacts, path: string): boolean {
  const userVolume = userVolumeOf(path);
  return userVolume === undefined ? mounts.some((mount) => path.startsWith(mount)) : volumes.includes(userVolume);
}

/** The user volume that a folder is on; undefined for one on the system disk. */
export function userVolumeOf(path: string): string | undefined {
  return /^\/var\/mnt\/([^/]+)/.exec(path)?.[1];
}

function pathOf(values: ReleaseRequest["values"]): string {
  return textAt(values, "defaultSettings.defaultDataPath") || "/var/lib/longhorn";
}

/** Machines that keep volumes: those with the label where Longhorn looks for it, all that run workloads otherwise. */
function keepers(dc: Datacenter, cluster: Cluster, values: ReleaseRequest["values"]): Vm[] {
  const labelled = valueAt(values, "defaultSettings.createDefaultDiskLabeledNodes") === true;
  return dc.state.vms.filter(
    ({ machine }) =>
      machine?.clusterKey === cluster.key && machine.schedulable && (!labelled || machine.labels[DISK_LABEL] === "true"),
  );
}
