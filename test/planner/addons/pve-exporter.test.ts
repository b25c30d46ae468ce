import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { valueAt } from "../../../planner/addons/layers";
import { addonsIn, at } from "../../addons";

describe("the exporter of Proxmox hosts", () => {
  const { kubePrometheusStack: stack } = addonsIn("prod", {
    kubePrometheusStack: { proxmoxExporter: { secret: { name: "pve" } } },
  });

  it("reads its token from a Secret and runs without rights", () => {
    const pod = "extraManifests.pveExporter.spec.template.spec";
    assert.deepEqual(valueAt(stack?.values, `${pod}.volumes`), [{ name: "config", secret: { secretName: "pve" } }]);
    assert.equal(at(stack, `${pod}.securityContext.runAsNonRoot`), "true < stack addons.kubePrometheusStack.proxmoxExporter");
    const [container] = valueAt(stack?.values, `${pod}.containers`) as { args: string[] }[];
    assert.deepEqual(container?.args, ["--config.file", "/etc/prometheus/pve.yml"]);
  });

  it("asks every host, and has rules and a dashboard", () => {
    const jobs = valueAt(stack?.values, "prometheus.prometheusSpec.additionalScrapeConfigs") as {
      job_name: string;
      static_configs: { targets: string[]; labels: object }[];
    }[];
    assert.deepEqual(
      jobs.find(({ job_name }) => job_name === "pve")?.static_configs.map(({ targets }) => targets),
      [["10.2.0.11"], ["10.2.0.12"], ["10.2.0.13"]],
    );
    assert.ok(stack?.dashboards.some(({ name }) => name === "platform-hosts"));
    const groups = valueAt(stack?.values, "additionalPrometheusRulesMap.platform.groups") as { name: string }[];
    assert.ok(groups.some(({ name }) => name === "hosts"));
  });

  it("is not there unless it is asked for", () => {
    const { kubePrometheusStack } = addonsIn("prod");
    assert.equal(valueAt(kubePrometheusStack?.values, "extraManifests"), undefined);
    assert.ok(!kubePrometheusStack?.dashboards.some(({ name }) => name === "platform-hosts"));
  });
});
