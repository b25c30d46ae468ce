import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { seedImage, SEED_IMAGE_BYTES } from "../../components/guests/seed-image";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { apiAnswers, isServing } from "../../simulator/datacenter/api-endpoint";
import { Datacenter } from "../../simulator/datacenter/datacenter";
import { startCluster } from "../../simulator/datacenter/kubernetes";
import { failHost } from "../../simulator/datacenter/outages";
import { readSeed } from "../../simulator/datacenter/seed";
import { deleteVm } from "../../simulator/datacenter/virtual-machines";
import { RuleBroken } from "../../simulator/datacenter/model";
import type { Cluster, MachineFacts, Vm } from "../../simulator/datacenter/model";
import { PROJECT, configOf, hosts, planOf, stackFile } from "../stacks";
import { grow } from "./grow";

const EXAMPLE = readFileSync(join(PROJECT, "examples/haproxy.yaml"), "utf8");
const ENDPOINT = "https://192.168.1.99:6443";

/** Contents of a balancer's seed as the program makes it. */
function filesOf(index: number): Record<string, string> {
  const seed = planOf(EXAMPLE).balancers?.machines[index]?.seed;
  assert.ok(seed);
  return { "user-data": seed.userData, "meta-data": seed.metaData, "network-config": seed.networkConfig };
}

const imageOf = (files: Record<string, string>): string => seedImage(files).padEnd(SEED_IMAGE_BYTES, " ");

/** Three control planes whose API servers run, and two balancers with their seeds carried out. */
function standing(): { readonly dc: Datacenter; readonly cluster: Cluster } {
  const dc = new Datacenter(datacenterSpec(configOf(EXAMPLE)));
  const hardware = { cpuType: "host", lastThread: null, numaNode: null, mappings: [], tpm: false };
  const vm = (vmId: number, host: string, addresses: readonly string[], more: Partial<Vm>): Vm => ({
    ...{ vmId, name: `vm-${vmId}`, host, cores: 1, memoryMiB: 1024, disks: [], schematic: "", secureBoot: null, hardware },
    ...{ addresses: [...addresses], running: true, stage: "running", ...more },
  });
  for (const index of [0, 1, 2]) dc.state.vms.push(vm(850 + index, `pve-${index + 1}`, [`192.168.1.${100 + index}`], {}));
  for (const index of [0, 1]) {
    const guest = readSeed(imageOf(filesOf(index)));
    assert.ok(guest);
    dc.state.vms.push(vm(859 + index, `pve-${index + 1}`, guest.addresses, { guest }));
  }
  const cluster = startCluster(dc, { clusterKey: "k", endpoint: ENDPOINT, cni: "none" } as MachineFacts);
  cluster.etcdMembers = [850, 851, 852];
  cluster.apiServers = [850, 851, 852];
  return { dc, cluster };
}

describe("balancers in the datacenter", () => {
  it("become what their seed says, read as cloud-init and the two programs read it", () => {
    assert.deepEqual(readSeed(imageOf(filesOf(0))), {
      hostname: "lb-00",
      addresses: ["192.168.1.109"],
      virtualAddress: "192.168.1.99",
      priority: 150,
      peers: ["192.168.1.110"],
      port: 6443,
      servers: ["192.168.1.100:6443", "192.168.1.101:6443", "192.168.1.102:6443"],
    });
  });

  it("become nothing by an image that Linux does not mount, that has another label or no cloud-config", () => {
    const files = filesOf(0);
    assert.equal(readSeed(seedImage(files)), undefined);
    assert.equal(readSeed(imageOf(files).replace("cidata", "ciBata")), undefined);
    assert.equal(readSeed(imageOf({ ...files, "user-data": `\n${files["user-data"] ?? ""}` })), undefined);
    assert.equal(readSeed(imageOf({ "user-data": files["user-data"] ?? "" })), undefined);
  });

  it("serve nobody without the packages that their configurations are for", () => {
    const files = filesOf(0);
    const bare = (files["user-data"] ?? "").replace("  - haproxy\n", "").replace("  - keepalived\n", "");
    const seed = readSeed(imageOf({ ...files, "user-data": bare }));
    assert.deepEqual([seed?.servers, seed?.virtualAddress], [[], ""]);
  });

  it("lead to the API while one of them and one control plane live", () => {
    const { dc, cluster } = standing();
    assert.equal(apiAnswers(dc, cluster), true);
    failHost(dc, "pve-1");
    assert.equal(apiAnswers(dc, cluster), true);
    const [first, second] = dc.state.vms.filter(({ guest }) => guest);
    assert.deepEqual([first && isServing(dc, first), second && isServing(dc, second)], [false, true]);
  });

  it("are no way when both are away, when the address is, or when no control plane is among their servers", () => {
    for (const stop of [
      ({ state }: Datacenter): void => {
        for (const vm of state.vms) if (vm.guest) vm.running = false;
      },
      ({ away }: Datacenter): void => void away.add("vip"),
      ({ state }: Datacenter): void => {
        for (const vm of state.vms) if (vm.guest) vm.guest = { ...vm.guest, servers: ["192.168.1.150:6443"] };
      },
      ({ state }: Datacenter): void => {
        for (const vm of state.vms) if (vm.guest) vm.stage = "booting";
      },
    ]) {
      const { dc, cluster } = standing();
      stop(dc);
      assert.equal(apiAnswers(dc, cluster), false, stop.toString());
    }
  });

  it("are not deleted while they are the only way, and are when another serves or nobody does", () => {
    const deleted = (prepare: (second: Vm, cluster: Cluster) => void): string => {
      const { dc, cluster } = standing();
      const second = dc.vm(860);
      assert.ok(second);
      prepare(second, cluster);
      let refusal = "";
      dc.clock.spawn(
        (function* () {
          try {
            yield* deleteVm(dc, 859);
          } catch (error) {
            if (error instanceof RuleBroken) refusal = `${error.rule}: ${error.message}`;
          }
        })(),
      );
      dc.clock.run();
      return refusal;
    };
    assert.equal(
      deleted(() => undefined),
      "",
    );
    assert.equal(
      deleted((second) => {
        second.stage = "booting";
      }),
      "endpoint-lost: vm-859 is deleted, and neither of the others (vm-860) leads to the API at 192.168.1.99 yet",
    );
    assert.equal(
      deleted((second, cluster) => {
        second.stage = "booting";
        cluster.apiServers = [];
      }),
      "",
    );
  });
});

