import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { stringify } from "yaml";
import { issue } from "../wire/certificates";
import type { MachineSecrets } from "./machine-secrets";

/** The admin kubeconfig as Talos writes it: a new client certificate of the cluster's own authority. */
export function adminKubeconfig({ clusterName, endpoint, kubernetesAuthority }: MachineSecrets): string {
  const admin = issue(kubernetesAuthority, { commonName: "admin", organizations: ["system:masters"], usages: ["client"] });
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const user = `admin@${clusterName}`;
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: clusterName,
        cluster: { server: endpoint, "certificate-authority-data": base64(kubernetesAuthority.certificate) },
      },
    ],
    users: [{ name: user, user: { "client-certificate-data": base64(admin.certificate), "client-key-data": base64(admin.key) } }],
    contexts: [{ name: user, context: { cluster: clusterName, namespace: "default", user } }],
    "current-context": user,
  });
}

/** One file as the compressed archive that the API streams. */
export async function archiveOf(name: string, content: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name, mode: 0o600 }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}
