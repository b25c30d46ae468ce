import { CHARTS } from "../../config/versions";
import type { AddonKey } from "../../planner/plan";
import type { Edits, Knob } from "./table";

/** What is written first, so that a knob means something. */
const BACKUP: Edits = { "addons.longhorn.backup": { target: "nfs://10.0.0.71:/backup" } };

/** Settings of each add-on beside those of its release: what is written at their path below its key. */
const SETTINGS: { readonly [K in AddonKey]: Readonly<Record<string, unknown>> } = {
  alloy: { namespace: "collectors", machineLogs: false, otlp: false },
  cilium: { enabled: false, operatorReplicas: 2, "hubble.relay": true, "hubble.ui": true },
  kubePrometheusStack: {
    namespace: "metrics",
    retentionDays: 3,
    storageGiB: 5,
    replicas: 2,
    "grafana.enabled": false,
    "grafana.dashboards": false,
    "grafana.adminSecret": "admin",
    "alertmanager.enabled": false,
    "alertmanager.replicas": 3,
  },
  loki: { namespace: "logs", retentionDays: 3, storageGiB: 5 },
  longhorn: {
    namespace: "storage",
    replicas: 2,
    defaultClass: false,
    overProvisioningPercent: 200,
    allowUninstall: true,
    "backup.target": "nfs://10.0.0.70:/backup",
    "backup.credentialSecret": "backup",
  },
  tempo: { namespace: "traces", retentionHours: 3, storageGiB: 5 },
};

/** Settings that need another one, by path. */
const GIVEN: Readonly<Record<string, Edits>> = {
  "addons.longhorn.backup.target": BACKUP,
  "addons.longhorn.backup.credentialSecret": BACKUP,
};

/** What every add-on can be told about its release. */
const release = (version: string): Readonly<Record<string, unknown>> => ({
  version: version.replace(/\d+$/, (patch) => String(Number(patch) + 1)),
  repository: "https://charts.example.org",
  values: { podLabels: { a: "b" } },
  timeoutSeconds: 1200,
});

/** The knobs of all add-ons. */
export const ADDON_KNOBS: Readonly<Record<string, Knob>> = Object.fromEntries(
  Object.entries(SETTINGS).flatMap(([key, settings]) =>
    Object.entries({ ...release(CHARTS[key as AddonKey].pinned), ...settings }).map(([path, value]): [string, Knob] => {
      const at = `addons.${key}.${path}`;
      return [at, { turned: { [at]: value }, given: GIVEN[at] ?? {} }];
    }),
  ),
);
