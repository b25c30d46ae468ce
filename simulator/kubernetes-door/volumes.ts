import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "./objects";
import { selectsNode } from "./selectors";

const PROVISIONER = "volume.kubernetes.io/storage-provisioner";
const SELECTED_NODE = "volume.kubernetes.io/selected-node";
const PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

/** Finds what pods' volumes are made of. */
export interface Storage {
  readonly claim: (name: string, namespace?: string) => PersistentVolumeClaim | undefined;
  readonly volume: (name: string) => PersistentVolume | undefined;
  readonly storageClass: (name: string) => StorageClass | undefined;
}

/** What a pod's volumes say about where it may go. */
export interface VolumeNeeds {
  /** Why it can go nowhere yet. */
  readonly blocked?: string;
  /** Claims that get their volume once a node is chosen for the pod. */
  readonly waiting: readonly PersistentVolumeClaim[];
  /** Whether its volumes can be used on a node. */
  readonly reaches: (node: Node) => boolean;
}

/** Looks at a pod's claims as the scheduler does. */
export function volumeNeeds(pod: Pod, storage: Storage): VolumeNeeds {
  const waiting: PersistentVolumeClaim[] = [];
  const nowhere = (blocked: string): VolumeNeeds => ({ blocked, waiting: [], reaches: () => false });
  const reaches: ((node: Node) => boolean)[] = [];
  for (const name of claimNames(pod)) {
    const claim = storage.claim(name, pod.metadata.namespace);
    if (claim === undefined) return nowhere(`persistentvolumeclaim "${name}" not found`);
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    if (isBound(claim)) {
      const affinity = storage.volume(claim.spec.volumeName ?? "")?.spec.nodeAffinity?.required;
      if (affinity) reaches.push((node) => selectsNode(affinity, node.metadata.name, node.metadata.labels));
    } else if (waitsForConsumer(claim, storage)) {
      waiting.push(claim);
      if (selected !== undefined) reaches.push((node) => node.metadata.name === selected);
    } else {
      return nowhere("pod has unbound immediate PersistentVolumeClaims");
    }
  }
  return { waiting, reaches: (node) => reaches.every((each) => each(node)) };
}

/** A merge patch that tells the provisioner where a claim's volume is wanted; undefined when it was told. */
export function selectNodePatch(claim: PersistentVolumeClaim, node: string): object | undefined {
  if (claim.metadata.annotations?.[SELECTED_NODE] === node) return undefined;
  return { metadata: { annotations: { [SELECTED_NODE]: node } } };
}

/** The volume a provisioner makes for a claim; undefined when nobody asked it to, or it was made. */
export function volumeFor(claim: PersistentVolumeClaim, storage: Storage): object | undefined {
  const { metadata, spec } = claim;
  const storageClass = storage.storageClass(spec.storageClassName ?? "");
  // The controller manager writes it when it is the provisioner's turn.
  const asked = metadata.annotations?.[PROVISIONER];
  const name = `pvc-${metadata.uid ?? ""}`;
  if (isBound(claim) || metadata.deletionTimestamp !== undefined || storageClass === undefined) return undefined;
  if (asked !== storageClass.provisioner || storage.volume(name) !== undefined) return undefined;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, annotations: { [PROVISIONED_BY]: storageClass.provisioner } },
    spec: {
      accessModes: spec.accessModes,
      capacity: { storage: spec.resources?.requests?.["storage"] },
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        name: metadata.name,
        namespace: metadata.namespace,
        uid: metadata.uid,
      },
      csi: { driver: storageClass.provisioner, volumeHandle: name },
      mountOptions: storageClass.mountOptions,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
      storageClassName: storageClass.metadata.name,
      volumeMode: spec.volumeMode,
    },
  };
}

/** Whether a volume's provisioner is to delete it: its claim is gone and nobody wants to keep it. */
export function isLeftOver({ metadata, spec, status }: PersistentVolume): boolean {
  if (metadata.annotations?.[PROVISIONED_BY] === undefined || metadata.deletionTimestamp !== undefined) return false;
  return status?.phase === "Released" && spec.persistentVolumeReclaimPolicy === "Delete";
}

function claimNames({ metadata, spec: { volumes = [] } }: Pod): string[] {
  return volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName];
    return ephemeral === undefined ? [] : [`${metadata.name}-${name}`];
  });
}

function isBound({ status }: PersistentVolumeClaim): boolean {
  return status?.phase === "Bound";
}

function waitsForConsumer({ spec }: PersistentVolumeClaim, storage: Storage): boolean {
  return storage.storageClass(spec.storageClassName ?? "")?.volumeBindingMode === "WaitForFirstConsumer";
}
