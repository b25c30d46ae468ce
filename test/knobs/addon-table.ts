import { CHARTS } from "../../config/versions";
import type { AddonKey } from "../../planner/plan";
import { ANNOUNCEMENT_KNOBS } from "./announcement-table";
import { LONGHORN_KNOBS } from "./longhorn-table";
import type { Edits, Knob } from "./table";
import { GITOPS_GIVEN, GITOPS_NEEDS, GITOPS_SETTINGS, LEAVING } from "./gitops-table";

/** What is written first, so that a knob means something. */
const BACKUP: Edits = { "addons.longhorn.backup": { target: "nfs://10.0.0.71:/backup" } };

/** Settings that ingress controllers share. */
const INGRESS = {
  workload: "DaemonSet",
  replicas: 2,
  expose: "hostPort",
  "addresses[]": ["10.0.0.200"],
  "nodePorts.http": 30_080,
  "nodePorts.https": 30_443,
};

/** Settings of each add-on beside those of its release: what is written at their path below its key. */
const SETTINGS: { readonly [K in AddonKey]: Readonly<Record<string, unknown>> } = {
  alloy: { namespace: "collectors", machineLogs: false, otlp: false },
  certManager: {
    namespace: "certificates",
    replicas: 2,
    "nameservers[]": ["10.0.0.53"],
    "issuers.*.selfSigned.commonName": "Test",
    "issuers.*.selfSigned.years": 5,
    "issuers.*.acme.email": "other@example.org",
    "issuers.*.acme.server": "staging",
    "issuers.*.acme.http01.ingressClass": "other",
    "issuers.*.acme.dns01.zones[]": ["example.net"],
    "issuers.*.acme.dns01.cloudflare.credentialSecret": "cf-2",
    "issuers.*.acme.dns01.digitalocean.credentialSecret": "do-2",
    "issuers.*.acme.dns01.rfc2136.server": "10.0.0.54",
    "issuers.*.acme.dns01.rfc2136.port": 5353,
    "issuers.*.acme.dns01.rfc2136.keyName": "other",
    "issuers.*.acme.dns01.rfc2136.algorithm": "hmac-sha512",
    "issuers.*.acme.dns01.rfc2136.credentialSecret": "tsig-2",
    "issuers.*.acme.dns01.route53.credentialSecret": "aws-2",
    "issuers.*.acme.dns01.route53.hostedZoneId": "Z0123",
  },
  cilium: { enabled: false, operatorReplicas: 2, "hubble.relay": true, "hubble.ui": true, mtu: 1400 },
  descheduler: {
    namespace: "moves",
    schedule: "0 3 * * *",
    evictions: 7,
    balance: false,
    evictLocalStorage: true,
  },
  externalDns: {
    namespace: "dns",
    "domainFilters[]": ["example.net"],
    "sources[]": ["service"],
    "targets[]": ["10.0.0.110"],
    policy: "sync",
    "provider.cloudflare.credentialSecret": "cf",
    "provider.cloudflare.proxied": true,
    "provider.route53.credentialSecret": "aws-2",
    "provider.route53.zoneType": "private",
    "provider.rfc2136.server": "10.0.0.54",
    "provider.rfc2136.port": 5353,
    "provider.rfc2136.keyName": "other",
    "provider.rfc2136.algorithm": "hmac-sha512",
    "provider.rfc2136.credentialSecret": "tsig-2",
    "provider.pihole.server": "http://10.0.0.54",
    "provider.pihole.credentialSecret": "pihole-2",
  },
  ...GITOPS_SETTINGS,
  gatewayApi: { namespace: "kinds" },
  ingressNginx: { namespace: "web-2", ...INGRESS, defaultClass: true },
  kubePrometheusStack: {
    namespace: "metrics",
    retentionDays: 3,
    storageGiB: 5,
    storageClass: "few",
    replicas: 2,
    "grafana.enabled": false,
    "grafana.dashboards": false,
    "grafana.adminSecret": "admin",
    "alertmanager.enabled": false,
    "alertmanager.replicas": 3,
  },
  loki: { namespace: "logs", retentionDays: 3, storageGiB: 5, storageClass: "few" },
  longhorn: {
    namespace: "storage",
    replicas: 2,
    defaultClass: false,
    overProvisioningPercent: 200,
    allowUninstall: true,
    "pools[]": ["main"],
    zones: "require",
    "backup.target": "nfs://10.0.0.70:/backup",
    "backup.credentialSecret": "backup",
  },
  kubeletCsrApprover: { namespace: "approver", replicas: 3 },
  metricsServer: { namespace: "metrics-system", replicas: 3 },
  keda: { namespace: "events", replicas: 2 },
  prometheusAdapter: {
    namespace: "adapter",
    replicas: 2,
    prometheusUrl: "http://10.0.0.5:9090",
    "rules.default": true,
    "rules.custom[]": [{ seriesQuery: "requests" }],
    "rules.external[]": [{ seriesQuery: "queue" }],
  },
  proxmoxCcm: { namespace: "ccm", tokenId: "ccm@pam!k8s", replicas: 3 },
  proxmoxCsi: {
    namespace: "csi",
    tokenId: "csi@pam!k8s",
    replicas: 3,
    "storageClasses.*.datastore": "tank",
    "storageClasses.*.filesystem": "xfs",
    "storageClasses.*.reclaimPolicy": "Retain",
    "storageClasses.*.cache": "writeback",
    "storageClasses.*.ssd": true,
    "storageClasses.*.default": true,
  },
  tailscaleOperator: {
    namespace: "tailnet",
    oauthClientId: "k456CNTRL",
    hostname: "operator",
    "tags[]": ["tag:operator"],
    "proxyTags[]": ["tag:proxies"],
    apiServerProxy: true,
  },
  verticalPodAutoscaler: { namespace: "sizes", replicas: 2, updates: true },
  traefik: { namespace: "web", ...INGRESS, defaultClass: false, gatewayApi: true },
  tempo: { namespace: "traces", retentionHours: 3, storageGiB: 5, storageClass: "few" },
};

