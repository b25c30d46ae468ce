import { ENDPOINT_VARIABLE, isUnencryptedWay } from "../../planner/etcd-backup";
import { talosBackups } from "../pods";
import type { DeclaredResource, ResourcePolicy } from "../policy";
import { TYPES } from "../types";
import { at, text } from "../values";

/** Where Longhorn reads the address of its store, in the Secret that it logs in with. */
const LONGHORN_ENDPOINTS = "AWS_ENDPOINTS";

/** Backups leave on a way that nobody reads along. */
export const encryptedBackups: ResourcePolicy = {
  name: "encrypted-backups",
  description: "Backups go over TLS",
  remedy: "take a store with https",
  severity: "high",
  finding: "etcd-backup-unencrypted-way",
  judge: (resource) => [...judgeJob(resource), ...(resource.type === TYPES.secret ? judgeStore(resource) : [])],
};

function judgeJob(resource: DeclaredResource): string[] {
  return talosBackups(resource)
    .map((variables) => text(at(variables.get(ENDPOINT_VARIABLE), "value")) ?? "")
    .filter(isUnencryptedWay)
    .map((endpoint) => `snapshots of etcd go to ${endpoint}, which is not encrypted`);
}

/** The address itself is part of a Secret, so that it is not repeated. */
function judgeStore({ properties }: DeclaredResource): string[] {
  const encoded = text(at(properties, "data", LONGHORN_ENDPOINTS)) ?? "";
  const endpoints = text(at(properties, "stringData", LONGHORN_ENDPOINTS)) ?? Buffer.from(encoded, "base64").toString();
  return isUnencryptedWay(endpoints) ? [`${LONGHORN_ENDPOINTS} begins with http: backups of Longhorn go there in the clear`] : [];
}
