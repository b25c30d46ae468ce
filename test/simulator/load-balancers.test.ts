import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { rehearse } from "../../simulator";
import type { Rehearsal } from "../../simulator";
import { assign } from "../../simulator/datacenter/address-pools";
import type { AddressPool, BalancedService } from "../../simulator/datacenter/address-pools";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf, hosts, stackFile } from "../stacks";

const pool = (name: string, blocks: AddressPool["blocks"], labels = {}): AddressPool => ({ name, blocks, labels });
const service = (name: string, more: Partial<BalancedService> = {}): BalancedService => ({
  namespace: "web",
  name,
  labels: {},
  wanted: [],
  addresses: [],
  ...more,
});
const told = (services: readonly BalancedService[], pools: readonly AddressPool[], isV6 = false): string[] =>
  assign(services, pools, isV6).map(({ name, addresses }) => `${name} ${addresses.join(" ") || "<pending>"}`);

/** A rehearsal of a small stack with add-ons, whatever the planner says of it. */
function rehearsed(addons: object, acknowledged: readonly string[] = []): Promise<Rehearsal> {
  const acknowledge = acknowledged.map((code) => ({ code, reason: "the datacenter is to see it" }));
  const more = `  proxmox-talos:addons: ${JSON.stringify(addons)}\n  proxmox-talos:acknowledge: ${JSON.stringify(acknowledge)}\n`;
  const stackText = stackFile({ hosts: hosts(1), more });
  const datacenter = datacenterSpec(configOf(stackText));
  return rehearse({ stack: "t", stackText, projectDir: PROJECT, datacenter, program: inlineProgram() });
}

describe("addresses of Services in the datacenter", function () {
  this.timeout(30_000);

  it("stay with whoever has them, go to those that ask for them, and then to all others", () => {
    const pools = [pool("a", [{ start: "10.0.0.8", stop: "10.0.0.9" }, { cidr: "10.1.0.4/32" }])];
    const has = service("has", { addresses: ["10.0.0.9"] });
    assert.deepEqual(told([service("any"), service("asks", { wanted: ["10.0.0.9"] }), has], pools), [
      "any 10.0.0.8",
      "asks <pending>",
      "has 10.0.0.9",
    ]);
    assert.deepEqual(told([service("any"), service("asks", { wanted: ["10.0.0.8"] }), service("last")], pools), [
      "any 10.0.0.9",
      "asks 10.0.0.8",
      "last 10.1.0.4",
    ]);
    assert.deepEqual(told([has], [pool("b", [{ cidr: "10.2.0.0/31" }])]), ["has 10.2.0.0"]);
  });

  it("are of the family of Services, and of pools that have their labels, name or namespace", () => {
    const pools = [pool("six", [{ cidr: "fd00::10/124" }]), pool("four", [{ cidr: "10.0.0.8/31" }], { tier: "a" })];
    assert.deepEqual(told([service("x")], pools), ["x <pending>"]);
    assert.deepEqual(told([service("x")], pools, true), ["x fd00::10"]);
    assert.deepEqual(told([service("x", { labels: { tier: "a" } })], pools), ["x 10.0.0.8"]);
    const named = [pool("n", [{ start: "10.0.0.8" }], { "io.kubernetes.service.name": "y" })];
    assert.deepEqual(told([service("x"), service("y")], named), ["x <pending>", "y 10.0.0.8"]);
  });

  it("are reported of ingress controllers and Gateways, as long as there are pools and where there are none", async () => {
    const ca = { issuers: { ca: { selfSigned: {} } } };
    const gateway = { https: { issuer: "ca", hostnames: ["*.example.org"] }, addresses: ["192.168.1.201"] };
    const loadBalancerPools = { main: { addresses: ["192.168.1.200-192.168.1.201"] } };
    const addons = { gatewayApi: {}, certManager: ca, traefik: {}, cilium: { loadBalancerPools, l2: {}, gateway } };
    const { services, violations } = await rehearsed(addons);
    assert.deepEqual(violations, []);
    assert.deepEqual(services, [
      { namespace: "gateway-api", name: "cilium-gateway-shared", addresses: ["192.168.1.201"] },
      { namespace: "traefik", name: "traefik", addresses: ["192.168.1.200"] },
    ]);
    const without = await rehearsed({ traefik: {} }, ["load-balancer-address-missing"]);
    assert.deepEqual(
      [without.result, without.services],
      ["succeeded", [{ namespace: "traefik", name: "traefik", addresses: [] }]],
    );
    assert.equal((await rehearsed({ traefik: { expose: "nodePort" } })).services, undefined);
  });

  it("that run out fail the release that waits for one", async () => {
    const cilium = { loadBalancerPools: { main: { addresses: ["192.168.1.200"] } }, l2: {} };
    const { violations } = await rehearsed({ cilium, traefik: {}, ingressNginx: {} }, [
      "load-balancer-pending",
      "ingress-nginx-retired",
    ]);
    assert.deepEqual(
      violations.map(({ rule, message }) => `${rule}: ${message}`.replace(/(ingress-nginx|traefik)\S*/g, "<one>")),
      [
        "load-balancer-pending: Helm release <one> timed out after 600 s: the Service <one> is <pending>: no pool with its labels (main) has an address left that it takes",
      ],
    );
  });
});
