import type { Actions } from "./actions";
import type { ApiClient } from "./api-client";
import { ApiError } from "./api-types";
import type { Collection } from "./collection";
import { statusPatch } from "./node-status";
import type { SimulatedNode } from "./node-status";
import { newNode, settingsPatch } from "./nodes";
import type { Node } from "./objects";

/** Both as the kubelet's defaults. */
const LEASE_SECONDS = 40;
const RENEW_MS = 10_000;

const LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";

/**
 * The part of kubelets that is about their own node. As with real ones, a node that somebody deletes stays away until its kubelet
 * starts again, which here is when its machine was absent once; and a machine that is absent renews nothing, so that the node
 * controller finds it unreachable.
 */
export class Machines {
  private registered = new Set<string>();
  private readonly renewAt = new Map<string, number>();

  constructor(
    private readonly client: ApiClient,
    private readonly nodes: Collection<Node>,
    private readonly actions: Actions,
  ) {}

  /** Brings the nodes of the machines that are present up to date. */
  public reconcile(present: readonly SimulatedNode[]): void {
    const names = new Set(present.map(({ name }) => name));
    this.registered = new Set([...this.registered].filter((name) => names.has(name)));
    for (const simulated of present) {
      const node = this.nodes.get(simulated.name);
      if (!this.registered.has(simulated.name)) this.register(simulated, node);
      if (node) this.update(simulated, node);
    }
  }

  private register(simulated: SimulatedNode, node: Node | undefined): void {
    this.registered.add(simulated.name);
    this.renewAt.delete(simulated.name);
    if (node) return;
    this.actions.run(
      () => this.client.create("/api/v1/nodes", newNode(simulated, new Date().toISOString())),
      () => this.registered.delete(simulated.name),
    );
  }

  private update(simulated: SimulatedNode, node: Node): void {
    const path = `/api/v1/nodes/${simulated.name}`;
    const settings = settingsPatch(node, simulated);
    if (settings) this.actions.once(node, "settings", () => this.client.patch(path, settings));
    const status = statusPatch(node, simulated, new Date().toISOString());
    if (status) this.actions.once(node, "status", () => this.client.patch(`${path}/status`, status));
    if ((this.renewAt.get(simulated.name) ?? 0) > Date.now()) return;
    this.renewAt.set(simulated.name, Date.now() + RENEW_MS);
    this.actions.run(() => this.renew(node));
  }

  private async renew({ metadata: { name, uid } }: Node): Promise<void> {
    // The API wants microseconds, all six digits.
    const renewTime = new Date().toISOString().replace("Z", "000Z");
    try {
      await this.client.patch(`${LEASES}/${name}`, { spec: { renewTime } });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
      await this.client.create(LEASES, {
        metadata: { name, ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid }] },
        spec: { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime },
      });
    }
  }
}
