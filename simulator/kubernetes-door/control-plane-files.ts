import { createPublicKey } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ipaddr from "ipaddr.js";
import { issue, newAuthority, privateKeyOf } from "../wire/certificates";
import type { KeyPair } from "../wire/certificates";
import type { ControlPlaneFiles, ControlPlaneIdentity, PairOfFiles, Ports } from "./command-lines";
import { kubeconfigOf } from "./kubeconfig";

/** A client's certificate and the authority of the server it is for, as PEM. */
export interface Access {
  readonly authority: string;
  readonly client: KeyPair;
}

/** What was written, and what only we know. */
export interface WrittenFiles {
  readonly files: ControlPlaneFiles;
  /** Of the group system:masters. */
  readonly admin: Access;
  readonly etcd: Access;
}

/** As Talos configures it unless a machine configuration says otherwise (siderolabs/talos, `admissionControl`). */
const ADMISSION = {
  apiVersion: "apiserver.config.k8s.io/v1",
  kind: "AdmissionConfiguration",
  plugins: [
    {
      name: "PodSecurity",
      configuration: {
        apiVersion: "pod-security.admission.config.k8s.io/v1alpha1",
        kind: "PodSecurityConfiguration",
        defaults: {
          enforce: "baseline",
          "enforce-version": "latest",
          audit: "restricted",
          "audit-version": "latest",
          warn: "restricted",
          "warn-version": "latest",
        },
        exemptions: { usernames: [], runtimeClasses: [], namespaces: ["kube-system"] },
      },
    },
  ],
};

/** Writes keys, certificates and configuration into a folder below `dataDir` that only we may read. */
export function writeControlPlaneFiles(identity: ControlPlaneIdentity, dataDir: string, ports: Ports): WrittenFiles {
  const folder = join(dataDir, "files");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const write = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const writePair = (name: string, { certificate, key }: KeyPair): PairOfFiles => ({
    certificate: write(`${name}.crt`, certificate),
    key: write(`${name}.key`, key),
  });
  const { clusterAuthority, aggregatorAuthority } = identity;
  const authority = clusterAuthority.certificate;
  const issueClient = (commonName: string, ...organizations: string[]): KeyPair =>
    issue(clusterAuthority, { commonName, organizations, usages: ["client"] });

  // Known to these two processes alone: etcd holds every secret, and 127.0.0.1 is everybody's on this machine.
  const etcdAuthority = newAuthority("etcd authority");
  const etcdPair = issue(etcdAuthority, { commonName: "etcd", names: ["127.0.0.1"] });
  const manager = issueClient("system:kube-controller-manager");
  const server = `https://127.0.0.1:${ports.api}`;

  return {
    files: {
      etcd: { ...writePair("etcd", etcdPair), authority: write("etcd-ca.crt", etcdAuthority.certificate) },
      authority: writePair("ca", { certificate: authority, key: plainPem(clusterAuthority.key) }),
      aggregator: write("aggregator-ca.crt", aggregatorAuthority.certificate),
      frontProxy: writePair("front-proxy", issue(aggregatorAuthority, { commonName: "front-proxy-client", usages: ["client"] })),
      serving: writePair("apiserver", servingPair(identity)),
      serviceAccountKey: write("service-account.key", plainPem(identity.serviceAccountKey)),
      serviceAccountPublicKey: write("service-account.pub", publicPem(identity.serviceAccountKey)),
      admission: write("admission.json", JSON.stringify(ADMISSION)),
      managerConfig: write("controller-manager.kubeconfig", kubeconfigOf({ server, authority, client: manager })),
    },
    admin: { authority, client: issueClient("rehearsal", "system:masters") },
    etcd: { authority: etcdAuthority.certificate, client: etcdPair },
  };
}

function servingPair({ clusterAuthority, names, serviceSubnet }: ControlPlaneIdentity): KeyPair {
  const service = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"];
  const all = new Set([...names, ...service, ...serviceSubnet.split(",").map(firstAddress), "localhost", "127.0.0.1"]);
  return issue(clusterAuthority, { commonName: "kube-apiserver", names: [...all], usages: ["server"] });
}

/** The service `kubernetes` always gets the first address. */
function firstAddress(subnet: string): string {
  const bytes = ipaddr.parseCIDR(subnet)[0].toByteArray();
  bytes.push((bytes.pop() ?? 0) + 1);
  return ipaddr.fromByteArray(bytes).toString();
}

/** In the one form that Go reads for every kind of key. */
function plainPem(key: string): string {
  return privateKeyOf(key).export({ type: "pkcs8", format: "pem" }) as string;
}

/** The API server finds the public key in a private one only of some kinds. */
function publicPem(key: string): string {
  return createPublicKey(privateKeyOf(key)).export({ type: "spki", format: "pem" }) as string;
}
