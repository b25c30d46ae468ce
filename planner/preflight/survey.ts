import type { Listing } from "../identity";

/** What a Proxmox cluster says of itself to whoever may ask: what a stack file is held to before anything is made. */
export interface Survey {
  /** Of Proxmox VE, for instance `9.0.11`. */
  readonly version: string;
  readonly caller: Caller;
  /** Hosts and VMs of the Proxmox cluster; undefined when the caller may not know them. */
  readonly listing: Listing | undefined;
  /** Resource pools, as far as the caller may see them. */
  readonly pools: readonly SurveyedPool[];
  /** Resource mappings of PCI devices, as far as the caller may see them. @default they were not asked for */
  readonly mappings?: readonly SurveyedMapping[];
  /** Hosts that are online, as far as the caller may look at them. */
  readonly nodes: readonly SurveyedHost[];
}

/** Who asks. */
export interface Caller {
  /** `user@realm`, or `user@realm!id` of a token. */
  readonly name: string;
  /** Whether it is a token, not a user with a password. */
  readonly isToken: boolean;
  /** Privileges by path, of the paths in {@link rightsOf}. */
  readonly rights: Readonly<Record<string, readonly string[]>>;
}

/** A resource pool that is there. */
export interface SurveyedPool {
  readonly name: string;
  /** Empty where it has none. */
  readonly comment: string;
}

/** A resource mapping that is there. */
export interface SurveyedMapping {
  readonly name: string;
  /** Hosts that have a device of it. */
  readonly hosts: readonly string[];
}

/** One host as it is. */
export interface SurveyedHost {
  readonly name: string;
  /** Why nothing of the host is known although it is online, in one line. @default it answered */
  readonly silence?: string;
  /** Hardware threads. @default the caller may not know */
  readonly threads?: number;
  /** @default the caller may not know */
  readonly memoryMiB?: number;
  readonly storages: readonly SurveyedStorage[];
  /** Bridges that VMs may be attached to, those of SDN among them. */
  readonly bridges: readonly string[];
}

/** One storage of a host as it is. */
export interface SurveyedStorage {
  readonly name: string;
  /** Kind of it in Proxmox' words, for instance `lvmthin`. */
  readonly type: string;
  /** What it takes, for instance `images` and `import`. */
  readonly content: readonly string[];
  /** Neither disabled nor kept from this host. */
  readonly enabled: boolean;
  /** Whether the host reaches it. */
  readonly active: boolean;
  readonly shared: boolean;
  /** Size of all of it. @default it does not say */
  readonly sizeGiB?: number;
  /** Names of the images in it. @default nobody asked */
  readonly images?: readonly string[];
  /** What is free of it. @default it does not say */
  readonly freeGiB?: number;
}

/** What became of one comparison of the stack file with what is there. */
export interface PreflightCheck {
  /** What was looked at, for instance `host pve`. */
  readonly name: string;
  /** `fail`: a deployment would not end well. */
  readonly state: "ok" | "warn" | "fail";
  /** What is there, with the figures. */
  readonly found: string;
  /** What to do; empty when all is well. */
  readonly remedy: string;
}
