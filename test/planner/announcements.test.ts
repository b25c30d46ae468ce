import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { parseStackFile } from "../../config/parse";
import { planStack, routerConfigurations } from "../../planner";
import type { Plan, PlannedResource } from "../../planner";
import { COMPATIBILITY } from "../../planner/compatibility";
import { rehearse } from "../../simulator";
import { at } from "../addons";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf, planOf, stackFile } from "../stacks";

const EXAMPLE = readFileSync(join(PROJECT, "examples", "bgp.yaml"), "utf8");

/** Custom resources by `<kind> <name>`. */
function resourcesOf({ addons }: Plan): ReadonlyMap<string, PlannedResource> {
  return new Map((addons.cilium?.resources ?? []).map((each) => [`${each.kind} ${each.metadata.name}`, each]));
}

const cilium = (text: string, more: Parameters<typeof stackFile>[0] = {}): Plan =>
  planOf(stackFile({ ...more, more: `  proxmox-talos:addons: { cilium: ${text} }\n` }));

describe("announced addresses", () => {
  let plan: Plan;
  before(() => {
    plan = planOf(EXAMPLE, "bgp");
  });

  it("are pools, policies, sessions and what is told in them", () => {
    assert.deepEqual(
      [...resourcesOf(plan).keys()],
      [
        "CiliumBGPAdvertisement bgp",
        "CiliumBGPClusterConfig bgp",
        "CiliumBGPPeerConfig core",
        "CiliumBGPPeerConfig home",
        "CiliumL2AnnouncementPolicy local",
        "CiliumLoadBalancerIPPool local",
        "CiliumLoadBalancerIPPool public",
      ],
    );
    for (const { after, served } of resourcesOf(plan).values()) {
      assert.deepEqual(after, ["cilium"]);
      assert.match(served ?? "", /^\/apis\/cilium\.io\/v2(alpha1)?\/cilium/);
    }
  });

  it("are in the versions that every line of Cilium in the table serves, and in none where one does not", () => {
    const lines = [...new Set(COMPATIBILITY.flatMap(({ cilium: known }) => known))];
    assert.ok(lines.length >= 3, lines.join());
    for (const line of lines) {
      const text = EXAMPLE.replace(/^ {4}cilium:\n/m, (found) => `${found}      version: ${line}.0\n`);
      for (const { kind, apiVersion } of resourcesOf(planOf(text, "bgp")).values()) {
        assert.equal(
          apiVersion,
          kind === "CiliumL2AnnouncementPolicy" ? "cilium.io/v2alpha1" : "cilium.io/v2",
          `${line} ${kind}`,
        );
      }
    }
    const old = parseStackFile(
      EXAMPLE.replace(/^ {4}cilium:\n/m, (found) => `${found}      version: 1.17.9\n`),
      "bgp.yaml",
    );
    const planned = old.ok ? planStack(old.config, "bgp") : old;
    assert.ok(!planned.ok);
    assert.deepEqual(
      planned.problems.map(({ path }) => path),
      ["addons.cilium.version"],
    );
  });

  it("are none, and Cilium is told nothing of them, where nothing is asked", () => {
    const { addons } = cilium("{}");
    assert.deepEqual(addons.cilium?.resources, []);
    for (const key of ["MTU", "bgpControlPlane", "l2announcements"]) assert.ok(!(key in addons.cilium.values), key);
  });

  it("switch on in Cilium what announces them", () => {
    assert.equal(at(plan.addons.cilium, "bgpControlPlane.enabled"), "true < stack addons.cilium.bgp");
    assert.equal(at(plan.addons.cilium, "l2announcements.enabled"), "true < stack addons.cilium.l2");
  });

  it("have packets that Tailscale carries where a router is behind it, unless the stack file says otherwise", () => {
    assert.equal(at(plan.addons.cilium, "MTU"), "1280 < stack addons.cilium.bgp");
    const asked = planOf(EXAMPLE.replace("    cilium:\n", "    cilium:\n      mtu: 1400\n"));
    assert.equal(at(asked.addons.cilium, "MTU"), "1400 < stack addons.cilium.mtu");
  });

  it("have blocks as Cilium wants them: networks whole, all else by its ends", () => {
    const pool = resourcesOf(plan).get("CiliumLoadBalancerIPPool public");
    assert.deepEqual(pool?.spec, {
      blocks: [
        { cidr: "203.0.113.8/29" },
        { start: "203.0.113.20", stop: "203.0.113.23" },
        { start: "198.51.100.7", stop: "198.51.100.7" },
      ],
      serviceSelector: { matchLabels: { exposure: "public" } },
    });
    assert.deepEqual(pool.origins[0], { path: "blocks", from: "stack addons.cilium.loadBalancerPools.public.addresses" });
  });

  it("always have a selector, for without one nothing is announced", () => {
    const open = cilium(
      "{ loadBalancerPools: { pub: { addresses: [203.0.113.8/29] } }, bgp: { localAsn: 64512, peers: { a: { address: 192.168.1.1, asn: 64513 } }, advertise: { podCidrs: true } } }",
    );
    assert.deepEqual(resourcesOf(open).get("CiliumBGPAdvertisement bgp")?.spec, {
      advertisements: [
        {
          advertisementType: "Service",
          service: { addresses: ["LoadBalancerIP"] },
          selector: { matchExpressions: [{ key: "proxmox-talos/unannounced", operator: "DoesNotExist" }] },
        },
        { advertisementType: "PodCIDR" },
      ],
    });
  });

  it("are announced by the chosen pools' machines by name, else by all workers, else by whatever there is", () => {
    const selector = (each: Plan): unknown => resourcesOf(each).get("CiliumL2AnnouncementPolicy pub")?.spec["nodeSelector"];
    const l2 = (more: string): string => `{ loadBalancerPools: { pub: { addresses: [192.168.1.200] } }, l2: { ${more} } }`;
    assert.deepEqual(selector(cilium(l2("workers: [main]"))), {
      matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["work-00"] }],
    });
    assert.deepEqual(selector(cilium(l2(""))), {
      matchExpressions: [{ key: "node-role.kubernetes.io/control-plane", operator: "DoesNotExist" }],
    });
    assert.equal(selector(cilium(l2(""), { workers: "{}" })), undefined);
  });

  it("have sessions with timers that go together, two hops over Tailscale, and passwords only by name", () => {
    const peer = (name: string): unknown => resourcesOf(plan).get(`CiliumBGPPeerConfig ${name}`)?.spec;
    const families = [{ afi: "ipv4", safi: "unicast", advertisements: { matchLabels: { "proxmox-talos/advertised": "bgp" } } }];
    assert.deepEqual(peer("core"), {
      authSecretRef: "bgp-core",
      families,
      gracefulRestart: { enabled: true, restartTimeSeconds: 120 },
      timers: { holdTimeSeconds: 9, keepAliveTimeSeconds: 3 },
    });
    assert.deepEqual(peer("home"), { ebgpMultihop: 2, families, timers: { holdTimeSeconds: 90, keepAliveTimeSeconds: 30 } });
    const origins = resourcesOf(plan).get("CiliumBGPPeerConfig core")?.origins;
    assert.ok(origins?.some(({ path, from }) => path === "timers.keepAliveTimeSeconds" && from === "base"));
  });

  it("come with the routers' side, a whole configuration for each", () => {
    const all = routerConfigurations(plan);
    assert.deepEqual(
      all.map(({ peer }) => peer),
      ["core", "home"],
    );
    for (const { peer, text } of all) assert.equal(text, readFileSync(join(__dirname, "frr", `${peer}.conf`), "utf8"), peer);
    assert.deepEqual(routerConfigurations(cilium("{}")), []);
  });

  it("have routers of the same number told so, and of IPv6 by its own lists", () => {
    const text = `{ loadBalancerPools: { pub: { addresses: ["fd00:9::/120"] } }, bgp: { localAsn: 64512, peers: { a: { address: "fd00::1", asn: 64512, multihop: 3 } }, advertise: { podCidrs: true } } }`;
    const network = "ipv6: { subnet: fd00::/64, gateway: fd00::1, addresses: fd00::100-fd00::109 }";
    const [router] = routerConfigurations(cilium(text, { network }));
    for (const line of [
      "ipv6 prefix-list lab-v6 seq 5 permit fd00:9::/120 ge 128",
      "ipv6 prefix-list lab-v6 seq 10 permit fd00:10:244::/56 le 128",
      "ip prefix-list lab-v4 seq 5 permit 10.244.0.0/16 le 32",
      "  maximum-paths ibgp 16",
    ]) {
      assert.ok(router?.text.includes(`${line}\n`), line);
    }
    assert.doesNotMatch(router?.text ?? "", /ebgp-multihop|router-id/);
  });

  it("are taken back before Cilium goes, when nobody asks for them any more", async () => {
    const without = EXAMPLE.replace(/^ {2}proxmox-talos:addons:\n(?: {4}.*\n)+/m, "");
    const off = `${without}  proxmox-talos:addons: { cilium: { enabled: false } }\n`;
    const options = { stack: "bgp", projectDir: PROJECT, program: inlineProgram() };
    const datacenter = datacenterSpec(configOf(EXAMPLE));
    for (const [text, deleted] of [
      [without, 13],
      // Without its network a cluster of machines that were made for it is no cluster: only the order counts.
      [off, 14],
    ] as const) {
      const { resources, violations } = await rehearse({
        ...options,
        stackText: text,
        datacenter,
        from: { stackText: EXAMPLE, datacenter },
      });
      const gone = resources.filter(({ operation }) => operation === "delete");
      assert.deepEqual(
        violations.filter(({ rule }) => rule === "resource-orphaned"),
        [],
      );
      assert.equal(gone.filter(({ type }) => /kubernetes:(cilium|helm)|ServedKind|CustomResources/.test(type)).length, deleted);
    }
  });
});
