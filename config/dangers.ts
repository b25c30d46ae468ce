/** How much a danger matters: only what is `dangerous` asks for consent. */
export type DangerSeverity = "dangerous" | "disruptive";

/**
 * What consents to a danger. `entry`: an entry under `consent` of the stack file. `switch`: a setting of its own, where the thing is.
 * `option`: `--consent` only, for there is no file to write it in. `none`: nothing, for it cannot be done this way. `needless`: it is only told.
 */
export type ConsentKind = "entry" | "switch" | "option" | "none" | "needless";

interface DangerKind {
  readonly severity: DangerSeverity;
  readonly consent: ConsentKind;
  /** What it is in a few words, for lists. */
  readonly title: string;
}

const kind = (severity: DangerSeverity, consent: ConsentKind, title: string): DangerKind => ({ severity, consent, title });

/** Everything `lab diff` warns of, the gravest first: one line each here, a section each in docs/blast-radius.md. */
export const DANGERS = {
  "stack-deleted": kind("dangerous", "option", "the stack file is gone"),
  "pki-regenerated": kind("dangerous", "entry", "the cluster gets another PKI"),
  "cluster-renamed": kind("dangerous", "none", "the cluster gets another name"),
  "etcd-member-removed": kind("dangerous", "entry", "an etcd member goes"),
  "vm-replaced": kind("dangerous", "entry", "a VM is deleted and made anew"),
  "vm-deleted": kind("dangerous", "entry", "a VM is deleted"),
  "disk-deleted": kind("dangerous", "switch", "a disk is deleted"),
  "disk-shrunk": kind("dangerous", "none", "a disk gets smaller"),
  "endpoint-changed": kind("dangerous", "entry", "the Kubernetes API moves"),
  "address-moved": kind("dangerous", "entry", "a machine's address moves"),
  "network-changed": kind("dangerous", "none", "networks of a running cluster change"),
  "storage-uninstalled": kind("dangerous", "entry", "what keeps volumes is uninstalled"),
  "longhorn-uninstalled": kind("dangerous", "switch", "Longhorn is uninstalled"),
  "network-uninstalled": kind("dangerous", "entry", "the network of pods is uninstalled"),
  "definitions-deleted": kind("dangerous", "entry", "definitions of kinds go, and all objects of them"),
  "namespace-deleted": kind("dangerous", "entry", "a namespace is deleted"),
  "handed-over-in-one-step": kind("dangerous", "none", "a release is deleted in place of handed over"),
  "version-downgraded": kind("dangerous", "entry", "a version goes back"),
  "version-skipped": kind("dangerous", "entry", "a minor version is left out"),
  "update-refused": kind("dangerous", "none", "the datacenter refuses the update"),
  "machine-restarted": kind("disruptive", "needless", "machines restart"),
  "restart-pending": kind("disruptive", "needless", "a change waits for a restart"),
  "machine-migrated": kind("disruptive", "needless", "a VM moves to another host"),
  "machine-left": kind("disruptive", "needless", "a machine is no longer managed"),
  "disk-moved": kind("disruptive", "needless", "a disk moves to another datastore"),
  "balancer-replaced": kind("disruptive", "needless", "a load balancer is deleted or made anew"),
  "kubernetes-version-changed": kind("disruptive", "needless", "another version of Kubernetes"),
  "talos-version-changed": kind("disruptive", "needless", "another version of Talos"),
  "image-changed": kind("disruptive", "needless", "another Talos image"),
  "release-uninstalled": kind("disruptive", "needless", "a Helm release is uninstalled"),
  "release-replaced": kind("disruptive", "needless", "a Helm release is uninstalled and installed anew"),
  "object-deleted": kind("disruptive", "needless", "an object of Kubernetes is deleted"),
  "protection-removed": kind("disruptive", "needless", "something is no longer protected"),
  "policy-loosened": kind("disruptive", "needless", "a policy lets more pass"),
  "secret-rotated": kind("disruptive", "needless", "a secret was set anew"),
} as const satisfies Readonly<Record<string, DangerKind>>;

/** Fixed code of a danger. */
export type DangerCode = keyof typeof DANGERS;

/** Codes in the order of their gravity. */
export const DANGER_CODES = Object.keys(DANGERS) as readonly DangerCode[];

/** Those that an entry under `consent` consents to. */
export const CONSENTABLE = DANGER_CODES.filter((code) => DANGERS[code].consent === "entry");
