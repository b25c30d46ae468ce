import type { DangerCode } from "../../config/dangers";

/** What follows from a danger, and (where nothing consents to it) what to do in its place; no final period. */
interface Consequence {
  readonly follows: string;
  readonly instead?: string;
}

/** One sentence for each danger; docs/blast-radius.md says more. */
export const CONSEQUENCES: Readonly<Record<DangerCode, Consequence>> = {
  "stack-deleted": {
    follows: "whatever was deployed goes on running, and nothing of this repository can update or destroy it any more",
    instead: "run lab destroy before the file goes",
  },
  "pki-regenerated": {
    follows:
      "machines, kubeconfigs and talosconfigs of the old PKI are refused, and etcd's encrypted data cannot be read with the new keys",
  },
  "cluster-renamed": {
    follows:
      "whatever bears the name would be deleted and made anew, and the guard of VMs refuses: none has the new cluster's tag",
    instead: "set it back",
  },
  "etcd-member-removed": {
    follows:
      "etcd goes on counting the member until talosctl etcd remove-member takes it off its list; without a majority the API stops",
  },
  "vm-replaced": {
    follows: "all that is on its disks is lost; the new VM boots blank, is configured anew and joins as a node of the same name",
  },
  "vm-deleted": {
    follows: "all that is on its disks is lost; nobody drains the node first, and pods start elsewhere only when it is gone",
  },
  "disk-deleted": { follows: "what is on it is lost, and nothing brings it back" },
  "disk-shrunk": {
    follows: "Proxmox refuses it, and the update stops half way",
    instead: "give the machine another disk, move the data, then let the old one go",
  },
  "endpoint-changed": {
    follows:
      "kubeconfigs that were handed out lead to the old place, and nodes reach the API only once they have their new configuration",
  },
  "address-moved": {
    follows:
      "the configuration is sent to the new address, where nobody answers yet; peers of etcd and BGP look for it at the old one",
  },
  "network-changed": {
    follows: "Talos lays it out only when a cluster is bootstrapped: pods and Services of a running one lose theirs",
    instead: "set it back, or make another cluster",
  },
  "storage-uninstalled": { follows: "no volume of its classes can be mounted, made or deleted any more" },
  "longhorn-uninstalled": { follows: "all of its volumes are deleted with it" },
  "network-uninstalled": {
    follows: "no pod that starts gets an address, policies stop, and load balancers lose their addresses",
  },
  "definitions-deleted": { follows: "Kubernetes deletes every object of these kinds with them, whoever made it" },
  "namespace-deleted": { follows: "everything in it is deleted, claims of volumes and Secrets among it, whoever made it" },
  "handed-over-in-one-step": {
    follows: "it is uninstalled, and GitOps installs it from nothing",
    instead: "put managedBy: leaving in its place, update, and only then managedBy: gitops",
  },
  "version-downgraded": {
    follows: "neither Talos nor Kubernetes reads what a newer version has written, and none of the two tests it",
  },
  "version-skipped": { follows: "Kubernetes and Talos test upgrades from one minor version to the next only" },
  "update-refused": {
    follows: "the update stops there, and what comes after it is not done",
    instead: "mend what the message says; lab rehearse --from shows how far it comes",
  },
  "machine-restarted": {
    follows: "Talos up to 1.13 restarts for it, and the engine waits for nobody in between: several machines may be away at once",
  },
  "restart-pending": { follows: "the VM goes on as it is until it is switched off and on" },
  "machine-migrated": { follows: "disks on local datastores are copied while it runs; devices of the host do not come along" },
  "machine-left": { follows: "it goes on running as it was configured last, and stays a node" },
  "disk-moved": {
    follows: "the VM has to be off for it: the provider switches it off, or refuses because it may not restart VMs here",
  },
  "balancer-replaced": { follows: "connections through it break; another one takes over, where there is another" },
  "kubernetes-version-changed": {
    follows: "kubelets and control planes take the new version as they are configured, in no order, and nodes are not drained",
  },
  "talos-version-changed": {
    follows: "machines that run keep their Talos until talosctl upgrade; only new ones begin with this one",
  },
  "image-changed": { follows: "machines that run keep theirs until talosctl upgrade; only new ones begin with this one" },
  "release-uninstalled": { follows: "what it does for others ends; claims of its volumes stay as long as their namespace does" },
  "release-replaced": { follows: "what it does for others is away in between; claims of its volumes stay where they were" },
  "object-deleted": { follows: "what it did for others ends" },
  "protection-removed": { follows: "the engine no longer refuses to replace or delete it" },
  "policy-loosened": {
    follows: "what breaks it is deployed, with a warning at most: by this change and by any other after it",
  },
  "secret-rotated": {
    follows: "whoever reads it gets the new one with this update, and must be given it on the other side as well",
  },
};
