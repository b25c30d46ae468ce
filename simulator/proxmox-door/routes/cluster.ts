import type { Datacenter } from "../../datacenter/datacenter";
import { hasVotes } from "../../datacenter/outages";
import { createPool, deletePool } from "../../datacenter/resource-pools";
import { ApiError } from "../api-error";
import type { ApiRequest, Endpoints } from "../request";
import { parameter, part } from "../request";
import { shownVm } from "../shown";

const MIB = 1024 ** 2;

/** Calls about the whole: version, hosts, what there is, resource pools, tasks. */
export const cluster: Endpoints = {
  "GET /version": () => ({ version: "9.0.11", release: "9.0", repoid: "3bf5476b8a4699e2" }),
  "GET /cluster/status": (_request, { dc }) => [
    ...(dc.spec.hosts.length > 1 || dc.spec.clusterName !== undefined
      ? [
          {
            type: "cluster",
            id: "cluster",
            name: dc.spec.clusterName ?? "rehearsal",
            nodes: dc.spec.hosts.length,
            quorate: hasVotes(dc) ? 1 : 0,
            version: 1,
          },
        ]
      : []),
    ...dc.spec.hosts.map(({ name, address }, index) => {
      return {
        type: "node",
        id: `node/${name}`,
        name,
        ip: address,
        nodeid: index + 1,
        online: dc.away.has(`host ${name}`) ? 0 : 1,
        local: index === 0 ? 1 : 0,
      };
    }),
  ],
  "GET /cluster/resources": ({ form }, { dc }) => [
    ...(form["type"] === undefined || form["type"] === "vm" ? dc.state.vms.filter(({ vmId }) => vmId > 0).map(shownVm(dc)) : []),
    ...(form["type"] === undefined || form["type"] === "node" ? nodes(dc) : []),
  ],
  "GET /cluster/nextid": ({ form }, { dc }) => {
    const wanted = Number(form["vmid"] ?? 100);
    if (form["vmid"] !== undefined && dc.vm(wanted)) {
      throw new ApiError(400, "Parameter verification failed.", { vmid: `VM ${wanted} already exists` });
    }
    let free = wanted;
    while (dc.vm(free)) free++;
    return String(free);
  },
  "GET /cluster/tasks": (_request, { tasks }) =>
    tasks.all().map(({ upid, node, type, id, user, startTime, endTime, exitStatus }) => {
      const end = endTime === undefined ? {} : { endtime: endTime, status: exitStatus };
      return { upid, node, type, id, user, starttime: startTime, ...end };
    }),
  "GET /access/permissions": (request, { rightsAt }) => {
    const path = parameter(request, "path");
    const rights = rightsAt(path);
    // Each with whether what is below has it, too.
    return rights.length === 0 ? {} : { [path]: Object.fromEntries(rights.map((privilege) => [privilege, 1])) };
  },
  "GET /cluster/mapping/pci": (_request, { dc, rightsAt }) => {
    const names = new Set(dc.spec.hosts.flatMap(({ pciMappings }) => Object.keys(pciMappings)));
    return [...names]
      .filter((name) => rightsAt(`/mapping/pci/${name}`).some((each) => each.startsWith("Mapping.")))
      .map((id) => ({
        id,
        map: dc.spec.hosts
          .filter(({ pciMappings }) => id in pciMappings)
          .map(({ name: node }) => `id=8086:a780,node=${node},path=0000:00:02.0`),
      }));
  },
  "GET /nodes/:node/network": (request, { dc, rightsAt }) =>
    (dc.host(part(request, "node")).bridges ?? ["vmbr0"])
      .filter((iface) => rightsAt(`/sdn/zones/localnetwork/${iface}`).some((each) => /^SDN\.(Use|Audit)$/.test(each)))
      .map((iface) => ({ iface, type: "bridge", active: 1, autostart: 1 })),
  "GET /nodes": (_request, { dc }) => nodes(dc),
  "GET /nodes/:node/status": (request, { dc }) => {
    const host = dc.host(part(request, "node"));
    return {
      pveversion: "pve-manager/9.0.11/3bf5476b8a4699e2",
      cpuinfo: { cores: host.cores, cpus: host.threads, sockets: 1 },
      memory: {
        total: host.memoryMiB * MIB,
        used: usedMemory(dc, host.name),
        free: host.memoryMiB * MIB - usedMemory(dc, host.name),
      },
    };
  },
  "GET /nodes/:node/tasks": (request, { tasks }) => tasks.of(part(request, "node")),
  "GET /nodes/:node/tasks/:upid/status": (request, { tasks }) => {
    const { node, type, id, user, upid, exitStatus } = found(request, tasks.find(part(request, "upid")));
    const status = exitStatus === undefined ? { status: "running" } : { status: "stopped", exitstatus: exitStatus };
    return { upid, node, type, id, user, pid: Number.parseInt(upid.split(":")[2] ?? "", 16), ...status };
  },
  "GET /nodes/:node/tasks/:upid/log": (request, { tasks }) =>
    found(request, tasks.find(part(request, "upid"))).log.map((t, index) => ({ n: index + 1, t })),
  // What is under way goes on: a client that gives up only stops asking.
  "DELETE /nodes/:node/tasks/:upid": (request, { tasks }) => {
    found(request, tasks.find(part(request, "upid")));
    return null;
  },
  "GET /pools": ({ form }, { dc }) => {
    const { poolid } = form;
    if (poolid === undefined) return dc.state.pools.map((pool) => ({ poolid: pool, ...dc.state.settings[`pool:${pool}`] }));
    return [{ poolid: pool(dc, poolid), ...dc.state.settings[`pool:${poolid}`], members: members(dc, poolid) }];
  },
  "POST /pools": async (request, { dc, time }) => {
    const { poolid = "", comment } = request.form;
    if (dc.state.pools.includes(parameter(request, "poolid")))
      throw new ApiError(500, `create pool failed: pool '${poolid}' already exists`);
    if (comment !== undefined) dc.state.settings[`pool:${poolid}`] = { comment };
    await time.run(createPool(dc, poolid));
    return null;
  },
  "PUT /pools": (request, { dc }) => {
    const { poolid, comment } = request.form;
    if (comment !== undefined) dc.state.settings[`pool:${pool(dc, poolid ?? "")}`] = { comment };
    return null;
  },
  "DELETE /pools": async (request, { dc, time }) => {
    const { poolid = "" } = request.form;
    if (members(dc, pool(dc, poolid)).length > 0) throw new ApiError(500, `delete pool failed: pool '${poolid}' is not empty`);
    await time.run(deletePool(dc, poolid));
    Reflect.deleteProperty(dc.state.settings, `pool:${poolid}`);
    return null;
  },
};

function nodes(dc: Datacenter): Record<string, string | number>[] {
  return dc.spec.hosts.map(({ name, threads, memoryMiB }) => {
    const status = dc.away.has(`host ${name}`) ? "offline" : "online";
    const shared = { id: `node/${name}`, type: "node", node: name, status };
    return { ...shared, maxcpu: threads, maxmem: memoryMiB * MIB, mem: usedMemory(dc, name) };
  });
}

function usedMemory(dc: Datacenter, host: string): number {
  return dc.state.vms.filter((vm) => vm.running && vm.host === host).reduce((sum, vm) => sum + vm.memoryMiB, 0) * MIB;
}

function pool(dc: Datacenter, name: string): string {
  if (!dc.state.pools.includes(name)) throw new ApiError(500, `pool '${name}' does not exist`);
  return name;
}

function members(dc: Datacenter, poolId: string): object[] {
  return dc.state.vms.filter(({ vmId }) => dc.state.settings[`vm:${vmId}`]?.["pool"] === poolId).map(shownVm(dc));
}

function found<T>(request: ApiRequest, task: T | undefined): T {
  if (task === undefined) throw new ApiError(500, `no such task: ${part(request, "upid")}`);
  return task;
}
