import type { StackConfig } from "../../../config/schema";
import { claims, nearestFree, room, showAddresses, spanAt, subnetSpans } from "../../free";
import { siteOf } from "../../site";

/** An address that nothing of these stacks lays claim to: nearest before or behind another, in the machines' network. */
export function freeAddress(config: StackConfig, near: string, others: readonly StackConfig[] = []): string | undefined {
  const within = subnetSpans(config).find(({ first, last }) => first <= spanAt(near).first && spanAt(near).first <= last);
  if (!within) return undefined;
  const taken = [...claims(config), ...others.flatMap(claims)];
  const span = nearestFree(spanAt(near), room(within), taken);
  return span && showAddresses(span);
}

/** Where the stack's machines begin, next to which a virtual address is looked for. */
export function firstAddress(config: StackConfig): string | undefined {
  const { network, proxmox } = siteOf(config);
  const first = network.addresses.split("-")[0];
  return first === "" ? Object.values(proxmox.hosts)[0]?.address : first;
}

/** Addresses that nobody has (RFC 5737), for machines that somebody has yet to find. */
export const DOCUMENTATION = ["192.0.2.1", "192.0.2.2"] as const;
