import { createHash } from "node:crypto";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import type { KeyPair } from "../wire/certificates";

const pem = z.base64().transform((text) => Buffer.from(text, "base64").toString("utf8"));
const pair = z.object({ crt: pem, key: pem.default("") });

/** What the doors need of a machine configuration beyond what the datacenter reads: its PKI and its addresses' ranges. */
const shape = z.object({
  machine: z.object({ ca: pair, certSANs: z.array(z.string()).nullish() }),
  cluster: z.object({
    clusterName: z.string().default(""),
    controlPlane: z.object({ endpoint: z.string() }),
    secret: z.string(),
    ca: pair,
    aggregatorCA: pair.optional(),
    serviceAccount: z.object({ key: pem }).optional(),
    apiServer: z.object({ certSANs: z.array(z.string()).nullish() }).optional(),
    network: z.object({ podSubnets: z.array(z.string()).nullish(), serviceSubnets: z.array(z.string()).nullish() }).optional(),
  }),
});

/** Secrets of one machine, kept in memory alone. */
export interface MachineSecrets {
  readonly clusterKey: string;
  readonly clusterName: string;
  readonly endpoint: string;
  /** Authority of the Talos API; a worker has its certificate without the key. */
  readonly osAuthority: KeyPair;
  /** Authority of Kubernetes; a worker has its certificate without the key. */
  readonly kubernetesAuthority: KeyPair;
  readonly aggregatorAuthority?: KeyPair;
  /** Key that service accounts' tokens are signed with. */
  readonly serviceAccountKey?: string;
  readonly names: readonly string[];
  readonly apiServerNames: readonly string[];
  readonly podSubnets: readonly string[];
  readonly serviceSubnets: readonly string[];
}

/** Reads them out of a configuration; undefined when it has no complete PKI. */
export function machineSecrets(configuration: string): MachineSecrets | undefined {
  const documents = parseAllDocuments(configuration, { version: "1.1" }).map((document) => document.toJS() as unknown);
  const parsed = documents.map((document) => shape.safeParse(document)).find(({ success }) => success)?.data;
  if (!parsed) return undefined;
  const { machine, cluster } = parsed;
  return {
    // The same hash as the datacenter's own: it tells clusters apart by it.
    clusterKey: createHash("sha256").update(cluster.secret).digest("hex").slice(0, 16),
    clusterName: cluster.clusterName,
    endpoint: cluster.controlPlane.endpoint,
    osAuthority: authority(machine.ca),
    kubernetesAuthority: authority(cluster.ca),
    ...(cluster.aggregatorCA ? { aggregatorAuthority: authority(cluster.aggregatorCA) } : {}),
    ...(cluster.serviceAccount ? { serviceAccountKey: cluster.serviceAccount.key } : {}),
    names: machine.certSANs ?? [],
    apiServerNames: cluster.apiServer?.certSANs ?? [],
    podSubnets: cluster.network?.podSubnets ?? [],
    serviceSubnets: cluster.network?.serviceSubnets ?? [],
  };
}

function authority({ crt, key }: z.infer<typeof pair>): KeyPair {
  return { certificate: crt, key };
}
