import type * as pulumi from "@pulumi/pulumi";
import type { PlannedLonghorn } from "../../planner/plan";
import { HelmAddon } from "./helm-addon";
import type { AddonArgs } from "./helm-addon";

/** Volumes that are kept on several machines. */
export class Longhorn extends HelmAddon {
  constructor(name: string, args: AddonArgs & { readonly longhorn: PlannedLonghorn }, opts?: pulumi.ComponentResourceOptions) {
    super(name, { ...args, release: args.longhorn, values: longhornValues(args.longhorn) }, opts, "Longhorn");
  }
}

/** Chart values as Longhorn's documentation asks for on Talos. */
export function longhornValues(longhorn: PlannedLonghorn): Record<string, unknown> {
  const { replicas, defaultClass, overProvisioningPercent, dataPath, labelled, backup } = longhorn;
  return {
    // The check before an upgrade runs as a hook that needs what it is about to check.
    preUpgradeChecker: { jobEnabled: false },
    defaultSettings: {
      defaultReplicaCount: replicas,
      defaultDataPath: dataPath,
      storageOverProvisioningPercentage: overProvisioningPercent,
      createDefaultDiskLabeledNodes: labelled,
      // A machine may be drained unless it holds the last copy of a volume.
      nodeDrainPolicy: "block-if-contains-last-replica",
    },
    persistence: { defaultClass, defaultClassReplicaCount: replicas },
    ...(backup
      ? {
          defaultBackupStore: {
            backupTarget: backup.target,
            ...(backup.credentialSecret === undefined ? {} : { backupTargetCredentialSecret: backup.credentialSecret }),
          },
        }
      : {}),
  };
}
