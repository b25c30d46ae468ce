import type { ResourcePolicy } from "../policy";
import { TYPES } from "../types";
import { at, isTrue } from "../values";

/** Who answers as Proxmox gets the token to everything. */
export const verifiedTls: ResourcePolicy = {
  name: "verified-tls",
  description: "The certificate of the Proxmox API is verified",
  remedy: "give the hosts certificates that this machine trusts, and take proxmox.insecure away",
  severity: "high",
  judge: ({ type, properties }) =>
    type === TYPES.proxmoxProvider && isTrue(at(properties, "insecure"))
      ? ["insecure is true: whoever answers in place of Proxmox gets the API token"]
      : [],
};
