import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Plan, PlannedResource } from "../../../planner/plan";
import { addonsIn, at, valuesOf } from "../../addons";
import { hosts, planOf, stackFile } from "../../stacks";

const ISSUERS = { certManager: { issuers: { ca: { selfSigned: {} } } } };
const HTTPS = { issuer: "ca", hostnames: ["*.example.org"] };

/** All add-ons, with a Gateway of Cilium's. */
const withGateway = (gateway: object, more: object = {}): Plan["addons"] =>
  addonsIn("prod", { ...ISSUERS, cilium: { gateway }, ...more });

/** A small stack with nothing else on. */
const stackWith = (addons: object): Plan =>
  planOf(stackFile({ hosts: hosts(2), more: `  proxmox-talos:addons: ${JSON.stringify(addons)}\n` }));

const resource = ({ cilium }: Plan["addons"], kind: string): PlannedResource | undefined =>
  cilium?.resources.find((each) => each.kind === kind);

describe("the Gateway of Cilium", () => {
  it("is off, and so is all that comes with it, unless it is asked for", () => {
    const { cilium } = addonsIn("prod");
    assert.deepEqual(valuesOf(cilium, ["gatewayAPI"]), [undefined]);
    assert.deepEqual(cilium?.resources, []);
  });

  it("comes after its kind, for the operator looks for that once: so does Cilium itself", () => {
    const addons = withGateway({});
    assert.deepEqual(Object.keys(addons).slice(0, 3).indexOf("gatewayApi") < Object.keys(addons).indexOf("cilium"), true);
    assert.deepEqual([addons.gatewayApi?.after, addons.cilium?.after], [[], ["gatewayApi"]]);
    assert.deepEqual(resource(addons, "Gateway")?.after, ["cilium", "gatewayApi"]);
    assert.equal(resource(addons, "Gateway")?.served, undefined);
  });

  it("has pods start again that read its settings only then, and a class whether or not Helm knows the kind", () => {
    const { cilium } = withGateway({});
    assert.deepEqual(valuesOf(cilium, ["gatewayAPI", "operator.rollOutPods", "rollOutCiliumPods"]), [
      { enableAlpn: true, enabled: true, gatewayClass: { create: true } },
      true,
      true,
    ]);
    assert.equal(at(cilium, "gatewayAPI.enabled"), "true < stack addons.cilium.gateway");
  });

  it("answers on port 80 alone without an issuer, for routes of any namespace", () => {
    const { metadata, spec } = resource(withGateway({}), "Gateway") ?? {};
    assert.deepEqual(metadata, { name: "shared", namespace: "gateway-api" });
    assert.deepEqual(spec, {
      gatewayClassName: "cilium",
      listeners: [{ name: "http", port: 80, protocol: "HTTP", allowedRoutes: { namespaces: { from: "All" } } }],
    });
    assert.equal(resource(withGateway({}), "Certificate"), undefined);
  });

  it("shows a certificate of an issuer, which lies beside it", () => {
    const addons = withGateway({ name: "web", https: HTTPS });
    const listeners = resource(addons, "Gateway")?.spec["listeners"] as { tls?: unknown }[];
    assert.deepEqual(listeners[1]?.tls, {
      mode: "Terminate",
      certificateRefs: [{ group: "", kind: "Secret", name: "web-tls" }],
    });
    const { metadata, spec, after } = resource(addons, "Certificate") ?? {};
    assert.deepEqual(metadata, { name: "web", namespace: "gateway-api" });
    assert.deepEqual(spec, {
      dnsNames: ["*.example.org"],
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "ca" },
      secretName: "web-tls",
    });
    assert.deepEqual(after, ["certManager", "cilium"]);
  });

  it("has its Service found by labels, with the addresses that are asked for", () => {
    const { spec } = resource(withGateway({ addresses: ["10.2.0.50", "fd00::50"], labels: { tier: "web" } }), "Gateway") ?? {};
    assert.deepEqual(spec?.["infrastructure"], {
      annotations: { "lbipam.cilium.io/ips": "10.2.0.50,fd00::50" },
      labels: { tier: "web" },
    });
  });

  it("is a finding where nothing hands out addresses, and not where something does", () => {
    const missing = (cilium: object): string[] =>
      stackWith({ gatewayApi: {}, cilium: { gateway: {}, ...cilium } })
        .findings.filter(({ code }) => code === "load-balancer-address-missing")
        .map(({ path, message }) => `${path}: ${message}`);
    assert.deepEqual(missing({}), [
      "addons.cilium.gateway: the Gateway shared waits for an address, and nothing hands any out: nobody reaches it",
    ]);
    assert.deepEqual(missing({ loadBalancerPools: { web: { addresses: ["10.0.9.0/28"] } } }), []);
  });

  it("has names read from routes, and answers for authorities that ask on port 80, in place of an ingress controller", () => {
    const acme = { acme: { email: "a@example.org", http01: {} } };
    const alone = { traefik: undefined, ingressNginx: undefined, certManager: { issuers: { le: acme } } };
    const { externalDns, certManager } = withGateway({}, alone);
    assert.deepEqual(valuesOf(externalDns, ["sources"]), [["service", "ingress", "gateway-httproute"]]);
    assert.deepEqual(valuesOf(certManager, ["config"]), [{ gatewayAPI: { enabled: true } }]);
    assert.ok(certManager?.after.includes("gatewayApi"));
    assert.deepEqual(certManager?.resources[0]?.spec["acme"], {
      email: "a@example.org",
      privateKeySecretRef: { name: "le-account" },
      server: "https://acme-v02.api.letsencrypt.org/directory",
      solvers: [
        {
          http01: {
            gatewayHTTPRoute: {
              parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "shared", namespace: "gateway-api" }],
            },
          },
        },
      ],
    });
    const beside = withGateway({}, { certManager: { issuers: { le: acme } } });
    assert.deepEqual(valuesOf(beside.certManager, ["config"]), [undefined]);
  });

  it("goes with the bundle that its line of Cilium asks for", () => {
    for (const [cilium, bundle] of [
      ["1.20.0", "1.6.0"],
      ["1.19.2", "1.4.1"],
      ["1.18.3", "1.3.0"],
    ]) {
      const { addons } = stackWith({ gatewayApi: { version: bundle }, cilium: { version: cilium, gateway: {} } });
      assert.equal(addons.gatewayApi?.version, bundle);
    }
  });
});

describe("Traefik", () => {
  it("answers for Gateways of its own class where it is told to", () => {
    assert.deepEqual(valuesOf(addonsIn("prod").traefik, ["providers", "gateway"]), [undefined, undefined]);
    const { traefik } = addonsIn("prod", { traefik: { expose: "nodePort", gatewayApi: true } });
    assert.deepEqual(valuesOf(traefik, ["providers", "gateway"]), [
      { kubernetesGateway: { enabled: true } },
      { listeners: { web: { namespacePolicy: { from: "All" } } } },
    ]);
    assert.ok(traefik?.after.includes("gatewayApi"));
  });
});