const FEW_COPIES: Edits = { "addons.longhorn.classes": { few: { replicas: 1 } } };
const DNS = "addons.externalDns.provider";
const ROUTE53: Edits = { [DNS]: { route53: { credentialSecret: "aws" } } };
const RFC2136: Edits = { [DNS]: { rfc2136: { server: "10.0.0.53", keyName: "lab", credentialSecret: "tsig" } } };
const PIHOLE: Edits = { [DNS]: { pihole: { server: "http://10.0.0.53", credentialSecret: "pihole" } } };

/** An issuer of each kind, the last key of whose path is the only one of its kind. */
const ISSUERS: Edits = {
  // Who answers on port 80.
  "addons.traefik": { expose: "nodePort" },
  "addons.certManager.issuers": {
    ca: { selfSigned: {} },
    http01: { acme: { email: "a@example.org", http01: {} } },
    cloudflare: { acme: { email: "a@example.org", dns01: { cloudflare: { credentialSecret: "cf" } } } },
    digitalocean: { acme: { email: "a@example.org", dns01: { digitalocean: { credentialSecret: "do" } } } },
    rfc2136: {
      acme: { email: "a@example.org", dns01: { rfc2136: { server: "10.0.0.53", keyName: "lab", credentialSecret: "tsig" } } },
    },
    route53: { acme: { email: "a@example.org", dns01: { route53: { credentialSecret: "aws" } } } },
  },
};

/** Name of the issuer that has a setting. */
function issuerWith(path: string): string {
  const kind = ["cloudflare", "digitalocean", "rfc2136", "route53", "http01"].find((each) => path.includes(`.${each}.`));
  return kind ?? (path.includes("selfSigned") ? "ca" : "cloudflare");
}

/** Name of whatever has a setting among those of its kind. */
function nameIn(key: string, path: string): string {
  if (path.startsWith("issuers.")) return issuerWith(path);
  return key === "proxmoxCsi" ? "proxmox" : "one";
}

/** Settings that need another one, by path. */
const GIVEN: Readonly<Record<string, Edits>> = {
  ...GITOPS_NEEDS,
  "addons.alloy.machineLogs": { "addons.loki": {} },
  [`${DNS}.route53.credentialSecret`]: ROUTE53,
  [`${DNS}.route53.zoneType`]: ROUTE53,
  ...Object.fromEntries(
    ["server", "port", "keyName", "algorithm", "credentialSecret"].map((key) => [`${DNS}.rfc2136.${key}`, RFC2136]),
  ),
  [`${DNS}.pihole.server`]: PIHOLE,
  [`${DNS}.pihole.credentialSecret`]: PIHOLE,
  ...Object.fromEntries(["loki", "tempo", "kubePrometheusStack"].map((key) => [`addons.${key}.storageClass`, FEW_COPIES])),
  "addons.longhorn.backup.target": BACKUP,
  "addons.longhorn.pools[]": { "topology.controlPlane.schedulable": true },
  "addons.longhorn.backup.credentialSecret": BACKUP,
  "addons.ingressNginx.addresses[]": { "addons.ingressNginx.expose": "loadBalancer" },
  "addons.ingressNginx.defaultClass": { "addons.traefik.defaultClass": false },
  "addons.traefik.gatewayApi": { "addons.gatewayApi": {} },
  "addons.proxmoxCsi.storageClasses.*.default": { "addons.longhorn.defaultClass": false },
  "addons.traefik.addresses[]": { "addons.traefik.expose": "loadBalancer" },
};

/** What every add-on can be told about its release. */
const release = (version: string): Readonly<Record<string, unknown>> => ({
  version: version.replace(/\d+$/, (patch) => String(Number(patch) + 1)),
  repository: "https://charts.example.org",
  values: { podLabels: { a: "b" } },
  timeoutSeconds: 1200,
});

/** The knobs of all add-ons. */
export const ADDON_KNOBS: Readonly<Record<string, Knob>> = {
  ...Object.fromEntries(
    Object.entries(SETTINGS).flatMap(([key, settings]) =>
      Object.entries({ ...release(CHARTS[key as AddonKey].pinned), ...settings }).map(([path, value]): [string, Knob] => {
        const at = `addons.${key}.${path}`;
        const isIssuer = path.startsWith("issuers.");
        const place = at.replace(/\[\].*$/, "").replace("*", nameIn(key, path));
        const given = { ...GITOPS_GIVEN[key], ...(isIssuer ? ISSUERS : GIVEN[at]) };
        return [at, { turned: { [place]: value }, given }];
      }),
    ),
  ),
  ...LEAVING,
  ...ANNOUNCEMENT_KNOBS,
  ...LONGHORN_KNOBS,
};
