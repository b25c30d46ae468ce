/** A file or object of a backend. */
export interface StoredObject {
  /** Path below the backend's root, for instance `.pulumi/stacks/proxmox-talos/homelab.json`. */
  readonly key: string;
  readonly bytes: number;
  readonly modified: Date;
}

/** What an object was before, as the store keeps it. */
export interface StoredVersion extends StoredObject {
  readonly id: string;
  /** Whether it is what is there now. */
  readonly isLatest: boolean;
}

/** Whether the store keeps what is overwritten: `unsupported` where it cannot, `unknown` where the credentials may not ask or say so. */
export type Versioning = "on" | "off" | "unsupported" | "unknown";

/** Where Pulumi keeps states, files below a root: a folder or a bucket. Reads, unless it says otherwise. */
export interface StateStore {
  /** As it is shown: a folder or `bucket on https://…`. */
  readonly name: string;
  /** Whether the folder or bucket is there. @throws {Failure} when that cannot be known */
  exists(): Promise<boolean>;
  /** Makes the folder or bucket. */
  create(): Promise<void>;
  /** Writes, reads and deletes an object. @throws {Failure} saying which of them failed */
  probe(): Promise<void>;
  versioning(): Promise<Versioning>;
  /** Has the store keep what is overwritten from now on; answers what it does then. */
  keepVersions(): Promise<Versioning>;
  /** Whether anybody can read it without credentials. */
  isPublic(): Promise<boolean>;
  /** Closes it to everybody without credentials, where the store has a setting for that; answers whether it has. */
  closeToPublic(): Promise<boolean>;
  /** What is directly below a folder, which ends with a slash. */
  list(folder: string): Promise<StoredObject[]>;
  /** Undefined when it is not there. */
  read(key: string, versionId?: string): Promise<Buffer | undefined>;
  /** What an object was, the newest first. */
  versions(key: string): Promise<StoredVersion[]>;
}
