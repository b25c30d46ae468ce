import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { needed } from "../../planner/addons/order";
import { ALL_ADDONS } from "../../planner/addons/registry";
import type { AddonKey } from "../../planner/plan";
import type { Rehearsal } from "../../simulator";
import { ALL_ON, minimal } from "../addons";
import { grow } from "../simulator/grow";
import { PROJECT } from "../stacks";
import { CONSEQUENCES, CONSEQUENCES_ALONE, REFUSED_ALONE } from "./consequences";
import type { Consequences } from "./consequences";

type Addons = Readonly<Record<string, unknown>>;

/** Secrets of the stack's own would keep a namespace whose add-on is off. */
const EXAMPLE = readFileSync(join(PROJECT, "examples", "observability.yaml"), "utf8").replace(
  /^ {2}proxmox-talos:secrets:\n(?: {4}.*\n)+/m,
  "",
);

/** Findings that come with everything being on at once. */
const ACCEPTED = ["ingress-nginx-retired", "load-balancer-address-missing", "longhorn-extension-missing", "metrics-api-twice"];

/** Whoever the network is, it is laid out once; what others keep their data in is no toggle. */
const LAID_OUT: readonly AddonKey[] = ["cilium", "longhorn"];

/** Of these a stack has one. */
const TOOLS: Partial<Record<AddonKey, AddonKey>> = { argoCd: "flux", flux: "argoCd" };

function text(addons: Addons): string {
  const acknowledge = ACCEPTED.map((code) => ({ code, reason: "everything is on at once" }));
  return EXAMPLE.replace(
    /^ {2}proxmox-talos:addons:\n(?: {4}.*\n)+/m,
    `  proxmox-talos:addons: ${JSON.stringify(addons)}\n  proxmox-talos:acknowledge: ${JSON.stringify(acknowledge)}\n`,
  );
}

function without(addons: Addons, keys: ReadonlySet<string>): Addons {
  return Object.fromEntries(Object.entries(addons).filter(([key]) => !keys.has(key)));
}

/** The add-on and all that cannot be without it. */
function dependents(key: AddonKey): Set<string> {
  const found = new Set<string>([key]);
  for (const each of found) {
    for (const other of ALL_ADDONS) if (other.needs.some((need) => need === each)) found.add(other.key);
  }
  return found;
}

/** Everything that can be on beside an add-on, and the add-on. */
function beside(key: AddonKey): Addons {
  const other = TOOLS[key];
  return { ...without(ALL_ON, new Set(other === undefined ? [] : [other])), [key]: minimal(key) };
}

/** The add-on's settings with those of all that it needs. */
function alone(key: AddonKey): Addons {
  const found = new Set<string>([key]);
  for (const each of found) {
    for (const { needs } of ALL_ADDONS.filter((other) => other.key === each)) {
      for (const other of needed({ key: each as AddonKey, needs }, ALL_ADDONS)) found.add(other.key);
    }
  }
  return Object.fromEntries(Object.entries(beside(key)).filter(([each]) => found.has(each)));
}

/** What happened to resources, as `operation Type name`. */
function changes({ resources }: Rehearsal): string[] {
  return resources
    .filter(({ operation }) => operation !== "same")
    .map(({ operation, type, name }) => `${operation} ${type.split(":").at(-1) ?? ""} ${name}`);
}

async function toggled(before: Addons, after: Addons, direction: "create" | "delete", allowed: Consequences): Promise<void> {
  const rehearsal = await grow("toggles", text(before), text(after));
  assert.deepEqual([rehearsal.diagnostics, rehearsal.violations], [[], []]);
  const all = changes(rehearsal);
  assert.ok(
    all.some((change) => change.startsWith(`${direction} Release `)),
    all.join(", "),
  );
  const expected = Object.keys(allowed).map((what) => `update ${what}`);
  assert.deepEqual(
    all.filter((change) => !change.startsWith(`${direction} `) && !expected.some((each) => change.startsWith(each))),
    [],
    "changed though it is another's",
  );
  // A consequence that no longer is one must not stay in the table.
  assert.deepEqual(
    expected.filter((each) => !all.some((change) => change.startsWith(each))),
    [],
    "expected to change, and did not",
  );
}

describe("an add-on that is turned on or off", function () {
  this.timeout(60_000);

  for (const { key } of ALL_ADDONS.filter((each) => !LAID_OUT.includes(each.key))) {
    const others = new Set([...dependents(key)].filter((each) => each !== key));
    const everything = without(beside(key), others);
    const rest = without(everything, new Set([key]));
    const allowed = CONSEQUENCES[key] ?? {};
    it(`changes nothing of others beyond what is known: ${key} on`, () => toggled(rest, everything, "create", allowed));
    it(`changes nothing of others beyond what is known: ${key} off`, () => toggled(everything, rest, "delete", allowed));
  }

  for (const { key } of ALL_ADDONS.filter((each) => each.key !== "cilium")) {
    const own = alone(key);
    const base = without(own, new Set([key]));
    const allowed = CONSEQUENCES_ALONE[key] ?? {};
    it(`changes nothing but its own where nobody watches it: ${key} on`, () => toggled(base, own, "create", allowed));
    const refused = REFUSED_ALONE[key];
    if (refused === undefined) {
      it(`changes nothing but its own where nobody watches it: ${key} off`, () => toggled(own, base, "delete", allowed));
    } else {
      it(`is refused where it would take data along: ${key} off`, async () => {
        const { violations } = await grow("toggles", text(own), text(base));
        assert.deepEqual([violations.length, refused.test(violations[0]?.message ?? "")], [1, true], JSON.stringify(violations));
      });
    }
  }

  it("changes nothing but its own once it was consented to: longhorn off", () => {
    const consented = { cilium: {}, longhorn: { allowUninstall: true } };
    return toggled(consented, { cilium: {} }, "delete", CONSEQUENCES_ALONE.longhorn ?? {});
  });

  it("is refused for the network, which Talos lays out only once", async () => {
    const { violations } = await grow("toggles", text({ cilium: {} }), text({ cilium: { enabled: false } }));
    assert.match(violations[0]?.message ?? "", /the network goes from none to flannel/);
  });

  it("is refused for storage that others keep their data in", async () => {
    const kept = { loki: {}, longhorn: {} };
    const { violations } = await grow("toggles", text(kept), text({ loki: {} }));
    assert.match(violations[0]?.message ?? "", /loki: its volume goes from .* to none/);
  });
});
