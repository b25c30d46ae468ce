import { valueAt } from "../addons/layers";
import { ZONE } from "../addons/spread";
import type { Finding, PlannedLonghorn, PlannedMachine } from "../plan";
import { finding } from "./catalog";

const AT = "addons.longhorn";

/** Classes with more copies than machines to keep them, and pools that were asked to keep volumes and keep none. */
export function judgeVolumeClasses({ classes, idlePools }: PlannedLonghorn): Finding[] {
  return [
    ...classes
      .filter(({ replicas, machines }) => replicas > machines.length)
      .map(({ name, replicas, machines }) =>
        finding(
          "longhorn-replicas",
          `${AT}.classes.${name}`,
          `${replicas} ${replicas === 1 ? "copy" : "copies"} of each volume of ${name} on ${machines.length} ${machines.length === 1 ? "machine" : "machines"}${machines.length > 0 ? ` (${machines.join(", ")})` : ""}: ${machines.length === 0 ? "no volume is made" : "every volume stays degraded"}`,
          machines.length === 0
            ? "take another pool, or give machines of this one what volumes are kept on"
            : `ask for at most ${machines.length}, or have more machines keep volumes`,
        ),
      ),
    ...idlePools.map((pool) =>
      finding(
        "longhorn-pool-idle",
        `${AT}.pools`,
        `machines of ${pool} keep no volumes: other pools have disks for them, and ${pool} has none`,
        `give ${pool} a disk longhorn, or leave it out`,
      ),
    ),
  ];
}

/** Stores that let nobody in without a login; NFS goes by addresses. */
const WITH_LOGIN = /^(s3|azblob|cifs):/;

/** Backups to a store that asks who it is. */
export function judgeBackupLogin({ values }: PlannedLonghorn): Finding[] {
  const [target, login] = ["backupTarget", "backupTargetCredentialSecret"].map((key) =>
    valueAt(values, `defaultBackupStore.${key}`),
  );
  if (typeof target !== "string" || !WITH_LOGIN.test(target) || login) return [];
  return [
    finding(
      "longhorn-backup-login",
      `${AT}.backup`,
      `backups go to ${target}, and nothing says who Longhorn is there: every one of them fails`,
      "have the stack make a Secret in Longhorn's namespace (proxmox-talos:secrets), and name it as credentialSecret",
    ),
  ];
}

/** Copies that must be in domains of their own, and too few domains. */
export function judgeZones({ separateZones, replicas, classes }: PlannedLonghorn, keepers: readonly PlannedMachine[]): Finding[] {
  if (!separateZones) return [];
  const wanted = [
    { what: "volumes", replicas, machines: keepers.map(({ name }) => name) },
    ...classes.map(({ name, ...each }) => ({ what: `volumes of ${name}`, ...each })),
  ];
  return wanted.flatMap(({ what, replicas: copies, machines }) => {
    // A machine without the label counts as one of the first copy's domain.
    const zones = new Set(
      keepers.flatMap(({ name, labels }) => {
        const zone = labels[ZONE];
        return machines.includes(name) && zone !== undefined ? [zone] : [];
      }),
    );
    if (zones.size >= copies) return [];
    return [
      finding(
        "longhorn-zones",
        `${AT}.zones`,
        `${copies} ${copies === 1 ? "copy" : "copies"} of ${what}, each in a failure domain of its own, and machines that keep them are in ${zones.size}${zones.size > 0 ? ` (${[...zones].sort().join(", ")})` : ""}`,
        `ask for at most ${Math.max(zones.size, 1)}, set zones to prefer, or spread the machines over more hosts`,
      ),
    ];
  });
}
