import { createHash } from "node:crypto";
import { stringify } from "yaml";
import type { SecretMarkers } from "../secrets";
import type { Properties } from "../values";
import { SecretValue } from "../values";
import type { Inputs } from "./model";
import { map, text } from "./model";

/** Stands in for a public certificate: as different from any other as real ones are. */
export function certificate(label: string): string {
  return `rehearsal-certificate-${createHash("sha256").update(label).digest("hex").slice(0, 16)}`;
}

/**
 * What `machine.Secrets` answers: markers where the provider's schema marks a nested property secret, plain stand-ins elsewhere.
 * The provider marks no property as a whole: keeping the rest from leaking is the program's own affair.
 */
export function machineSecrets(markers: SecretMarkers, urn: string): Properties {
  const secret = (label: string): SecretValue => new SecretValue(markers.marker(`${urn} ${label}`));
  const pair = (label: string): Properties => ({ cert: certificate(`${urn} ${label}`), key: secret(label) });
  return {
    machineSecrets: {
      certs: {
        etcd: pair("etcd"),
        k8s: pair("k8s"),
        k8sAggregator: pair("k8sAggregator"),
        k8sServiceaccount: { key: secret("k8sServiceaccount") },
        os: pair("os"),
      },
      cluster: {
        id: `rehearsal-cluster-${createHash("sha256").update(urn).digest("hex").slice(0, 16)}`,
        secret: secret("cluster"),
      },
      secrets: { bootstrapToken: secret("bootstrapToken"), secretboxEncryptionSecret: secret("secretbox") },
      trustdinfo: { token: secret("trustd") },
    },
    clientConfiguration: {
      caCertificate: certificate(`${urn} os`),
      clientCertificate: certificate(`${urn} client`),
      clientKey: secret("client"),
    },
  };
}

/** The configuration Talos generates for a machine type before any patch, as far as the datacenter reads it. */
export function generateConfiguration(inputs: Inputs): string {
  const secrets = map(inputs["machineSecrets"]);
  const certs = map(secrets["certs"]);
  const clusterSecrets = map(secrets["cluster"]);
  const kubernetesSecrets = map(secrets["secrets"]);
  const ca = (name: string): object => ({ crt: map(certs[name])["cert"] ?? "", key: map(certs[name])["key"] ?? "" });
  const kubernetes = text(inputs["kubernetesVersion"]) || "1.36.0";
  const controlPlane = inputs["machineType"] === "controlplane";
  const main = {
    version: "v1alpha1",
    debug: false,
    persist: true,
    machine: {
      type: inputs["machineType"] ?? "",
      token: map(secrets["trustdinfo"])["token"] ?? "",
      ca: controlPlane ? ca("os") : { crt: map(certs["os"])["cert"] ?? "", key: "" },
      certSANs: [],
      kubelet: { image: `ghcr.io/siderolabs/kubelet:v${kubernetes}` },
      // The machinery inside the provider is older than the pinned release: its defaults must be overridden.
      install: { disk: "/dev/sda", image: "ghcr.io/siderolabs/installer:v1.13.0", wipe: false },
      features: { kubePrism: { enabled: true, port: 7445 }, hostDNS: { enabled: true, forwardKubeDNSToHost: true } },
    },
    cluster: {
      id: clusterSecrets["id"] ?? "",
      secret: clusterSecrets["secret"] ?? "",
      controlPlane: { endpoint: text(inputs["clusterEndpoint"]) },
      clusterName: text(inputs["clusterName"]),
      network: { dnsDomain: "cluster.local", podSubnets: ["10.244.0.0/16"], serviceSubnets: ["10.96.0.0/12"] },
      token: kubernetesSecrets["bootstrapToken"] ?? "",
      ca: controlPlane ? ca("k8s") : { crt: map(certs["k8s"])["cert"] ?? "", key: "" },
      discovery: { enabled: true },
      ...(controlPlane
        ? {
            secretboxEncryptionSecret: kubernetesSecrets["secretboxEncryptionSecret"] ?? "",
            aggregatorCA: ca("k8sAggregator"),
            serviceAccount: { key: map(certs["k8sServiceaccount"])["key"] ?? "" },
            apiServer: { image: `registry.k8s.io/kube-apiserver:v${kubernetes}`, certSANs: [] },
            proxy: { image: `registry.k8s.io/kube-proxy:v${kubernetes}` },
            etcd: { ca: ca("etcd") },
          }
        : {}),
    },
  };
  const hostname = { apiVersion: "v1alpha1", kind: "HostnameConfig", auto: "stable" };
  return [main, hostname].map((document) => stringify(document, { version: "1.1" })).join("---\n");
}

/** talosctl's configuration file. */
export function talosconfig(inputs: Inputs): string {
  const client = map(inputs["clientConfiguration"]);
  const context = text(inputs["clusterName"]);
  return stringify({
    context,
    contexts: {
      [context]: {
        endpoints: inputs["endpoints"] ?? [],
        nodes: inputs["nodes"] ?? [],
        ca: client["caCertificate"] ?? "",
        crt: client["clientCertificate"] ?? "",
        key: client["clientKey"] ?? "",
      },
    },
  });
}
