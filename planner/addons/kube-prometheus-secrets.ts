import { KUBE_PROMETHEUS_STACK_DEFAULTS as DEFAULTS } from "../../config/addons/kube-prometheus-stack";
import { CHANNELS } from "../../config/addons/notifications";
import type { Site } from "../site";
import type { AddonConfig, NamedSecret } from "./definition";

type Config = AddonConfig<"kubePrometheusStack">;
type SecretKey = NonNullable<Config["proxmoxExporter"]>["secret"];

const AT = "addons.kubePrometheusStack";

/** Keys of Grafana's administrator. */
export const ADMIN_KEYS = ["admin-user", "admin-password"] as const;

/** Secrets that its parts read, of those parts that run. */
export function namedSecrets({ addons: { kubePrometheusStack: config } }: Pick<Site, "addons">): NamedSecret[] {
  return config ? [...administrator(config), ...receivers(config), ...store(config), ...exporter(config)] : [];
}

function administrator({ grafana: { enabled = DEFAULTS.grafana, adminSecret } }: Config): NamedSecret[] {
  if (!enabled || adminSecret === undefined) return [];
  const meanwhile = "Grafana and its release wait for it";
  return [{ path: `${AT}.grafana.adminSecret`, name: adminSecret, keys: ADMIN_KEYS, meanwhile }];
}

function receivers({ alertmanager: { enabled = DEFAULTS.alertmanager, receivers: all = {} } }: Config): NamedSecret[] {
  if (!enabled) return [];
  return Object.entries(all).flatMap(([name, receiver]) =>
    CHANNELS.flatMap((channel) =>
      Object.entries(receiver[channel] ?? {}).flatMap(([setting, value]) =>
        isSecretKey(value)
          ? [reading(`alertmanager.receivers.${name}.${channel}.${setting}`, value, "Alertmanager's pods wait for it")]
          : [],
      ),
    ),
  );
}

function store({ remoteWrite: { username, password, bearerToken } = { url: "" } }: Config): NamedSecret[] {
  return Object.entries({ username, password, bearerToken }).flatMap(([setting, value]) =>
    value ? [reading(`remoteWrite.${setting}`, value, "Prometheus waits for it")] : [],
  );
}

function exporter({ proxmoxExporter }: Config): NamedSecret[] {
  const meanwhile = "the exporter and the release wait for it";
  return proxmoxExporter ? [reading("proxmoxExporter.secret", proxmoxExporter.secret, meanwhile)] : [];
}

function reading(path: string, { name, key }: SecretKey, meanwhile: string): NamedSecret {
  return { path: `${AT}.${path}`, name, keys: [key], meanwhile };
}

function isSecretKey(value: unknown): value is SecretKey {
  return value !== null && typeof value === "object";
}
