import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { secretsOf } from "../../config/secrets";
import { stackConfig } from "../../config/schema";
import { planJson, planStack } from "../../planner";
import type { Plan } from "../../planner";
import { namedSecrets } from "../../planner/addons";
import { siteOf } from "../../planner/site";
import { leavesOf } from "../knobs/schema-leaves";
import { configOf, planOf, stackFile } from "../stacks";

const stack = (addons: string, secrets = "{}", more = ""): string =>
  stackFile({ more: `  proxmox-talos:addons: ${addons}\n  proxmox-talos:secrets: ${secrets}\n${more}` });

const GRAFANA = "kubePrometheusStack: { grafana: { adminSecret: grafana-admin } }";

function byHand(text: string): string[] {
  return planOf(text)
    .findings.filter(({ code }) => code === "secret-by-hand")
    .map(({ path, message, remedy }) => [path, message, remedy].join(" | "));
}

function problems(text: string): string[] {
  const planned = planStack(configOf(text), "test");
  return planned.ok ? [] : planned.problems.map(({ path, value, message }) => `${path}: ${message} (${JSON.stringify(value)})`);
}

const namespacesOf = (plan: Plan): object[] =>
  plan.namespaces.map(({ name, podSecurity, protect }) => ({ name, podSecurity, protect }));

