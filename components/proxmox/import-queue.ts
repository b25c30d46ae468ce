import type * as pulumi from "@pulumi/pulumi";

/**
 * Orders VM creations that import a disk into the same datastore of the same host.
 *
 * Proxmox holds a lock on the storage while it imports; a second import waits for it and fails with "got timeout" soon after.
 * The provider never retries a failed task, so the order has to be in the program (bpg/terraform-provider-proxmox #995, #1521).
 * Imports on different hosts stay independent of each other.
 */
export class ImportQueue {
  private readonly last = new Map<string, pulumi.Resource>();

  /**
   * Declares the next import into a datastore.
   *
   * @param storage what names the storage among all
   * @param declare receives the import to wait for, an empty list for the first one
   */
  public enqueue<R extends pulumi.Resource>(storage: string, declare: (after: pulumi.Resource[]) => R): R {
    const before = this.last.get(storage);
    const resource = declare(before ? [before] : []);
    this.last.set(storage, resource);
    return resource;
  }
}
