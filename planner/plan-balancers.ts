/** Load balancers as they were decided: VMs of the stack that are no machines of Talos. */

import type { PlannedAddress, PlannedDisk } from "./plan-machine";

/** What cloud-init reads when a balancer boots for the first time. */
export interface PlannedSeed {
  /** Holds a digest of the content, so that another content is another file. */
  readonly fileName: string;
  readonly userData: string;
  readonly metaData: string;
  readonly networkConfig: string;
}

/** One VM with HAProxy and keepalived in it. */
export interface PlannedBalancer {
  readonly name: string;
  readonly host: string;
  readonly vmId: number;
  /** Locally administered MAC address, derived from the stack's VM id. */
  readonly macAddress: string;
  readonly address: string;
  /** Static addresses, the first one being `address`. */
  readonly addresses: readonly PlannedAddress[];
  readonly cores: number;
  readonly memoryMiB: number;
  /** The system disk and no other. */
  readonly disks: readonly PlannedDisk[];
  readonly seed: PlannedSeed;
}

/** The balancers with what they share. */
export interface PlannedBalancers {
  /** Where clients reach whichever of them has it. */
  readonly virtualAddress: string;
  /** In order of their ids; one after the other is replaced. */
  readonly machines: readonly PlannedBalancer[];
  readonly image: {
    readonly url: string;
    readonly sha512: string;
    /** Holds the stack's name and the checksum: another image is another file. */
    readonly fileName: string;
    /** Storage of image and seeds on each host. */
    readonly datastore: string;
    /** Hosts that carry balancers, sorted. */
    readonly hosts: readonly string[];
  };
}
