import type { ApiClient } from "./api-client";
import { Collection } from "./collection";
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "./objects";

/** What simulated nodes know of their cluster. */
export class Cluster {
  public readonly nodes: Collection<Node>;
  public readonly pods: Collection<Pod>;
  public readonly claims: Collection<PersistentVolumeClaim>;
  public readonly volumes: Collection<PersistentVolume>;
  public readonly classes: Collection<StorageClass>;

  constructor(client: ApiClient, onChange: () => void) {
    this.nodes = new Collection(client, "/api/v1/nodes", onChange);
    this.pods = new Collection(client, "/api/v1/pods", onChange);
    this.claims = new Collection(client, "/api/v1/persistentvolumeclaims", onChange);
    this.volumes = new Collection(client, "/api/v1/persistentvolumes", onChange);
    this.classes = new Collection(client, "/apis/storage.k8s.io/v1/storageclasses", onChange);
  }

  /** Resolves when all is known, and goes on following changes. Rejects when the API cannot be listed. */
  public async follow(): Promise<void> {
    await Promise.all(this.collections.map((each) => each.follow()));
  }

  /** Follows no further. */
  public stop(): void {
    for (const each of this.collections) each.stop();
  }

  private get collections(): readonly { follow(): Promise<void>; stop(): void }[] {
    return [this.nodes, this.pods, this.claims, this.volumes, this.classes];
  }
}
