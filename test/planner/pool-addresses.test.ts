import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { PlannedAddressPool, PlannedService } from "../../planner/plan";
import { handOut } from "../../planner/pool-addresses";

const pool = (name: string, addresses: readonly string[], services = {}): PlannedAddressPool => ({
  name,
  addresses,
  services,
  l2: true,
  bgp: false,
});
const service = (name: string, addresses: readonly string[] = [], labels = {}): PlannedService => ({
  namespace: "web",
  name,
  labels,
  addresses,
});
const told = (services: readonly PlannedService[], pools: readonly PlannedAddressPool[], family: 4 | 6 = 4): string[] =>
  handOut(services, pools, family).map(
    ({ service: { name }, addresses, pending }) => `${name}: ${pending ?? addresses.join(" ")}`,
  );

describe("addresses of Services", () => {
  it("are those that are asked for, then the lowest that are free", () => {
    const pools = [pool("a", ["10.0.0.8/31", "10.0.0.20"])];
    assert.deepEqual(told([service("x"), service("y", ["10.0.0.8"]), service("z")], pools), [
      "y: 10.0.0.8",
      "x: 10.0.0.9",
      "z: 10.0.0.20",
    ]);
  });

  it("run out, and none is given twice", () => {
    const pools = [pool("a", ["10.0.0.8"]), pool("six", ["fd00::/64"])];
    assert.deepEqual(told([service("x"), service("y")], pools), [
      "x: 10.0.0.8",
      "y: its pools (a, six) have no IPv4 address left",
    ]);
    assert.deepEqual(told([service("x", ["10.0.0.8"]), service("y", ["10.0.0.8"])], pools), [
      "x: 10.0.0.8",
      "y: 10.0.0.8 is that of web/x already",
    ]);
    assert.deepEqual(told([service("x"), service("y")], pools, 6), ["x: fd00::", "y: fd00::1"]);
  });

  it("are those of pools that have their labels", () => {
    const pools = [pool("near", ["10.0.0.8"], { tier: "near" }), pool("far", ["10.9.0.8"], { tier: "far" })];
    assert.deepEqual(
      told([service("x", [], { tier: "far" }), service("y"), service("z", ["10.9.0.8"], { tier: "near" })], pools),
      ["z: 10.9.0.8 is in none of its pools (near)", "x: 10.9.0.8", "y: no pool of addresses has its labels"],
    );
  });
});
