import type { DefinitionSource } from "./definition";
import { definition } from "./definition";
import type { Schema } from "./schema";
import { ANYTHING, FLAG, TEXTS, list, object, text } from "./schema";

const KEY_OF_SECRET = object({ key: text(), "name!": text() });

const ISSUER_REF = object({ group: text(), kind: text(), "name!": text() });

/** DNS providers that the project can name; the others are whatever they like. */
const DNS01 = object({
  acmeDNS: ANYTHING,
  akamai: ANYTHING,
  azureDNS: ANYTHING,
  cloudDNS: ANYTHING,
  cloudflare: object({ apiKeySecretRef: KEY_OF_SECRET, apiTokenSecretRef: KEY_OF_SECRET, email: text() }),
  cnameStrategy: text("None", "Follow"),
  digitalocean: object({ "tokenSecretRef!": KEY_OF_SECRET }),
  rfc2136: object({
    "nameserver!": text(),
    protocol: text("TCP", "UDP"),
    tsigAlgorithm: text(),
    tsigKeyName: text(),
    tsigSecretSecretRef: KEY_OF_SECRET,
  }),
  route53: object({
    accessKeyID: text(),
    accessKeyIDSecretRef: KEY_OF_SECRET,
    auth: ANYTHING,
    hostedZoneID: text(),
    region: text(),
    role: text(),
    secretAccessKeySecretRef: KEY_OF_SECRET,
  }),
  webhook: ANYTHING,
});

const SOLVER = object({
  dns01: DNS01,
  http01: object({
    gatewayHTTPRoute: ANYTHING,
    ingress: object({
      class: text(),
      ingressClassName: text(),
      ingressTemplate: ANYTHING,
      name: text(),
      podTemplate: ANYTHING,
      serviceType: text(),
    }),
  }),
  selector: object({ dnsNames: list(text()), dnsZones: list(text()), matchLabels: TEXTS }),
});

const ISSUER: Readonly<Record<string, Schema>> = {
  spec: object({
    acme: object({
      caBundle: text(),
      disableAccountKeyGeneration: FLAG,
      email: text(),
      enableDurationFeature: FLAG,
      externalAccountBinding: ANYTHING,
      preferredChain: text(),
      "privateKeySecretRef!": KEY_OF_SECRET,
      profile: text(),
      "server!": text(),
      skipTLSVerify: FLAG,
      solvers: list(SOLVER),
    }),
    ca: object({ "secretName!": text() }),
    selfSigned: object({ crlDistributionPoints: list(text()) }),
    vault: ANYTHING,
    venafi: ANYTHING,
  }),
};

const CERTIFICATE: Readonly<Record<string, Schema>> = {
  spec: object({
    commonName: text(),
    dnsNames: list(text()),
    duration: text(),
    ipAddresses: list(text()),
    isCA: FLAG,
    "issuerRef!": ISSUER_REF,
    privateKey: object({
      algorithm: text("RSA", "ECDSA", "Ed25519"),
      encoding: text("PKCS1", "PKCS8"),
      rotationPolicy: text("Never", "Always"),
      size: { type: "integer" },
    }),
    renewBefore: text(),
    "secretName!": text(),
    usages: list(text()),
  }),
};

/** Kinds of cert-manager 1.21.1 (deploy/charts/cert-manager/templates/crd-*.yaml), with fields where somebody beside itself makes them. */
const SOURCES: readonly DefinitionSource[] = [
  { group: "cert-manager.io", kind: "Certificate", scope: "Namespaced", versions: ["v1"], fields: CERTIFICATE },
  { group: "cert-manager.io", kind: "CertificateRequest", scope: "Namespaced", versions: ["v1"] },
  { group: "cert-manager.io", kind: "ClusterIssuer", scope: "Cluster", versions: ["v1"], fields: ISSUER },
  { group: "cert-manager.io", kind: "Issuer", scope: "Namespaced", versions: ["v1"], fields: ISSUER },
  { group: "acme.cert-manager.io", kind: "Challenge", scope: "Namespaced", versions: ["v1"] },
  { group: "acme.cert-manager.io", kind: "Order", scope: "Namespaced", versions: ["v1"] },
];

/** Definitions of all of them. */
export const CERT_MANAGER_DEFINITIONS = SOURCES.map(definition);
