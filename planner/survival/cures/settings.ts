import { DOCUMENTATION, firstAddress, freeAddress } from "./addresses";
import type { Change, Standing } from "./change";
import { EFFORT } from "./change";

/** Another way to the API than one that ends with a machine. */
export function virtualIp({ config, plan: { endpoint } }: Standing): Change[] {
  if (endpoint.kind !== "machine" && endpoint.kind !== "dns") return [];
  const near = firstAddress(config);
  const vip = near === undefined ? undefined : freeAddress(config, near);
  const what = endpoint.kind === "dns" ? `the name ${endpoint.host}` : endpoint.host;
  if (vip === undefined) return [];
  return [
    {
      text: `let the control planes share a virtual IP (network.endpoint.vip, say ${vip}) in place of ${what}`,
      effort: EFFORT.setting,
      config: { ...config, network: { ...config.network, endpoint: { vip } } },
    },
  ];
}

/** A balancer that somebody else runs, for machines that cannot share an address. */
export function loadBalancer({ config, plan: { endpoint } }: Standing): Change[] {
  if (endpoint.kind !== "machine" && endpoint.kind !== "dns") return [];
  // A name can lead to the balancer as well; where that will be nobody knows yet.
  const host = endpoint.kind === "dns" ? endpoint.host : DOCUMENTATION[0];
  const what = endpoint.kind === "dns" ? `that ${host} leads to` : `in place of ${endpoint.host}`;
  return [
    {
      text: `a load balancer that leaves out what does not answer (network.endpoint.loadBalancer), ${what}`,
      effort: EFFORT.qdevice,
      config: { ...config, network: { ...config.network, endpoint: { loadBalancer: host } } },
    },
  ];
}

/** A vote more, for an even number of hosts. */
export function qdevice({ config, plan: { hosts, clusterName } }: Standing): Change[] {
  const { proxmox } = config;
  const [first] = Object.values(proxmox?.hosts ?? {});
  if (!proxmox || !first || proxmox.cluster?.qdevice !== undefined || hosts.length % 2 === 1) return [];
  const address = freeAddress(config, first.address);
  if (address === undefined) return [];
  const name = proxmox.cluster?.name ?? `c-${clusterName}`.slice(0, 15).replace(/-+$/, "");
  return [
    {
      text: "a QDevice for the Proxmox cluster (proxmox.cluster.qdevice), on anything that runs Debian",
      effort: EFFORT.qdevice,
      config: { ...config, proxmox: { ...proxmox, cluster: { name, qdevice: address } } },
    },
  ];
}

/** One copy more of every volume. */
export function oneCopyMore({ config, plan }: Standing): Change[] {
  const { longhorn } = config.addons;
  const replicas = plan.addons.longhorn?.replicas;
  if (!longhorn || replicas === undefined) return [];
  const text = `${replicas + 1} copies of every volume (addons.longhorn.replicas)`;
  const addons = { ...config.addons, longhorn: { ...longhorn, replicas: replicas + 1 } };
  return [{ text, effort: EFFORT.setting, config: { ...config, addons } }];
}

/** Balancers of the stack's own on a host more. */
export function spreadBalancers({ config, plan: { hosts, balancers } }: Standing, away: readonly string[]): Change[] {
  const { haproxy } = config.network.endpoint;
  if (!haproxy) return [];
  const own = balancers?.machines.map(({ host }) => host) ?? [];
  return hosts
    .filter(({ name }) => !away.includes(name) && !own.includes(name))
    .slice(0, 2)
    .map(({ name }) => {
      const turn = [...own.slice(0, Math.max(1, haproxy.count - 1)), name];
      const endpoint = { haproxy: { ...haproxy, count: Math.max(2, haproxy.count), hosts: turn } };
      return {
        text: `a balancer on ${name} (network.endpoint.haproxy.hosts)`,
        effort: EFFORT.move,
        config: { ...config, network: { ...config.network, endpoint } },
      };
    });
}

/** A quarter more memory for each machine of a pool, two GiB at least. */
export function moreMemory({ config, plan }: Standing): Change[] {
  return Object.entries(config.topology.workers)
    .filter(([name, { source }]) => source === "proxmox" && plan.pools.some((pool) => pool.name === name))
    .map(([name, pool]) => {
      const memoryGiB = pool.memoryGiB + Math.max(2, Math.ceil(pool.memoryGiB / 4));
      const workers = { ...config.topology.workers, [name]: { ...pool, memoryGiB } };
      return {
        text: `${memoryGiB} GiB for each machine of ${name} (topology.workers.${name}.memoryGiB)`,
        effort: EFFORT.move,
        config: { ...config, topology: { ...config.topology, workers } },
      };
    });
}
