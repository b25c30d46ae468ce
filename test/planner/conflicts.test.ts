import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import type { Neighbour } from "../../config/neighbours";
import { planStack } from "../../planner";
import type { Finding } from "../../planner";
import { configOf, stackFile, stackText } from "../stacks";

/** What is said of a stack beside others: `code path: message → remedy`. */
function conflicts(text: string, neighbours: Record<string, string>): string[] {
  return findings(text, asNeighbours(neighbours)).map(
    ({ code, path, message, remedy }) => `${code} ${path}: ${message} → ${remedy}`,
  );
}

function findings(text: string, neighbours: readonly Neighbour[]): Finding[] {
  const planned = planStack(configOf(text), "test", neighbours);
  assert.ok(planned.ok, JSON.stringify(planned));
  return planned.plan.findings.filter(({ code }) => /-conflict$|^neighbour-/.test(code));
}

function asNeighbours(texts: Record<string, string>): Neighbour[] {
  return Object.entries(texts).map(([file, text]) => ({ file, config: configOf(text) }));
}

/** A stack file with parts of its text replaced, each of which must be there. */
function changed(text: string, ...changes: [from: string, to: string][]): string {
  return changes.reduce((before, [from, to]) => {
    assert.ok(before.includes(from), from);
    return before.replaceAll(from, to);
  }, text);
}

const homelab = stackText("homelab");

/** A copy of the small stack that shares nothing with it but hosts and subnet. */
const second: [string, string][] = [
  ["name: lab", "name: lab-two"],
  ["idBase: 800", "idBase: 850"],
  ["192.168.1.100-192.168.1.109", "192.168.1.120-192.168.1.129"],
  ["address: 192.168.1.100", "address: 192.168.1.120"],
];

/** The same with one of its changes left out. */
function without(from: string): string {
  return changed(stackFile(), ...second.filter(([each]) => each !== from));
}

