import type { UnplacedProblem } from "../config/problem";
import type { PoolConfig, ProxmoxConfig, StackConfig } from "../config/schema";

/**
 * A configuration in which everything VMs need is there. A stack of existing machines only may leave it out: it has no hosts then,
 * no ids and an empty range of addresses.
 */
export interface Site extends Omit<StackConfig, "proxmox" | "network"> {
  readonly proxmox: ProxmoxConfig;
  readonly network: StackConfig["network"] & { readonly subnet: string; readonly gateway: string; readonly addresses: string };
}

const NO_PROXMOX: ProxmoxConfig = {
  endpoint: "",
  insecure: false,
  tags: [],
  bridge: "",
  firewall: false,
  imageDatastore: "",
  vm: { idBase: 100, idCount: 0 },
  hosts: {},
};

/** Fills what a stack without VMs leaves out. */
export function siteOf(config: StackConfig): Site {
  const { subnet = "", gateway = "", addresses = "" } = config.network;
  return { ...config, proxmox: config.proxmox ?? NO_PROXMOX, network: { ...config.network, subnet, gateway, addresses } };
}

/** All pools with their paths: the control plane first, then workers in order of name, for the engine hands maps on sorted. */
export function poolsOf({ topology }: Pick<StackConfig, "topology">): { name: string; path: string; config: PoolConfig }[] {
  const workers = Object.entries(topology.workers).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    { name: "control-plane", path: "topology.controlPlane", config: topology.controlPlane },
    ...workers.map(([name, config]) => ({ name, path: `topology.workers.${name}`, config })),
  ];
}

/** What VMs need and the file does not have. */
export function judgeNeeds(config: StackConfig): UnplacedProblem[] {
  const balancers = config.network.endpoint.haproxy && { path: "network.endpoint.haproxy" };
  const vms = poolsOf(config).find((pool) => pool.config.source === "proxmox") ?? balancers;
  const { subnet, gateway, addresses } = config.network;
  const fixed = poolsOf(config).find(
    ({ config: pool }) => pool.interface !== undefined || Object.values(pool.machines ?? {}).some((each) => each.interface),
  );
  return [
    ...(vms && !config.proxmox ? [missing("proxmox", `${vms.path} is made of VMs`, "endpoint, vm and hosts")] : []),
    ...((vms ?? fixed)
      ? [
          ...(subnet === undefined
            ? [missing("network.subnet", reason(vms, fixed), "the machines' network, such as 192.168.68.0/24")]
            : []),
          ...(gateway === undefined ? [missing("network.gateway", reason(vms, fixed), "the default gateway's address")] : []),
        ]
      : []),
    ...(vms && addresses === undefined
      ? [missing("network.addresses", `${vms.path} is made of VMs`, "the range VMs get their addresses from, as first-last")]
      : []),
  ];
}

type Pool = Pick<ReturnType<typeof poolsOf>[number], "path"> | undefined;

function reason(vms: Pool, fixed: Pool): string {
  return vms ? `${vms.path} is made of VMs` : `${fixed?.path ?? ""} gives machines static addresses`;
}

function missing(path: string, why: string, allowed: string): UnplacedProblem {
  const key = path.split(".").at(-1) ?? path;
  return {
    path,
    value: null,
    message: `missing: ${why}`,
    allowed,
    remedy: `add ${path.includes(".") ? key : `proxmox-talos:${key}`}`,
  };
}
