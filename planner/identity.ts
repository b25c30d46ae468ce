import type { FormationStep } from "./plan";

/** A guest as the Proxmox cluster lists it: a VM or a container, for both take an id. */
export interface ListedVm {
  readonly vmId: number;
  /** Empty where the cluster does not know it: the host is away, or the guest is seconds old. */
  readonly name: string;
  readonly host: string;
  /** For instance `running`. */
  readonly status: string;
  readonly tags: readonly string[];
  /** Set while it is being made, when it has neither name nor tags: whether somebody is at it, or its host broke off. */
  readonly creation?: "running" | "broken";
}

/** A host as the Proxmox cluster lists it. */
export interface ListedHost {
  readonly name: string;
  readonly online: boolean;
}

/** What a Proxmox cluster says is there. */
export interface Listing {
  /** Name of the Proxmox cluster; null for a host on its own. */
  readonly cluster: string | null;
  readonly hosts: readonly ListedHost[];
  readonly vms: readonly ListedVm[];
}

/** What tells a VM of this stack from any other of the same id. */
export interface VmIdentity {
  readonly vmId: number;
  readonly name: string;
  /** Tag that all VMs of the stack carry and no other VM does. */
  readonly tag: string;
}

/** Which hosts have to be there, in which Proxmox cluster. */
export interface Membership {
  readonly hosts: readonly string[];
  /** Unset where no Proxmox cluster is planned. */
  readonly cluster?: string;
  readonly formation: readonly FormationStep[];
}

/**
 * Judges a creation: the id must be free.
 *
 * @param released whether this run has deleted, or would delete, the VM of this id: its replacement may find it still listed
 * @returns why not, undefined when it may go on
 */
export function judgeCreation(identity: VmIdentity, { vms }: Pick<Listing, "vms">, released = false): string | undefined {
  const found = vms.find(({ vmId }) => vmId === identity.vmId);
  if (!found) return undefined;
  const { vmId, name, tag } = identity;
  if (found.creation === "running") {
    return `VM ${vmId} cannot become ${name}: a VM of this id is being made on ${found.host}; wait until it is there, then run npx lab up`;
  }
  if (found.creation === "broken") {
    return (
      `VM ${vmId} cannot become ${name}: the creation of a VM of this id broke off on ${found.host}; ` +
      `if it is nobody else's, run there qm unlock ${vmId} && qm destroy ${vmId} --purge`
    );
  }
  const doubts = differences(identity, found);
  if (doubts.length > 0) {
    return (
      `VM ${vmId} cannot become ${name}: the id belongs to ${described(found)}, which ${doubts.join(" and ")}; ` +
      "choose other ids (proxmox.vm.idBase, or the pool's ids), or remove that VM"
    );
  }
  if (released) return undefined;
  return (
    `VM ${vmId} cannot be created: ${described(found)} has this stack's name and tag ${tag}, but the state does not know it; ` +
    "if an update was interrupted, npx lab up takes it over; else remove that VM"
  );
}

/**
 * Judges a change of what the state says is there: it must be that VM. One that is gone is the provider's to find out.
 *
 * @param identity with the name that the state has, not the one it is to get
 * @returns why not, undefined when it may go on
 */
export function judgeChange(
  operation: "updated" | "deleted",
  identity: VmIdentity,
  { vms }: Pick<Listing, "vms">,
): string | undefined {
  const found = vms.find(({ vmId }) => vmId === identity.vmId);
  const doubts = found ? differences(identity, found) : [];
  if (!found || doubts.length === 0) return undefined;
  return (
    `VM ${identity.vmId} must not be ${operation}: the state has ${identity.name}, but there is ${described(found)}, ` +
    `which ${doubts.join(" and ")}; if it is the same VM, give it that name and tag, else take ${identity.name} out of the state (pulumi state delete)`
  );
}

/** Judges whether the hosts are there and form the planned Proxmox cluster; every reason is one line with what to do. */
export function judgeMembership({ hosts, cluster, formation }: Membership, listing: Listing): string[] {
  const reached = listing.cluster === null ? "a host on its own" : `Proxmox cluster ${listing.cluster}`;
  if (cluster !== undefined && listing.cluster !== cluster) {
    return [`the endpoint is ${reached}, not Proxmox cluster ${cluster}; ${guided(formation[0])}`];
  }
  return hosts.flatMap((name) => {
    const host = listing.hosts.find((each) => each.name === name);
    const step = formation.find((each) => each.host === name);
    if (!host) return [`host ${name} is not there: the endpoint is ${reached}; ${guided(step)}`];
    return host.online ? [] : [`host ${name} is offline; start it, or take it out of proxmox.hosts`];
  });
}

function guided(step: FormationStep | undefined): string {
  return step ? `on ${step.host}: ${step.command}` : "have it join, or correct proxmox.hosts";
}

function differences({ name, tag }: VmIdentity, found: ListedVm): string[] {
  const named = found.name === "" ? "has no name while its host is away or it is seconds old" : `is not named ${name}`;
  return [...(found.name === name ? [] : [named]), ...(found.tags.includes(tag) ? [] : [`lacks the tag ${tag}`])];
}

function described({ name, host, status }: ListedVm): string {
  return `${name === "" ? "a VM" : name} on ${host} (${status})`;
}