describe("conflicts", () => {
  it("are addresses that Services of two clusters get, wherever those are, and those that machines of the other one have", () => {
    const pools = (addresses: string): string =>
      `  proxmox-talos:addons: { cilium: { loadBalancerPools: { pub: { addresses: [${addresses}] } } } }\n`;
    const own = stackFile({ more: pools("203.0.113.8/29, 192.168.1.125") });
    const other = changed(stackFile({ more: pools("203.0.113.1, 203.0.113.12-203.0.113.20") }), ...second);
    const planned = planStack(configOf(own), "test", asNeighbours({ "Pulumi.two.yaml": other }));
    assert.ok(planned.ok);
    assert.deepEqual(
      planned.plan.findings
        .filter(({ code }) => ["address-conflict", "load-balancer-shared"].includes(code))
        .map(({ code, path, message }) => `${code} ${path}: ${message}`)
        .sort(),
      [
        "address-conflict addons.cilium.loadBalancerPools.pub.addresses: 192.168.1.125 and 192.168.1.120-192.168.1.129, network.addresses of Pulumi.two.yaml, share 192.168.1.125",
        "load-balancer-shared addons.cilium.loadBalancerPools.pub: 203.0.113.8/29 is in pool pub of Pulumi.two.yaml, too: an address that two clusters announce leads to either of them",
      ],
    );
  });

  it("are none between the project's own stacks", () => {
    assert.deepEqual(conflicts(homelab, { "Pulumi.prod.yaml": stackText("prod") }), []);
    assert.deepEqual(conflicts(stackText("prod"), { "Pulumi.homelab.yaml": homelab }), []);
  });

  it("are all three for a copy of a stack file that nobody has changed yet, each with a way out", () => {
    assert.deepEqual(conflicts(homelab, { "Pulumi.homelab.yaml": homelab, "Pulumi.prod.yaml": stackText("prod") }), [
      "address-conflict network.addresses: 192.168.68.100-192.168.68.109 and 192.168.68.100-192.168.68.109, network.addresses of Pulumi.homelab.yaml, share 192.168.68.100-192.168.68.109 → set network.addresses to 192.168.68.110-192.168.68.119 (no stack file has any of it), and network.endpoint.address and the pools' addresses along with it",
      "id-conflict proxmox.vm: ids 100-109 and 100-109 of Pulumi.homelab.yaml share 100-109 at https://192.168.68.51:8006 → set proxmox.vm.idBase to 110 (no stack file has 110-119), and the pools' ids along with it",
      "name-conflict metadata.name: homelab-cluster is the name in Pulumi.homelab.yaml, too: tags and MAC addresses of VMs and the resource pool derive from it → choose another, for instance homelab-cluster-2",
    ]);
  });

  it("are none once the copy has its own name, idBase and addresses", () => {
    const dev = changed(
      homelab,
      ["homelab-cluster", "dev-cluster"],
      ["environment: homelab", "environment: dev"],
      ["idBase: 100", "idBase: 850"],
      ["ids: 103-105", "ids: 853-855"],
      ["ids: 106-109", "ids: 856-859"],
      ["192.168.68.10", "192.168.68.12"],
    );
    assert.deepEqual(conflicts(dev, { "Pulumi.homelab.yaml": homelab, "Pulumi.prod.yaml": stackText("prod") }), []);
    assert.deepEqual(conflicts(homelab, { "Pulumi.dev.yaml": dev, "Pulumi.prod.yaml": stackText("prod") }), []);
  });

  it("stop a stack that grows into its neighbour's ids", () => {
    const grown = changed(
      stackFile({ vm: "{ idBase: 845, idCount: 10 }" }),
      ["name: lab", "name: other"],
      ["192.168.1.10", "192.168.1.13"],
    );
    assert.deepEqual(conflicts(grown, { "Pulumi.two.yaml": changed(stackFile(), ...second) }), [
      "id-conflict proxmox.vm: ids 845-854 and 850-859 of Pulumi.two.yaml share 850-854 at https://192.168.1.2:8006 → set proxmox.vm.idBase to 840 (no stack file has 840-849)",
    ]);
  });

  it("take ids for shared wherever two stacks meet on one Proxmox cluster", () => {
    const own = without("idBase: 800");
    const at = (endpoint: string, host = "192.168.1.9"): string[] =>
      conflicts(changed(own, ["https://192.168.1.2:8006", endpoint], ["address: 192.168.1.2,", `address: ${host},`]), {
        "Pulumi.a.yaml": stackFile(),
      }).map((text) => text.replace(/ →.*/, ""));
    const shared = "id-conflict proxmox.vm: ids 800-809 and 800-809 of Pulumi.a.yaml share 800-809";
    assert.deepEqual(at("https://192.168.1.2:8006/"), [`${shared} at https://192.168.1.2:8006`]);
    assert.deepEqual(at("https://pve.lan:8006", "192.168.1.2"), [`${shared} on the Proxmox cluster of 192.168.1.2`]);
    assert.deepEqual(at("https://192.168.1.2:443"), [`${shared} on the Proxmox cluster of 192.168.1.2`]);
    assert.deepEqual(at("https://pve.lan:8006"), []);
  });

  it("are none for the same ids on another Proxmox cluster in another network", () => {
    const elsewhere = changed(stackFile(), ["name: lab", "name: lab-two"], ["192.168.1.", "10.0.0."]);
    assert.deepEqual(conflicts(elsewhere, { "Pulumi.a.yaml": stackFile() }), []);
  });

  it("take the nearest ids and addresses that are free in all stack files, below where that is nearer", () => {
    const others = {
      "Pulumi.a.yaml": stackFile(),
      "Pulumi.b.yaml": changed(
        stackFile({ vm: "{ idBase: 810, idCount: 25 }" }),
        ["name: lab", "name: b"],
        ["192.168.1.100-192.168.1.109", "192.168.1.110-192.168.1.150"],
        ["address: 192.168.1.100", "address: 192.168.1.110"],
      ),
    };
    assert.deepEqual(
      findings(changed(stackFile(), ["name: lab", "name: c"]), asNeighbours(others)).map(({ remedy }) => remedy),
      [
        "set network.addresses to 192.168.1.90-192.168.1.99 (no stack file has any of it), and network.endpoint.address along with it",
        "set proxmox.vm.idBase to 790 (no stack file has 790-799)",
      ],
    );
  });

  it("say so when the subnet has no room left", () => {
    const small = (text: string): string =>
      changed(text, ["192.168.1.0/24", "192.168.1.96/28"], ["192.168.1.1\n", "192.168.1.97\n"]);
    assert.deepEqual(
      findings(
        small(without("address: 192.168.1.100").replace("120-192.168.1.129", "100-192.168.1.109")),
        asNeighbours({ "Pulumi.a.yaml": small(stackFile()) }),
      ).map(({ remedy }) => remedy),
      ["192.168.1.96/28 has no room left for network.addresses: take fewer, or another subnet"],
    );
  });

  it("hold virtual IPs, hosts and gateways against what the other hands out", () => {
    const vip = (text: string, address: string): string =>
      text.replace(/endpoint: \{ address: .*\}/, `endpoint: { vip: ${address} }`);
    const two = changed(stackFile(), ...second);
    const told = (own: string, other: string): string[] => conflicts(own, { "Pulumi.a.yaml": other });
    assert.deepEqual(told(vip(two, "192.168.1.99"), vip(stackFile(), "192.168.1.99")), [
      "address-conflict network.endpoint.vip: 192.168.1.99 and 192.168.1.99, network.endpoint.vip of Pulumi.a.yaml, share 192.168.1.99 → set network.endpoint.vip to 192.168.1.98 (no stack file has it)",
    ]);
    assert.deepEqual(told(vip(two, "192.168.1.105"), stackFile()), [
      "address-conflict network.endpoint.vip: 192.168.1.105 and 192.168.1.100-192.168.1.109, network.addresses of Pulumi.a.yaml, share 192.168.1.105 → set network.endpoint.vip to 192.168.1.110 (no stack file has it)",
    ]);
    assert.deepEqual(told(two, changed(stackFile(), ["address: 192.168.1.2,", "address: 192.168.1.125,"])), [
      "address-conflict network.addresses: 192.168.1.120-192.168.1.129 and 192.168.1.125, proxmox.hosts.pve.address of Pulumi.a.yaml, share 192.168.1.125 → set network.addresses to 192.168.1.115-192.168.1.124 (no stack file has any of it), and network.endpoint.address along with it",
    ]);
    // Our gateway stays: whoever hands its address out has to move.
    assert.deepEqual(told(changed(two, ["gateway: 192.168.1.1\n", "gateway: 192.168.1.105\n"]), stackFile()), [
      "address-conflict network.gateway: 192.168.1.105 and 192.168.1.100-192.168.1.109, network.addresses of Pulumi.a.yaml, share 192.168.1.105 → set network.addresses of Pulumi.a.yaml to 192.168.1.95-192.168.1.104 (no stack file has any of it), and network.endpoint.address along with it",
    ]);
  });

  it("move only the range that is hit where there are several", () => {
    const several = (text: string): string =>
      changed(text, ["192.168.1.120-192.168.1.129", "192.168.1.120-192.168.1.125,192.168.1.106-192.168.1.110"]);
    const two = several(changed(stackFile(), ...second));
    assert.deepEqual(conflicts(two, { "Pulumi.a.yaml": stackFile() }), [
      "address-conflict network.addresses: 192.168.1.106-192.168.1.110 and 192.168.1.100-192.168.1.109, network.addresses of Pulumi.a.yaml, share 192.168.1.106-192.168.1.109 → replace 192.168.1.106-192.168.1.110 of network.addresses by 192.168.1.110-192.168.1.114 (no stack file has any of it), and network.endpoint.address along with it",
    ]);
    assert.deepEqual(
      conflicts(changed(two, ["192.168.1.106-192.168.1.110", "192.168.1.110-192.168.1.114"]), { "Pulumi.a.yaml": stackFile() }),
      [],
    );
  });

  it("take two VLANs for two networks although their subnet is the same", () => {
    const tagged = changed(stackFile(), ["name: lab", "name: tagged"], ["idBase: 800", "idBase: 850"]).replace(
      "    vm:",
      "    vlanId: 7\n    vm:",
    );
    assert.deepEqual(conflicts(tagged, { "Pulumi.a.yaml": stackFile() }), []);
    assert.equal(conflicts(tagged, { "Pulumi.a.yaml": tagged }).filter((text) => text.startsWith("address-conflict")).length, 1);
  });

  it("find a resource pool that two stacks would own", () => {
    const pooled = (text: string): string => text.replace("    vm:", "    poolId: lab\n    vm:");
    const two = changed(stackFile(), ...second);
    assert.deepEqual(conflicts(pooled(two), { "Pulumi.a.yaml": stackFile() }), [
      "name-conflict proxmox.poolId: the resource pool lab is that of Pulumi.a.yaml, too, at https://192.168.1.2:8006 → choose another, for instance lab-2",
    ]);
    assert.deepEqual(
      findings(pooled(without("name: lab")), asNeighbours({ "Pulumi.a.yaml": stackFile() })).map(({ path }) => path),
      ["metadata.name", "proxmox.poolId"],
    );
  });

  it("find different names that lead to the same MAC addresses on one network", () => {
    const elsewhere = (name: string): string =>
      changed(
        without("idBase: 800"),
        ["lab-two", name],
        ["https://192.168.1.2:8006", "https://pve.lan:8006"],
        ["address: 192.168.1.2,", "address: 192.168.1.9,"],
      );
    const names = Array.from({ length: 600 }, (_, index) => `other-${index}`);
    const hit = names.filter((name) => conflicts(elsewhere(name), { "Pulumi.a.yaml": stackFile() }).length > 0);
    assert.ok(hit.length > 0 && hit.length < 20, "one byte of a name in a MAC address: about one in 256");
    assert.match(
      conflicts(elsewhere(hit[0]!), { "Pulumi.a.yaml": stackFile() })[0]!,
      /^name-conflict metadata\.name: other-\d+ and lab of Pulumi\.a\.yaml lead to the same MAC addresses for VMs 800-809, in one network/,
    );
  });

  it("name a neighbour that cannot be read, and nothing of what is in it", () => {
    assert.deepEqual(
      findings(stackFile(), [{ file: "Pulumi.broken.yaml", config: undefined }]).map(
        ({ severity, path, message }) => `${severity} ${path}: ${message}`,
      ),
      [
        "warning metadata: Pulumi.broken.yaml is no valid stack file: whether it shares ids, addresses or names with this one is not known",
      ],
    );
  });

  it("can be acknowledged like any finding", () => {
    const more = "  proxmox-talos:acknowledge: [{ code: id-conflict, reason: never run at the same time }]\n";
    const [found] = findings(`${without("idBase: 800")}${more}`, asNeighbours({ "Pulumi.a.yaml": stackFile() }));
    assert.equal(found?.acknowledged, "never run at the same time");
  });

  it("are the same in any order of the files, and their remedies end them", () => {
    const files = fc.uniqueArray(
      fc.record({
        idBase: fc.integer({ min: 100, max: 160 }),
        first: fc.integer({ min: 10, max: 100 }),
        count: fc.integer({ min: 3, max: 12 }),
      }),
      { minLength: 1, maxLength: 5 },
    );
    const stack = (name: string, idBase: number, first: number, count: number): string =>
      changed(
        stackFile({ vm: `{ idBase: ${idBase}, idCount: ${count + 1} }`, workers: "{}" }),
        ["name: lab", `name: ${name}`],
        ["192.168.1.100-192.168.1.109", `192.168.1.${first}-192.168.1.${first + count - 1}`],
        ["address: 192.168.1.100", `address: 192.168.1.${first}`],
      );
    fc.assert(
      fc.property(files, (shapes) => {
        const [own, ...others] = shapes.map(({ idBase, first, count }, index) => stack(`s-${index}`, idBase, first, count));
        const neighbours = asNeighbours(Object.fromEntries(others.map((text, index) => [`Pulumi.${index}.yaml`, text])));
        const found = findings(own!, neighbours);
        assert.deepEqual(findings(own!, [...neighbours].reverse()), found);
        const idBase = /idBase to (\d+)/.exec(found.map(({ remedy }) => remedy).join())?.[1];
        const addresses = /addresses to 192\.168\.1\.(\d+)-/.exec(found.map(({ remedy }) => remedy).join())?.[1];
        const [shape] = shapes;
        const mended = stack("s-0", Number(idBase ?? shape!.idBase), Number(addresses ?? shape!.first), shape!.count);
        assert.deepEqual(findings(mended, neighbours), []);
      }),
      { seed: 20261121, numRuns: 50 },
    );
  });
});
