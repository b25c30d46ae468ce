import type { Datacenter } from "./datacenter";
import type { Cluster } from "./model";

/** Members of etcd that run and have their data. */
export function aliveMembers(dc: Datacenter, cluster: Cluster): number {
  return cluster.etcdMembers.filter((id) => dc.vm(id)?.running === true && hasData(cluster, id)).length;
}

/** Whether a machine is a member whose data is there. */
export function hasData({ etcdMembers, wipedMembers = [] }: Cluster, vmId: number): boolean {
  return etcdMembers.includes(vmId) && !wipedMembers.includes(vmId);
}

/** A majority of etcd's members runs. */
export function hasQuorum(dc: Datacenter, cluster: Cluster): boolean {
  return aliveMembers(dc, cluster) > Math.floor(cluster.etcdMembers.length / 2);
}
