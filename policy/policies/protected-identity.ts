import type { ResourcePolicy } from "../policy";
import { TYPES } from "../types";

/** What a cluster has once, and what another one would be another cluster without. */
const IDENTITY: Readonly<Record<string, string>> = {
  [TYPES.talosSecrets]: "the PKI of the cluster",
  [TYPES.bootstrap]: "the one beginning of etcd",
};

/** PKI and bootstrap go only on purpose. */
export const protectedIdentity: ResourcePolicy = {
  name: "protected-identity",
  description: "The secrets of a Talos cluster and its bootstrap are protected",
  remedy: "set protect: true; lab destroy takes it off again with consent",
  severity: "critical",
  judge: ({ type, protect }) => {
    const what = IDENTITY[type];
    return what === undefined || protect ? [] : [`${what} is not protected: whatever replaces or deletes it passes`];
  },
};
