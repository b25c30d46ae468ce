import { AGE_RECIPIENT } from "../../config/etcd-backup";
import { AGE_VARIABLE, ENDPOINT_VARIABLE, isUnencryptedWay } from "../../planner/etcd-backup";
import { podOf } from "../pods";
import type { DeclaredResource, ResourcePolicy } from "../policy";
import { TYPES } from "../types";
import { at, isHidden, list, text } from "../values";
import type { Value } from "../values";

/** Where Longhorn reads the address of its store, in the Secret that it logs in with. */
const LONGHORN_ENDPOINTS = "AWS_ENDPOINTS";

/** Snapshots leave encrypted, on a way that nobody reads along. */
export const encryptedBackups: ResourcePolicy = {
  name: "encrypted-backups",
  description: "Snapshots of etcd are encrypted, and backups go over TLS",
  remedy: "encrypt for a key of age that stays with you, and take a store with https",
  severity: "high",
  enforcement: { homelab: "advisory", prod: "mandatory" },
  finding: "etcd-backup-unencrypted-way",
  judge: (resource) => [
    ...(podOf(resource)?.containers ?? []).filter(isTalosBackup).flatMap(judgeSnapshots),
    ...(resource.type === TYPES.secret ? judgeStore(resource) : []),
  ],
};

function isTalosBackup(container: Value): boolean {
  return /(^|\/)talos-backup([:@]|$)/.test(text(at(container, "image")) ?? "");
}

function judgeSnapshots(container: Value): string[] {
  const variables = new Map(list(at(container, "env")).map((each) => [text(at(each, "name")), at(each, "value")]));
  const [key, endpoint] = [variables.get(AGE_VARIABLE), variables.get(ENDPOINT_VARIABLE)];
  return [
    ...(isHidden(key) || AGE_RECIPIENT.test(text(key) ?? "")
      ? []
      : [`snapshots of etcd are not encrypted: ${AGE_VARIABLE} is no public key of age`]),
    // pkg/config/service.go of talos-backup.
    ...(variables.get("DISABLE_ENCRYPTION") === "true"
      ? ["snapshots of etcd are not encrypted: DISABLE_ENCRYPTION is true"]
      : []),
    ...(isUnencryptedWay(text(endpoint) ?? "")
      ? [`snapshots of etcd go to ${text(endpoint) ?? ""}, which is not encrypted`]
      : []),
  ];
}

/** The address itself is part of a Secret, so that it is not repeated. */
function judgeStore({ properties }: DeclaredResource): string[] {
  const endpoints = text(at(properties, "stringData", LONGHORN_ENDPOINTS)) ?? "";
  return isUnencryptedWay(endpoints) ? [`${LONGHORN_ENDPOINTS} begins with http: backups of Longhorn go there in the clear`] : [];
}
