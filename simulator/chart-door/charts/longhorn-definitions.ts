/** Kinds of Longhorn 1.12.1, whose names in the API are their own in lower case with an s. */
const KINDS = [
  "BackingImage",
  "BackingImageDataSource",
  "BackingImageManager",
  "Backup",
  "BackupBackingImage",
  "BackupTarget",
  "BackupVolume",
  "Engine",
  "EngineFrontend",
  "EngineImage",
  "InstanceManager",
  "Node",
  "Orphan",
  "RecurringJob",
  "Replica",
  "Setting",
  "Shard",
  "ShardGroup",
  "ShareManager",
  "Snapshot",
  "SupportBundle",
  "SystemBackup",
  "SystemRestore",
  "Volume",
  "VolumeAttachment",
] as const;

/** Template of all definitions: among the others, as Longhorn has them, so that they go with the release. */
export const LONGHORN_DEFINITIONS = KINDS.map(definition).join("---\n");

function definition(kind: string): string {
  const singular = kind.toLowerCase();
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${singular}s.longhorn.io
  labels:
    {{- include "labels" . | nindent 4 }}
spec:
  group: longhorn.io
  names:
    kind: ${kind}
    listKind: ${kind}List
    plural: ${singular}s
    singular: ${singular}
  scope: Namespaced
  versions:
    - name: v1beta2
      served: true
      storage: true
      subresources:
        status: {}
      schema:
        openAPIV3Schema:
          type: object
          x-kubernetes-preserve-unknown-fields: true
`;
}
