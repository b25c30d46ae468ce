import { CHANNELS } from "../../config/addons/notifications";
import type { AddonContext } from "./definition";
import type { Values } from "./layers";

type Stack = AddonContext<"kubePrometheusStack">["config"];
type Receiver = NonNullable<Stack["alertmanager"]["receivers"]>[string];
type SecretKey = NonNullable<Receiver["webhook"]>["url"];

/** Receiver of what nobody asked for. */
const NOBODY = "nobody";

/** Alertmanager's configuration for the receivers of a stack file, in order of name; files instead of secrets. */
export function alertmanagerConfig(receivers: Readonly<Record<string, Receiver>>): Values {
  const all = Object.entries(receivers).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    route: {
      receiver: NOBODY,
      group_by: ["alertname", "namespace"],
      group_wait: "30s",
      group_interval: "5m",
      routes: all.map(([name, each]) => ({ receiver: name, ...routeOf(each), continue: true })),
    },
    receivers: [{ name: NOBODY }, ...all.map(([name, receiver]) => ({ name, ...channel(receiver) }))],
  };
}

/** Secrets that Alertmanager needs as files, in order of name. */
export function secretsOf(receivers: Readonly<Record<string, Receiver>>): string[] {
  const names = Object.values(receivers).flatMap((receiver) =>
    CHANNELS.flatMap((each) => Object.values(receiver[each] ?? {}).flatMap((value) => (isSecret(value) ? [value.name] : []))),
  );
  return [...new Set(names)].sort();
}

/** Which alerts a receiver is told and how often. Each is told what it asked for, whoever else was. */
function routeOf({ severities, heartbeat, repeatHours }: Receiver): Values {
  return heartbeat
    ? { matchers: ['alertname="Watchdog"'], group_interval: "1m", repeat_interval: "5m" }
    : { matchers: [`severity=~"${severities.join("|")}"`], repeat_interval: `${repeatHours}h` };
}

/** How a receiver is told. */
function channel({ email, slack, webhook, pagerduty, heartbeat }: Receiver): Values {
  // Who waits for a heartbeat does not want to hear that it ended.
  const heard = { send_resolved: !heartbeat };
  if (email) {
    const { to, from, server, port, username, password } = email;
    const login = { auth_username: username, ...(password ? { auth_password_file: fileOf(password) } : {}) };
    return { email_configs: [{ ...heard, to, from, smarthost: `${server}:${port}`, ...login }] };
  }
  if (slack) return { slack_configs: [{ ...heard, channel: slack.channel, api_url_file: fileOf(slack.url) }] };
  if (pagerduty) return { pagerduty_configs: [{ ...heard, routing_key_file: fileOf(pagerduty.routingKey) }] };
  return { webhook_configs: webhook ? [{ ...heard, url_file: fileOf(webhook.url) }] : [] };
}

/** Where the operator puts what is in `alertmanagerSpec.secrets`. */
function fileOf({ name, key }: SecretKey): string {
  return `/etc/alertmanager/secrets/${name}/${key}`;
}

function isSecret(value: unknown): value is SecretKey {
  return value !== null && typeof value === "object";
}

/** A store outside of the cluster, as the operator asks for it. */
export function remoteWriteOf({ url, username, password, bearerToken }: NonNullable<Stack["remoteWrite"]>): Values {
  return {
    url,
    ...(username ? { basicAuth: { username, password } } : {}),
    ...(bearerToken ? { authorization: { type: "Bearer", credentials: bearerToken } } : {}),
  };
}
