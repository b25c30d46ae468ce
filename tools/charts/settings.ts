import type { AddonKey } from "../../planner/plan";

type Settings = Partial<Record<AddonKey, object>>;

/** What an add-on must be told at least; the others need nothing. */
export const MINIMAL: Settings = {
  flux: { sync: { url: "https://example.org/platform/fleet.git" } },
  argoCd: { repositories: { fleet: { url: "https://example.org/platform/fleet.git" } } },
  tailscaleOperator: { oauthClientId: "k123CNTRL" },
  proxmoxCsi: { storageClasses: { proxmox: { datastore: "local-lvm" } } },
  traefik: { expose: "nodePort" },
  ingressNginx: { expose: "nodePort" },
  externalDns: { domainFilters: ["example.org"], provider: { cloudflare: { credentialSecret: "cloudflare" } } },
};

/** The same with every setting that brings further workloads. */
export const WHOLE: Settings = {
  ...MINIMAL,
  cilium: { hubble: { relay: true, ui: true }, gateway: {} },
  traefik: { expose: "nodePort", gatewayApi: true },
  longhorn: { classes: { database: { dataLocality: "strict-local" } }, jobs: { hourly: { task: "snapshot", cron: "@hourly" } } },
  kubePrometheusStack: { proxmoxExporter: { secret: { name: "pve" } } },
  verticalPodAutoscaler: { updates: true },
};
