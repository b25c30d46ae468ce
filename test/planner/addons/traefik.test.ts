import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Plan } from "../../../planner/plan";
import { addonsIn, at, valuesOf } from "../../addons";
import { hosts, planOf, stackFile } from "../../stacks";

const PATHS = ["deployment.kind", "deployment.replicas", "podDisruptionBudget", "service.spec.type", "ports.web.hostPort"];

/** Traefik as an environment has it. */
const traefikIn = (environment: string, settings: object): Plan["addons"]["traefik"] =>
  addonsIn(environment, { traefik: settings }).traefik;

/** A small stack with an ingress controller that is told something. */
const stackWith = (settings: object, cilium: object = {}): Plan => {
  const addons = JSON.stringify({ traefik: settings, cilium });
  return planOf(stackFile({ hosts: hosts(2), more: `  proxmox-talos:addons: ${addons}\n` }));
};

describe("Traefik", () => {
  it("is one pod in a lab and three with a budget in prod, behind a load balancer, and takes what names no class", () => {
    const [lab, prod] = [traefikIn("homelab", {}), traefikIn("prod", {})];
    assert.deepEqual(valuesOf(lab, PATHS), ["Deployment", 1, undefined, "LoadBalancer", undefined]);
    const budget = { enabled: true, maxUnavailable: 1 };
    assert.deepEqual(valuesOf(prod, PATHS), ["Deployment", 3, budget, "LoadBalancer", undefined]);
    assert.equal(at(prod, "deployment.replicas"), "3 < overlay prod");
    assert.deepEqual(valuesOf(prod, ["ingressClass.isDefaultClass", "metrics.prometheus.service.enabled"]), [true, true]);
    const [spread] = valuesOf(prod, ["topologySpreadConstraints"]) as { labelSelector: unknown }[][];
    // The chart calls its instance by release and namespace.
    assert.deepEqual(spread?.[0]?.labelSelector, {
      matchLabels: { "app.kubernetes.io/instance": "traefik-traefik", "app.kubernetes.io/name": "traefik" },
    });
  });

  it("is a pod on every machine at ports of the machines, one going before the next comes, in a namespace that lets it", () => {
    const prod = traefikIn("prod", { expose: "hostPort" });
    assert.deepEqual(valuesOf(prod, PATHS), ["DaemonSet", undefined, undefined, "ClusterIP", 80]);
    assert.deepEqual(valuesOf(prod, ["ports.websecure.hostPort", "updateStrategy.rollingUpdate"]), [
      443,
      { maxSurge: 0, maxUnavailable: 1 },
    ]);
    assert.equal(at(prod, "deployment.kind"), '"DaemonSet" < stack addons.traefik.expose');
    const standard = (settings: object): string | undefined =>
      stackWith(settings).namespaces.find(({ name }) => name === "traefik")?.podSecurity;
    assert.deepEqual([standard({ expose: "hostPort" }), standard({ expose: "nodePort" })], ["privileged", "baseline"]);
  });

  it("has the addresses and ports that are asked for", () => {
    const balanced = traefikIn("prod", { addresses: ["10.2.0.50", "fd00::50"] });
    assert.equal(at(balanced, "service.annotations"), '{"lbipam.cilium.io/ips":"10.2.0.50,fd00::50"} < undefined');
    const ports = traefikIn("prod", { expose: "nodePort", nodePorts: { http: 30_080 } });
    assert.deepEqual(valuesOf(ports, ["service.spec.type", "ports.web.nodePort", "ports.websecure.nodePort"]), [
      "NodePort",
      30_080,
      undefined,
    ]);
  });

  it("says that a DaemonSet has no number of pods, whatever it is told", () => {
    const { findings } = stackWith({ expose: "nodePort", workload: "DaemonSet", replicas: 3 });
    assert.deepEqual(
      findings.filter(({ code }) => code === "addon-value-idle").map(({ path, message }) => `${path}: ${message}`),
      ["addons.traefik.replicas: the chart does not read it: deployment.kind is DaemonSet"],
    );
  });

  it("waits for an address that nothing hands out, and not where Cilium has some to give", () => {
    const codes = (cilium: object): string[] => stackWith({}, cilium).findings.map(({ code }) => code);
    assert.ok(codes({}).includes("load-balancer-address-missing"));
    const loadBalancerPools = { web: { addresses: ["10.0.9.0/28"] } };
    assert.ok(!codes({ loadBalancerPools }).includes("load-balancer-address-missing"));
  });

  it("waits for no address at ports of machines", () => {
    const codes = ["hostPort", "nodePort"].flatMap((expose) => stackWith({ expose }).findings.map(({ code }) => code));
    assert.ok(!codes.includes("load-balancer-address-missing"));
  });

  it("is scraped, every pod of it, where Prometheus runs", () => {
    const { kubePrometheusStack } = addonsIn("prod");
    const [jobs] = valuesOf(kubePrometheusStack, ["prometheus.prometheusSpec.additionalScrapeConfigs"]) as [
      { job_name: string; relabel_configs: { regex?: string }[] }[],
    ];
    const job = jobs.find(({ job_name }) => job_name === "traefik");
    assert.equal(job?.relabel_configs[0]?.regex, "traefik-metrics;9100");
  });
});