describe("balancers that are rehearsed", function () {
  this.timeout(60_000);
  const pool = (count: number): string =>
    `{ count: ${count}, cores: 2, memoryGiB: 4, diskGiB: 20, hosts: [pve-1, pve-2, pve-3] }`;
  const accepted = "  proxmox-talos:acknowledge: [{ code: control-plane-single, reason: for this test }]\n";
  const text = (planes: number, endpoint = "{ haproxy: { vip: 192.168.1.99, hosts: [pve-1, pve-2] } }"): string =>
    stackFile({
      hosts: hosts(3),
      controlPlane: pool(planes),
      workers: `{ main: ${pool(1)} }`,
      endpoint,
      more: planes === 1 ? accepted : "",
    });

  it("are made anew one after the other when the control plane grows, each once another leads to the API", async () => {
    const rehearsal = await grow("lab", text(1), text(3));
    assert.deepEqual([rehearsal.result, rehearsal.violations], ["succeeded", []]);
    const replaced = rehearsal.resources.filter(({ operation }) => operation === "replace");
    assert.deepEqual(replaced.map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`).sort(), [
      "FileLegacy lb-00",
      "FileLegacy lb-01",
      "VmLegacy lb-00",
      "VmLegacy lb-01",
    ]);
    const [first, second] = ["lb-00", "lb-01"].map((name) =>
      replaced.find((each) => each.name === name && each.type.endsWith("VmLegacy")),
    );
    assert.ok(first && second && second.startSeconds >= first.endSeconds);
    // The second one goes when the first one has booted and installed its packages: 80 s.
    assert.ok(second.endSeconds - first.endSeconds >= 80, String(second.endSeconds - first.endSeconds));
    assert.deepEqual([rehearsal.summary.delete, rehearsal.summary.update > 0], [0, false]);
  });

  for (const [what, changed] of [
    ["get more memory", "vip: 192.168.1.99, memoryGiB: 2"],
    ["get a larger disk", "vip: 192.168.1.99, diskGiB: 9"],
    ["are made of another image", `vip: 192.168.1.99, image: { url: "https://example.org/b.qcow2", sha512: ${"b".repeat(128)} }`],
    ["move to another host", "vip: 192.168.1.99, hosts: [pve-3, pve-2]"],
  ] as const) {
    it(`are made anew when they ${what}: no update restarts one and the next`, async () => {
      const from = text(1);
      const rehearsal = await grow(
        "lab",
        from,
        from.replace("vip: 192.168.1.99", changed).replace(/(hosts: \[pve-3.*), hosts: [^\]]*\]/, "$1"),
      );
      assert.deepEqual([rehearsal.violations, rehearsal.summary.update], [[], 0]);
      const names = rehearsal.resources
        .filter(({ operation, type }) => operation === "replace" && type.endsWith("VmLegacy"))
        .map(({ name }) => name);
      assert.deepEqual(names, what.startsWith("move") ? ["lb-00"] : ["lb-00", "lb-01"]);
    });
  }

  it("are left alone when a worker comes", async () => {
    const from = text(1);
    const rehearsal = await grow("lab", from, from.replace(`main: ${pool(1)}`, `main: ${pool(2)}`));
    assert.deepEqual([rehearsal.violations, rehearsal.summary.replace], [[], 0]);
  });
});
