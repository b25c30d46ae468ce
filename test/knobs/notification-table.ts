import type { Knob } from "./table";

const STACK = "addons.kubePrometheusStack";
const RECEIVERS = `${STACK}.alertmanager.receivers`;

/** A receiver of each kind, and what is written into it instead. */
const CHANNELS: Readonly<Record<string, readonly [receiver: object, turned: Readonly<Record<string, unknown>>]>> = {
  email: [
    { to: "a@example.org", from: "b@example.org", server: "mail.example.org", password: { name: "mail" } },
    {
      to: "c@example.org",
      from: "d@example.org",
      server: "10.0.0.25",
      port: 25,
      username: "alerts",
      "password.name": "other",
      "password.key": "other",
    },
  ],
  slack: [
    { channel: "#a", url: { name: "slack" } },
    { channel: "#b", "url.name": "other", "url.key": "other" },
  ],
  webhook: [{ url: { name: "hook" } }, { "url.name": "other", "url.key": "other" }],
  pagerduty: [{ routingKey: { name: "pager" } }, { "routingKey.name": "other", "routingKey.key": "other" }],
};

/** Further settings of a receiver. */
const COMMON = { "severities[]": ["info"], heartbeat: true, repeatHours: 12 };

const REMOTE = {
  login: { url: "https://a.example.org", username: { name: "store" }, password: { name: "store" } },
  token: { url: "https://a.example.org", bearerToken: { name: "store" } },
};

function receiverKnob(channel: string, path: string, value: unknown): [string, Knob] {
  const given = { [RECEIVERS]: { somebody: { [channel]: CHANNELS[channel]?.[0] } } };
  return [`${RECEIVERS}.*.${path}`, { given, turned: { [`${RECEIVERS}.somebody.${path.replace("[]", "")}`]: value } }];
}

function remoteKnob(path: string, value: unknown): [string, Knob] {
  const given = { [`${STACK}.remoteWrite`]: path.startsWith("bearer") ? REMOTE.token : REMOTE.login };
  return [`${STACK}.remoteWrite.${path}`, { given, turned: { [`${STACK}.remoteWrite.${path}`]: value } }];
}

/** Knobs of who is told of alerts and who else gets metrics. */
export const NOTIFICATION_KNOBS: Readonly<Record<string, Knob>> = Object.fromEntries([
  ...Object.entries(COMMON).map(([path, value]) => receiverKnob("webhook", path, value)),
  ...Object.entries(CHANNELS).flatMap(([channel, [, turned]]) =>
    Object.entries(turned).map(([path, value]) => receiverKnob(channel, `${channel}.${path}`, value)),
  ),
  ...Object.entries({ enabled: false, runbooks: "https://wiki.example.org", queueDepth: "jobs_waiting" }).map(
    ([path, value]): [string, Knob] => [`${STACK}.rules.${path}`, { turned: { [`${STACK}.rules.${path}`]: value } }],
  ),
  ...Object.entries({ "secret.name": "other", "secret.key": "other.yml", version: "3.9.0" }).map(
    ([path, value]): [string, Knob] => [
      `${STACK}.proxmoxExporter.${path}`,
      {
        given: { [`${STACK}.proxmoxExporter`]: { secret: { name: "pve" } } },
        turned: { [`${STACK}.proxmoxExporter.${path}`]: value },
      },
    ],
  ),
  remoteKnob("url", "https://b.example.org"),
  ...["username", "password", "bearerToken"].flatMap((secret) =>
    ["name", "key"].map((part) => remoteKnob(`${secret}.${part}`, "other")),
  ),
]);
