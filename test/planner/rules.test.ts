import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { valueAt } from "../../planner/addons/layers";
import { metricsOf } from "../../planner/observability/metrics";
import { metricsIn } from "../../planner/observability/promql";
import { isAlert } from "../../planner/observability/rule";
import type { AlertRule } from "../../planner/observability/rule";
import { RULES as STANDING } from "../../planner/observability/rules";
import { BALANCERS } from "../../planner/observability/rules/balancers";
import { etcdBackups } from "../../planner/observability/rules/etcd-backups";
import { addonsIn } from "../addons";
import { PROJECT } from "../stacks";

const RULES = [...STANDING, BALANCERS, etcdBackups({ name: "etcd-backup", namespace: "etcd-backup", hours: 6 })];
const ALL = RULES.flatMap(({ rules }) => rules);
const ALERTS = ALL.filter(isAlert);
const RECORDED = ALL.flatMap((rule) => (isAlert(rule) ? [] : [rule.record]));

/** What an alert shows besides its name. */
const texts = ({ summary, description }: AlertRule): string[] => [summary, description];

/** Names of the groups a cluster has. */
function groupsWith(settings: Parameters<typeof addonsIn>[1]): string[] {
  const { kubePrometheusStack } = addonsIn("prod", settings);
  const groups = valueAt(kubePrometheusStack?.values, "additionalPrometheusRulesMap.platform.groups");
  return ((groups ?? []) as { name: string }[]).map(({ name }) => name);
}

describe("rules", () => {
  it("read only metrics that an exporter of their group has, or another rule records", () => {
    for (const { name, reads, rules } of RULES) {
      const known = new Set([...RECORDED, "up", ...reads.flatMap((exporter) => metricsOf(exporter))]);
      const unknown = rules.flatMap(({ expr }) => metricsIn(expr)).filter((metric) => !known.has(metric));
      assert.deepEqual(unknown, [], name);
      const used = new Set(rules.flatMap(({ expr }) => metricsIn(expr)));
      const idle = reads.filter((exporter) => !metricsOf(exporter).some((metric) => used.has(metric)));
      // What is asked of an exporter is at least whether it answers.
      assert.deepEqual(used.has("up") ? [] : idle, [], name);
    }
  });

  it("take the rate of a counter, the buckets of a histogram by their bound, and no metric of yesterday", () => {
    for (const { expr } of ALL) {
      assert.doesNotMatch(expr, /kube_hpa_|_hpa_|hpa_scaling_events/, expr);
      for (const [, inside = ""] of expr.matchAll(/histogram_quantile\([\d.]+, (.*?)\)\)\)/g))
        assert.match(inside, /^sum by \((?:\w+, )*le\) \(rate\(\w+_bucket/, expr);
      for (const [counter] of expr.matchAll(/\b\w+_total\b(?!\w)/g))
        assert.match(expr, new RegExp(`(?:rate|increase)\\(${counter}`), `${counter} in ${expr}`);
    }
  });

  it("have alerts that say how bad, since when, what and where to read on", () => {
    assert.equal(new Set(ALERTS.map(({ alert }) => alert)).size, ALERTS.length);
    for (const alert of ALERTS) {
      assert.match(alert.alert, /^([A-Z][a-z]+)+$/);
      assert.match(alert.for, /^\d+[mh]$/);
      for (const each of texts(alert)) assert.ok(each.length > 10, alert.alert);
      assert.doesNotMatch(alert.summary, /\.$/, alert.alert);
      assert.match(alert.description, /\.$/, alert.alert);
    }
  });

  it("have a page for every alert, and no page for none", () => {
    const folder = join(PROJECT, "docs", "runbooks");
    assert.deepEqual(readdirSync(folder).sort(), [...ALERTS.map(({ alert }) => `${alert}.md`)].sort());
    for (const { alert } of ALERTS) {
      const page = readFileSync(join(folder, `${alert}.md`), "utf8");
      assert.match(
        page,
        new RegExp(`^# ${alert}\n\n\\*\\*Means\\.\\*\\* .+\n\n\\*\\*Look at\\.\\*\\*\n\n- .+[^]*\\*\\*Do\\.\\*\\*\n\n- `),
      );
      for (const [, target = ""] of page.matchAll(/\]\(([^)]+)\)/g))
        assert.ok(existsSync(join(folder, target)), `${alert}: ${target}`);
    }
  });

  it("are there for what is there", () => {
    const always = ["kubernetes-api", "etcd", "machines", "stages", "volumes", "workloads"];
    const others = { certManager: undefined, traefik: undefined, ingressNginx: undefined };
    const off = { loki: undefined, tempo: undefined, alloy: undefined, longhorn: undefined, ...others };
    assert.deepEqual(groupsWith(off).sort(), always.sort());
    const longhorn = { backup: { target: "nfs://10.0.0.70:/backup" } };
    assert.deepEqual(
      groupsWith({ ...off, longhorn, tempo: {} }).filter((name) => !always.includes(name)),
      ["backups", "longhorn", "spans"],
    );
    assert.deepEqual(
      groupsWith({ ...off, certManager: {}, traefik: { expose: "nodePort" } }).filter((name) => !always.includes(name)),
      ["certificates", "requests"],
    );
    assert.deepEqual(groupsWith({ ...off, kubePrometheusStack: { rules: { enabled: false } } }), []);
  });

  it("point to where the pages are published", () => {
    const rules = { runbooks: "https://wiki.example.org/runbooks", queueDepth: "jobs_waiting" };
    const { values } = addonsIn("prod", { kubePrometheusStack: { rules } }).kubePrometheusStack ?? {};
    const text = JSON.stringify(valueAt(values, "additionalPrometheusRulesMap"));
    assert.ok(text.includes('"runbook_url":"https://wiki.example.org/runbooks/EtcdNoLeader.md"'));
    assert.ok(text.includes('{"record":"namespace_job:queue_depth:max","expr":"max by (namespace, job) (jobs_waiting)"}'));
  });
});

describe("PromQL", () => {
  it("names metrics as Prometheus reads them", () => {
    const expr =
      'histogram_quantile(0.9, sum by (le, a) (rate(x_bucket{le="y", z=~"a|b"}[5m]))) > 1e3 and on (n) (level:m:sum offset 5m) or absent(up{job="k"} == bool 1)';
    assert.deepEqual(metricsIn(expr), ["level:m:sum", "up", "x_bucket"]);
  });
});