/** A stack in which every setting is written that can name a Secret. */
const RFC2136 = "rfc2136: { server: 10.0.0.1, keyName: k, credentialSecret: dns }";
const issuer = (provider: string): string => `{ acme: { email: a@example.org, dns01: { ${provider} } } }`;
const key = (name: string): string => `{ name: ${name} }`;
const EVERYTHING = [
  `longhorn: { backup: { target: "s3://backups@eu/", credentialSecret: store } }`,
  `cilium: { bgp: { localAsn: 64512, peers: { core: { address: 192.168.1.1, asn: 64513, passwordSecret: bgp } } } }`,
  `certManager: { issuers: { a: ${issuer("cloudflare: { credentialSecret: dns }")}, b: ${issuer("digitalocean: { credentialSecret: dns }")}, c: ${issuer(RFC2136)}, d: ${issuer("route53: { credentialSecret: dns }")} } }`,
  `kubePrometheusStack: { grafana: { adminSecret: grafana }, proxmoxExporter: { secret: ${key("pve")} }, remoteWrite: { url: "https://a.example.org", username: ${key("store")}, password: ${key("store")} }, alertmanager: { receivers: { mail: { email: { to: a@example.org, from: b@example.org, server: mail.example.org, password: ${key("m")} } }, chat: { slack: { channel: "#a", url: ${key("m")} } }, hook: { webhook: { url: ${key("m")} } }, page: { pagerduty: { routingKey: ${key("m")} } } } } }`,
].join(", ");
const POOL = "loadBalancerPools: { all: { addresses: [192.168.2.0/28] } }, ";
const everything = (provider: string, change: (text: string) => string = (text) => text): string =>
  stack(
    `{ ${change(EVERYTHING).replace("cilium: { ", `cilium: { ${POOL}`)}, externalDns: { domainFilters: [example.org], provider: { ${provider} } } }`,
  );
const WITH_TOKEN = (text: string): string =>
  text.replace(/username: \{ name: store \}, password: \{ name: store \}/, "bearerToken: { name: store }");

describe("Secrets that add-ons only name", () => {
  it("are a finding where the stack does not make them: who needs them, where, with which keys", () => {
    assert.deepEqual(byHand(stack(`{ ${GRAFANA} }`)), [
      "addons.kubePrometheusStack.grafana.adminSecret | the stack does not make the Secret grafana-admin in monitoring with the keys admin-password, admin-user: Grafana and its release wait for it | add secrets.monitoring.grafana-admin with keys: [admin-password, admin-user], or make it there as soon as the namespace is",
    ]);
    assert.deepEqual(
      byHand(stack(`{ ${GRAFANA} }`, "{ monitoring: { grafana-admin: { values: { admin-user: a }, keys: [admin-password] } } }")),
      [],
    );
    // Of the same name elsewhere, it is another one.
    assert.equal(
      byHand(stack(`{ ${GRAFANA} }`, "{ shop: { grafana-admin: { keys: [admin-user, admin-password] } } }")).length,
      1,
    );
  });

  it("are one finding, however many settings name it", () => {
    const hook = (at: string): string => `{ webhook: { url: { name: alerts, key: ${at} } } }`;
    const text = stack(`{ kubePrometheusStack: { alertmanager: { receivers: { a: ${hook("b")}, c: ${hook("a")} } } } }`);
    assert.deepEqual(
      byHand(text).map((each) => each.split(" | ")[1]),
      ["the stack does not make the Secret alerts in monitoring with the keys a, b: Alertmanager's pods wait for it"],
    );
  });

  it("are nobody's concern where the part that reads them is off", () => {
    const off =
      "{ kubePrometheusStack: { grafana: { enabled: false, adminSecret: a }, alertmanager: { enabled: false, receivers: { a: { webhook: { url: { name: b } } } } } } }";
    assert.deepEqual(byHand(stack(off)), []);
    assert.deepEqual(byHand(stack("{ longhorn: { backup: { target: nfs://a.example.org:/b, credentialSecret: c } } }")), []);
  });

  it("are all known: no setting of the schema names one that nobody asks for", () => {
    const texts = [
      everything("cloudflare: { credentialSecret: dns }"),
      everything("route53: { credentialSecret: dns }", WITH_TOKEN),
      everything(RFC2136),
      everything("pihole: { server: http://10.0.0.1, credentialSecret: dns }"),
    ];
    const known = texts.flatMap((text) =>
      namedSecrets(siteOf(configOf(text))).map(({ path }) => path.replace(/(issuers|receivers|peers)\.\w+/, "$1.*")),
    );
    const leaves = leavesOf(stackConfig).filter((path) => path.startsWith("addons."));
    const naming = leaves
      // Of a Secret, a key is named as well.
      .filter((path) => /[sS]ecret$/.test(path) || (path.endsWith(".name") && leaves.includes(path.replace(/name$/, "key"))))
      .map((path) => path.replace(/\.name$/, ""));
    assert.deepEqual([...new Set(naming)].sort(), [...new Set(known)].sort());
  });

  it("need the keys that are read", () => {
    const lacking = (secrets: string): string[] => problems(stack(`{ ${GRAFANA} }`, secrets));
    assert.deepEqual(lacking("{ monitoring: { grafana-admin: { keys: [password], values: { admin-user: a } } } }"), [
      'secrets.monitoring.grafana-admin: no key admin-password, which addons.kubePrometheusStack.grafana.adminSecret reads (["password","admin-user"])',
    ]);
    const backup = (keys: string): string[] =>
      problems(
        stack(
          "{ longhorn: { backup: { target: s3://b@eu/, credentialSecret: store } } }",
          `{ longhorn-system: { store: { keys: [${keys}] } } }`,
        ),
      );
    assert.equal(backup("AWS_ACCESS_KEY_ID").length, 1);
    assert.deepEqual(backup("AWS_IAM_ROLE_ARN"), []);
    assert.deepEqual(backup("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY"), []);
  });
});

describe("Secrets that the stack makes", () => {
  const text = stack(
    "{ loki: {} }",
    "{ shop: { tls: { type: kubernetes.io/tls, keys: [tls.crt, tls.key] } }, monitoring: { b: { keys: [k] }, a: { labels: { app: x }, values: { user: u }, keys: [p] } } }",
  );
  const plan = planOf(text);

  it("are planned in order, with names in the place of what is secret", () => {
    assert.deepEqual(plan.secrets, [
      {
        namespace: "monitoring",
        name: "a",
        type: "Opaque",
        labels: { app: "x" },
        values: { user: "u" },
        secrets: { p: "secret:monitoring/a/p" },
      },
      { namespace: "monitoring", name: "b", type: "Opaque", labels: {}, values: {}, secrets: { k: "secret:monitoring/b/k" } },
      {
        namespace: "shop",
        name: "tls",
        type: "kubernetes.io/tls",
        labels: {},
        values: {},
        secrets: { "tls.crt": "secret:shop/tls/tls.crt", "tls.key": "secret:shop/tls/tls.key" },
      },
    ]);
    assert.deepEqual((planJson(plan)["secrets"] as object[])[0], {
      namespace: "monitoring",
      name: "a",
      type: "Opaque",
      keys: ["p", "user"],
    });
  });

  it("need a secret of the stack for each key", () => {
    assert.deepEqual(
      secretsOf(configOf(text)).map(({ key: at, path }) => `${at} for ${path}`),
      [
        "secret:shop/tls/tls.crt for secrets.shop.tls",
        "secret:shop/tls/tls.key for secrets.shop.tls",
        "secret:monitoring/b/k for secrets.monitoring.b",
        "secret:monitoring/a/p for secrets.monitoring.a",
      ],
    );
  });

  it("have a namespace: a release's as that needs it, another one protected, none of those that every cluster has", () => {
    assert.deepEqual(namespacesOf(plan), [
      { name: "monitoring", podSecurity: "baseline", protect: false },
      { name: "shop", podSecurity: "baseline", protect: true },
    ]);
    const privileged = planOf(
      stack("{ longhorn: {} }", "{ longhorn-system: { a: { keys: [k] } }, kube-system: { a: { keys: [k] } } }"),
    );
    assert.deepEqual(namespacesOf(privileged), [{ name: "longhorn-system", podSecurity: "privileged", protect: false }]);
  });

  it("are refused where a release has one of that name, or a certificate", () => {
    assert.deepEqual(
      problems(
        stack("{ tailscaleOperator: { oauthClientId: k, namespace: shop } }", "{ shop: { operator-oauth: { keys: [a] } } }"),
      ),
      ['secrets.shop.operator-oauth: the name of a Secret that tailscale-operator has there ("operator-oauth")'],
    );
    assert.deepEqual(
      problems(stack("{ certManager: { issuers: { lab: { selfSigned: {} } } } }", "{ cert-manager: { lab-ca: { keys: [a] } } }")),
      ['secrets.cert-manager.lab-ca: the name of a Secret that cert-manager has there ("lab-ca")'],
    );
  });

  it("hold nothing in the clear that is called a secret or looks like one", () => {
    for (const [at, value] of [
      ["admin-password", "hunter2"],
      ["AWS_SECRET_ACCESS_KEY", "hunter2"],
      ["tsig-secret", "hunter2"],
      ["api-token", "hunter2"],
      ["identity", "-----BEGIN PRIVATE KEY-----"],
    ] as const) {
      const [found = "", ...more] = problems(stack("{}", `{ shop: { a: { values: { ${at}: "${value}" } } } }`));
      assert.deepEqual([found, more], [`secrets.shop.a.values.${at}: a secret in the clear ("[secret]")`, []]);
    }
    assert.deepEqual(
      problems(stack("{}", "{ shop: { a: { values: { username: a, AWS_ACCESS_KEY_ID: b, access-key-id: c } } } }")),
      [],
    );
  });
});
