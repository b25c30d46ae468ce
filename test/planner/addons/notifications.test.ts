import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { valueAt } from "../../../planner/addons/layers";
import { addonsIn, at } from "../../addons";

const RECEIVERS = {
  oncall: { severities: ["critical"], repeatHours: 1, pagerduty: { routingKey: { name: "pager" } } },
  mail: {
    email: {
      to: "ops@example.org",
      from: "cluster@example.org",
      server: "mail.example.org",
      username: "cluster",
      password: { name: "mail", key: "smtp" },
    },
  },
  chat: { severities: ["warning", "info"], slack: { channel: "#ops", url: { name: "chat" } } },
  alive: { heartbeat: true, webhook: { url: { name: "chat", key: "alive" } } },
};

describe("notifications", () => {
  const { kubePrometheusStack: stack } = addonsIn("prod", { kubePrometheusStack: { alertmanager: { receivers: RECEIVERS } } });

  it("go to whom the stack file names, by severity, in order of name", () => {
    assert.deepEqual(valueAt(stack?.values, "alertmanager.config.route.routes"), [
      { receiver: "alive", matchers: ['alertname="Watchdog"'], group_interval: "1m", repeat_interval: "5m", continue: true },
      { receiver: "chat", matchers: ['severity=~"warning|info"'], repeat_interval: "4h", continue: true },
      { receiver: "mail", matchers: ['severity=~"critical|warning"'], repeat_interval: "4h", continue: true },
      { receiver: "oncall", matchers: ['severity=~"critical"'], repeat_interval: "1h", continue: true },
    ]);
    assert.equal(
      at(stack, "alertmanager.config.route.receiver"),
      '"nobody" < stack addons.kubePrometheusStack.alertmanager.receivers',
    );
  });

  it("hold no secret, only the files of Secrets that are mounted", () => {
    assert.deepEqual(valueAt(stack?.values, "alertmanager.config.receivers"), [
      { name: "nobody" },
      {
        name: "alive",
        webhook_configs: [{ send_resolved: false, url_file: "/etc/alertmanager/secrets/chat/alive" }],
      },
      {
        name: "chat",
        slack_configs: [{ send_resolved: true, channel: "#ops", api_url_file: "/etc/alertmanager/secrets/chat/url" }],
      },
      {
        name: "mail",
        email_configs: [
          {
            send_resolved: true,
            to: "ops@example.org",
            from: "cluster@example.org",
            smarthost: "mail.example.org:587",
            auth_username: "cluster",
            auth_password_file: "/etc/alertmanager/secrets/mail/smtp",
          },
        ],
      },
      {
        name: "oncall",
        pagerduty_configs: [{ send_resolved: true, routing_key_file: "/etc/alertmanager/secrets/pager/routing-key" }],
      },
    ]);
    assert.deepEqual(valueAt(stack?.values, "alertmanager.alertmanagerSpec.secrets"), ["chat", "mail", "pager"]);
  });

  it("are the chart's own where nobody is named", () => {
    const { kubePrometheusStack } = addonsIn("prod");
    assert.equal(valueAt(kubePrometheusStack?.values, "alertmanager.config"), undefined);
    assert.equal(valueAt(kubePrometheusStack?.values, "alertmanager.alertmanagerSpec.secrets"), undefined);
  });

  it("in vain are a finding", () => {
    const alertmanager = { enabled: false, receivers: { alive: RECEIVERS.alive } };
    const { kubePrometheusStack } = addonsIn("prod", { kubePrometheusStack: { alertmanager } });
    assert.ok(kubePrometheusStack?.idle.some(({ from }) => from === "stack addons.kubePrometheusStack.alertmanager.receivers"));
  });
});

describe("a store of metrics outside of the cluster", () => {
  const remote = (remoteWrite: object): unknown[] => {
    const { values } = addonsIn("prod", { kubePrometheusStack: { remoteWrite } }).kubePrometheusStack ?? {};
    return ["remoteWrite", "externalLabels"].map((path) => valueAt(values, `prometheus.prometheusSpec.${path}`));
  };
  const url = "https://metrics.example.org/api/v1/push";

  it("gets all metrics with the cluster's name, and credentials by Secret", () => {
    assert.deepEqual(remote({ url, username: { name: "store" }, password: { name: "store" } }), [
      [
        {
          url,
          basicAuth: { username: { name: "store", key: "username" }, password: { name: "store", key: "password" } },
        },
      ],
      { cluster: "observed" },
    ]);
    assert.deepEqual(remote({ url, bearerToken: { name: "store" } })[0], [
      { url, authorization: { type: "Bearer", credentials: { name: "store", key: "token" } } },
    ]);
    assert.deepEqual(remote({ url })[0], [{ url }]);
  });
});
