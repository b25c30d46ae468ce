import type { Datacenter } from "./datacenter";
import { hasQuorum } from "./etcd-quorum";
import type { Cluster, Vm } from "./model";

/** The API answers at its endpoint: a server runs behind the address, and etcd has a quorum. */
export function apiAnswers(dc: Datacenter, cluster: Cluster): boolean {
  const host = cluster.endpointHost;
  const isFrontend = dc.spec.network.frontends.includes(host);
  const isVirtual = (vm: Vm): boolean => !dc.away.has("vip") && vm.machine?.virtualIp === host;
  return (
    canAnswer(dc, cluster) &&
    (serversOf(dc, cluster).some((vm) => isFrontend || vm.addresses.includes(host) || isVirtual(vm)) ||
      (!dc.away.has("vip") && balancersAt(dc, host).some((vm) => leadsTo(dc, vm, cluster))))
  );
}

/** Whether somebody who asks a balancer at its own address is answered by an API server. */
export function isServing(dc: Datacenter, vm: Vm): boolean {
  return dc.state.clusters.some((cluster) => canAnswer(dc, cluster) && leadsTo(dc, vm, cluster));
}

/** Balancers whose shared address is this one. */
function balancersAt(dc: Datacenter, host: string): Vm[] {
  return dc.state.vms.filter(({ guest }) => guest?.virtualAddress === host);
}

/** A balancer runs and knows a control plane whose API server does. */
function leadsTo(dc: Datacenter, { running, stage, guest }: Vm, cluster: Cluster): boolean {
  const servers = serversOf(dc, cluster).flatMap(({ addresses }) => addresses);
  const knows = (address: string): boolean => guest?.servers.includes(serverAt(address)) === true;
  return running && stage === "running" && servers.some(knows);
}

function serverAt(address: string): string {
  return address.includes(":") ? `[${address}]:6443` : `${address}:6443`;
}

function canAnswer(dc: Datacenter, cluster: Cluster): boolean {
  return !dc.away.has("api") && hasQuorum(dc, cluster);
}

/** Control planes whose API server runs. */
function serversOf(dc: Datacenter, { apiServers }: Cluster): Vm[] {
  return apiServers.flatMap((id) => dc.vm(id) ?? []).filter(({ running }) => running);
}

/** Why nobody answers at an endpoint. */
export function endpointHint(dc: Datacenter, endpoint: string): string {
  const cluster = dc.state.clusters.find((candidate) => candidate.endpoint === endpoint);
  if (!cluster) return ": no cluster with this endpoint was bootstrapped";
  if (cluster.apiServers.length === 0) return ": no API server runs";
  if (!hasQuorum(dc, cluster)) return ": etcd has no quorum";
  const balancers = balancersAt(dc, cluster.endpointHost).map(({ name, stage }) => `${name} is ${stage}`);
  return balancers.length > 0 ? `: ${balancers.join(", ")}` : ": no control plane has this address";
}
