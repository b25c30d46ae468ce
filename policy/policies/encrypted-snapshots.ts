import { AGE_RECIPIENT } from "../../config/etcd-backup";
import { AGE_VARIABLE } from "../../planner/etcd-backup";
import { talosBackups } from "../pods";
import type { ResourcePolicy } from "../policy";
import { at, isHidden, text } from "../values";
import type { Value } from "../values";

/** A snapshot of etcd has every Secret of the cluster in it: who accepts an open way for it has not accepted that. */
export const encryptedSnapshots: ResourcePolicy = {
  name: "encrypted-snapshots",
  description: "Snapshots of etcd are encrypted before they leave",
  remedy: "encrypt for a key of age that stays with you",
  severity: "high",
  judge: (resource) => talosBackups(resource).flatMap(judgeSnapshots),
};

function judgeSnapshots(variables: ReadonlyMap<string | undefined, Value>): string[] {
  const key = variables.get(AGE_VARIABLE);
  // What a ConfigMap or a Secret says is not known here.
  const isElsewhere = isHidden(key) || at(key, "valueFrom") !== undefined;
  return [
    ...(isElsewhere || AGE_RECIPIENT.test(text(at(key, "value")) ?? "")
      ? []
      : [`snapshots of etcd are not encrypted: ${AGE_VARIABLE} is no public key of age`]),
    // pkg/config/service.go of talos-backup.
    ...(at(variables.get("DISABLE_ENCRYPTION"), "value") === "true"
      ? ["snapshots of etcd are not encrypted: DISABLE_ENCRYPTION is true"]
      : []),
  ];
}
