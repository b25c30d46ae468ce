import type { ProxmoxConfig, StackConfig } from "../config/schema";

/** Where two stacks meet when they are on one Proxmox cluster: the same API, or a host that both know. */
export function commonProxmox({ proxmox: own }: StackConfig, { proxmox: other }: StackConfig): string | undefined {
  if (!own || !other) return undefined;
  const [mine, theirs] = [new URL(own.endpoint), new URL(other.endpoint)];
  if (mine.origin === theirs.origin) return `at ${mine.origin}`;
  const [ours, others] = [hostAddresses(own), hostAddresses(other)];
  const host =
    [...ours, mine.hostname].find((address) => others.includes(address)) ?? ours.find((address) => address === theirs.hostname);
  return host === undefined ? undefined : `on the Proxmox cluster of ${host}`;
}

function hostAddresses({ hosts }: ProxmoxConfig): string[] {
  return Object.values(hosts)
    .map(({ address }) => address)
    .sort();
}

/** Two VLANs are two networks, even where their subnets are the same. */
export function isSameVlan({ proxmox: own }: StackConfig, { proxmox: other }: StackConfig): boolean {
  return own?.vlanId === other?.vlanId;
}
