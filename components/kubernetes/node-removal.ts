import { request } from "node:https";
import * as pulumi from "@pulumi/pulumi";
import type { AdminAccess } from "./admin-access";
import { adminAccess } from "./admin-access";

/** What the removal touches outside of the program. */
export interface NodeRemovalDoors {
  /** Deletes a node; resolves when it is gone, and when there was none. */
  readonly deleteNode: (kubeconfig: string, node: string) => Promise<void>;
  readonly warn: (message: string) => Promise<void>;
}

/** The machine is gone already: nobody should wait long for a cluster that is going, too. */
const TIMEOUT_MS = 10_000;

/**
 * Deletes the Kubernetes node of a VM that was deleted: nothing else would, and a node whose machine never comes back keeps its pods'
 * volumes and counts in every availability figure (siderolabs/terraform-provider-talos #216). It never fails an update: what could
 * not be done is said with the command that does it.
 */
export class NodeRemoval {
  /** For every VM with a node in it. */
  public readonly hooks: Required<Pick<pulumi.ResourceHookBinding, "afterDelete">>;
  private kubeconfig: pulumi.Output<string> | undefined;

  constructor(private readonly doors: NodeRemovalDoors = DOORS) {
    this.hooks = { afterDelete: [new pulumi.ResourceHook("node-removal", (of) => this.remove(of))] };
  }

  /** Tells how the API is reached, once that is declared: VMs come before their cluster. */
  public through(kubeconfig: pulumi.Output<string>): void {
    this.kubeconfig = kubeconfig;
  }

  /** Deletes the node of one VM. */
  public async remove({ name, oldInputs }: Pick<pulumi.ResourceHookArgs, "name" | "oldInputs">): Promise<void> {
    const node = (oldInputs as { name?: string } | undefined)?.name ?? name;
    const { kubeconfig } = this;
    try {
      if (!kubeconfig) throw new Error("no cluster is declared");
      const text = await new Promise<string>((resolve) => kubeconfig.apply(resolve));
      await this.doors.deleteNode(text, node);
    } catch (error) {
      const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      await this.doors.warn(`${node} is gone, but its node could not be deleted (${why}); run kubectl delete node ${node}`);
    }
  }
}

const DOORS: NodeRemovalDoors = { deleteNode, warn: (message) => pulumi.log.warn(message) };

async function deleteNode(kubeconfig: string, node: string): Promise<void> {
  const access = adminAccess(kubeconfig);
  await new Promise<void>((resolve, reject) => {
    sendDeletion(access, node, resolve, reject);
  });
}

function sendDeletion({ server, tls }: AdminAccess, node: string, resolve: () => void, reject: (error: Error) => void): void {
  const options = { method: "DELETE", ...tls, signal: AbortSignal.timeout(TIMEOUT_MS), agent: false as const };
  const url = new URL(`/api/v1/nodes/${encodeURIComponent(node)}`, server);
  const sent = request(url, options, (response) => {
    response.resume();
    const { statusCode = 0, statusMessage = "" } = response;
    if (statusCode === 200 || statusCode === 404) resolve();
    else reject(new Error(`the API answered ${statusCode} ${statusMessage}`.trim()));
  });
  sent.on("error", reject);
  sent.end();
}
