import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Plan } from "../../../planner/plan";
import { addonsIn, at, valuesOf } from "../../addons";
import { hosts, planOf, stackFile } from "../../stacks";

const controller = (environment: string, settings: object, paths: readonly string[]): unknown[] =>
  valuesOf(
    addonsIn(environment, { ingressNginx: settings }).ingressNginx,
    paths.map((path) => `controller.${path}`),
  );

describe("ingress-nginx", () => {
  it("is one pod in a lab and three in prod, and leaves Ingresses of no class to others", () => {
    const paths = ["kind", "replicaCount", "service.type", "ingressClassResource.default", "metrics.enabled"];
    assert.deepEqual(controller("homelab", {}, paths), ["Deployment", 1, "LoadBalancer", false, true]);
    assert.deepEqual(controller("prod", {}, paths), ["Deployment", 3, "LoadBalancer", false, true]);
    assert.equal((controller("prod", {}, ["topologySpreadConstraints"])[0] as object[]).length, 2);
  });

  it("is a pod on every machine at ports of the machines, and no number of pods says more", () => {
    const settings = { expose: "hostPort", replicas: 2 };
    assert.deepEqual(controller("prod", settings, ["kind", "service.type", "hostPort.enabled", "topologySpreadConstraints"]), [
      "DaemonSet",
      "ClusterIP",
      true,
      undefined,
    ]);
    assert.deepEqual(controller("prod", settings, ["publishService.enabled", "extraArgs.report-node-internal-ip-address"]), [
      false,
      "true",
    ]);
    const plan = planOf(
      stackFile({ hosts: hosts(1), more: `  proxmox-talos:addons: { ingressNginx: ${JSON.stringify(settings)} }\n` }),
    );
    assert.deepEqual(
      plan.findings.filter(({ code }) => code === "addon-value-idle").map(({ path }) => path),
      ["addons.ingressNginx.replicas"],
    );
    assert.equal(plan.namespaces.find(({ name }) => name === "ingress-nginx")?.podSecurity, "privileged");
  });

  it("has the ports that are asked for", () => {
    const release: Plan["addons"]["ingressNginx"] = addonsIn("prod", {
      ingressNginx: { expose: "nodePort", nodePorts: { https: 30_443 } },
    }).ingressNginx;
    assert.equal(at(release, "controller.service.nodePorts.https"), "30443 < stack addons.ingressNginx.nodePorts.https");
  });

  it("may be the default class where no other one is", () => {
    const { addons } = planOf(
      stackFile({
        hosts: hosts(1),
        more: "  proxmox-talos:addons: { ingressNginx: { defaultClass: true, expose: nodePort }, traefik: { defaultClass: false, expose: hostPort } }\n",
      }),
    );
    assert.deepEqual(
      [addons.ingressNginx?.ingress, addons.traefik?.ingress].map((each) => [each?.className, each?.isDefault]),
      [
        ["nginx", true],
        ["traefik", false],
      ],
    );
  });
});
