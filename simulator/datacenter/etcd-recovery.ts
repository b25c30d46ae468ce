import { createHash } from "node:crypto";
import type { Datacenter } from "./datacenter";
import type { Cluster, Vm } from "./model";

/** Snapshots of etcd: what is in one, and how a cluster begins again with what is. */

/** What a cluster keeps in its etcd, as far as the datacenter knows it: all but which machines serve it by now. */
const CONTENTS = [
  "cni",
  "releases",
  "templates",
  "namespaces",
  "definitions",
  "resources",
  "storage",
  "approver",
] as const satisfies readonly (keyof Cluster)[];

/** What is restored of a cluster. */
export type EtcdContents = Pick<Cluster, (typeof CONTENTS)[number]>;

/** Where Talos keeps what was uploaded until it is restored (pkg/machinery/constants). */
const UPLOAD = "/var/lib/etcd.snapshot";

/** Pages of etcd's file; the hash of all of them comes last. */
const PAGE_BYTES = 512;
const HASH_BYTES = 32;

/** A snapshot, with the hash by which clients know that it is whole: its length is one more than whole pages. */
export function snapshotOf(cluster: Cluster): Buffer {
  const contents = Buffer.from(JSON.stringify(Object.fromEntries(CONTENTS.map((key) => [key, cluster[key]]))));
  const padding = Buffer.alloc((PAGE_BYTES - (contents.length % PAGE_BYTES)) % PAGE_BYTES, " ");
  const pages = Buffer.concat([contents, padding]);
  return Buffer.concat([pages, hashOf(pages)]);
}

/**
 * What etcd is restored with.
 *
 * @throws {Error} as etcd says it when nothing was uploaded, or not all of it
 */
export function uploadedContents({ upload }: Pick<Vm, "upload">): EtcdContents {
  if (upload === undefined) throw new Error(`error verifying snapshot: open ${UPLOAD}: no such file or directory`);
  const snapshot = Buffer.from(upload, "base64");
  const pages = snapshot.subarray(0, Math.max(0, snapshot.length - HASH_BYTES));
  if (snapshot.length % PAGE_BYTES !== HASH_BYTES || !hashOf(pages).equals(snapshot.subarray(pages.length))) {
    throw new Error(`error recovering from the snapshot: expected sha256, got ${hashOf(pages).toString("hex").slice(0, 8)}…`);
  }
  return JSON.parse(pages.toString()) as EtcdContents;
}

/** A machine's data is wiped: etcd's member has none, and a cluster none of whose members has any is lost. */
export function wipeMember(cluster: Cluster, { vmId }: Pick<Vm, "vmId">): void {
  if (cluster.etcdMembers.includes(vmId)) cluster.wipedMembers = [...new Set([...(cluster.wipedMembers ?? []), vmId])];
}

/** Whether nobody has the cluster's data any more. */
export function isLost({ etcdMembers, wipedMembers = [] }: Cluster): boolean {
  return etcdMembers.length > 0 && etcdMembers.every((id) => wipedMembers.includes(id));
}

/** Takes a cluster whose data is lost away. @returns machines that run, and look for one again */
export function loseCluster(dc: Datacenter, cluster: Cluster): Vm[] {
  dc.state.clusters = dc.state.clusters.filter((each) => each !== cluster);
  return dc.state.vms.filter(({ machine, stage }) => machine?.clusterKey === cluster.key && stage === "running");
}

function hashOf(pages: Buffer): Buffer {
  return createHash("sha256").update(pages).digest();
}
