import type { DefinitionSource } from "./definition";
import { definition, definitionsTemplate } from "./definition";
import type { Schema } from "./schema";
import { TEXTS, list, object, text } from "./schema";

/** Kinds of Longhorn 1.12.1 (deploy/longhorn.yaml), with their fields where somebody beside Longhorn itself makes them. */
const KINDS: Readonly<Record<string, Readonly<Record<string, Schema>> | undefined>> = {
  BackingImage: undefined,
  BackingImageDataSource: undefined,
  BackingImageManager: undefined,
  Backup: undefined,
  BackupBackingImage: undefined,
  BackupTarget: {
    spec: object({
      backupTargetURL: text(),
      credentialSecret: text(),
      pollInterval: text(),
      syncRequestedAt: { type: "string", format: "date-time", nullable: true },
    }),
  },
  BackupVolume: undefined,
  Engine: undefined,
  EngineFrontend: undefined,
  EngineImage: undefined,
  InstanceManager: undefined,
  Node: undefined,
  Orphan: undefined,
  RecurringJob: {
    spec: object({
      name: text(),
      task: text(
        "snapshot",
        "snapshot-force-create",
        "snapshot-cleanup",
        "snapshot-delete",
        "backup",
        "backup-force-create",
        "filesystem-trim",
        "system-backup",
      ),
      cron: text(),
      retain: { type: "integer" },
      concurrency: { type: "integer" },
      groups: list(text()),
      labels: TEXTS,
      parameters: TEXTS,
    }),
  },
  Replica: undefined,
  Setting: undefined,
  Shard: undefined,
  ShardGroup: undefined,
  ShareManager: undefined,
  Snapshot: undefined,
  SupportBundle: undefined,
  SystemBackup: undefined,
  SystemRestore: undefined,
  Volume: undefined,
  VolumeAttachment: undefined,
};

/** Template of all definitions: among the others, as Longhorn has them, so that they go with the release. */
export const LONGHORN_DEFINITIONS = definitionsTemplate(
  Object.entries(KINDS).map(([kind, fields]) => {
    const source: DefinitionSource = { group: "longhorn.io", kind, scope: "Namespaced", versions: ["v1beta2"] };
    return definition(fields ? { ...source, fields } : source);
  }),
);
