import { get } from "node:https";
import { z } from "zod";
import { adminAccess } from "../components/kubernetes/admin-access";

/** A node as its cluster has it. */
export interface ClusterNode {
  readonly name: string;
  /** Why it is not ready; undefined when it is. */
  readonly unready?: string;
}

const TIMEOUT_MS = 5000;

const nodeList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), status: z.string(), message: z.string().default("") })).default([]),
      }),
    }),
  ),
});

/**
 * The nodes of a cluster.
 *
 * @param kubeconfig of an administrator, as Talos hands it out
 * @throws {Error} with one line that says why they cannot be known
 */
export async function clusterNodes(kubeconfig: string): Promise<ClusterNode[]> {
  const { server, tls } = adminAccess(kubeconfig);
  const answer = nodeList.safeParse(jsonOf(await read(new URL("/api/v1/nodes", server), tls)));
  if (!answer.success) throw new Error(`${server} does not answer as the Kubernetes API does`);
  return answer.data.items.map(({ metadata: { name }, status: { conditions } }) => {
    const ready = conditions.find(({ type }) => type === "Ready");
    if (ready?.status === "True") return { name };
    return { name, unready: (ready?.message ?? "").trim() || "its kubelet says nothing of it" };
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function read(url: URL, tls: ReturnType<typeof adminAccess>["tls"]): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { ...tls, signal: AbortSignal.timeout(TIMEOUT_MS), agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString("utf8"));
        else reject(new Error(`${url.origin} answers ${response.statusCode ?? 0} ${response.statusMessage ?? ""}`.trim()));
      });
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      reject(
        new Error(
          `${url.origin} does not answer (${error.name === "AbortError" ? "no answer in time" : (error.code ?? error.message)})`,
        ),
      );
    });
  });
}
