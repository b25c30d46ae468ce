import assert from "node:assert/strict";
import fc from "fast-check";
import { DEFAULT_VERSIONS } from "../../config/versions";
import { FOOTPRINTS } from "../../planner/addons/footprint";
import { ALL_ADDONS } from "../../planner/addons/registry";
import { total, withoutRoom } from "../../planner/footprint";
import type { Amounts, Plan, PlannedFootprint } from "../../planner/plan";
import { quantityOf } from "../../planner/quantities";
import { ALL_ON } from "../addons";
import { hosts, planOf, stackFile, stackText } from "../stacks";

const WORKERS = (gib: number): string =>
  `{ main: { count: 3, cores: 2, memoryGiB: ${gib}, diskGiB: 20, hosts: [pve-1, pve-2, pve-3] } }`;

/** Three control planes and three workers on three hosts. */
function plan(addons: object, workerGiB = 8): Plan {
  const controlPlane = "{ count: 3, cores: 2, memoryGiB: 4, diskGiB: 20, hosts: [pve-1, pve-2, pve-3] }";
  const more = `  proxmox-talos:addons: ${JSON.stringify(addons)}\n`;
  const endpoint = "{ vip: 192.168.1.99 }";
  return planOf(stackFile({ hosts: hosts(3), controlPlane, workers: WORKERS(workerGiB), endpoint, more }));
}

function pods({ footprint }: Plan, name: string): string[] {
  const { pods: all = [] } = footprint.addons.find((each) => each.name === name) ?? {};
  return all.map(({ workload, count, requests }) => `${workload} ${count}x ${requests.cpuMillis}m ${requests.memoryMiB}Mi`);
}

describe("footprint of the platform", () => {
  it("is known of every add-on at the version that is pinned", () => {
    const versions = Object.fromEntries(Object.entries(FOOTPRINTS).map(([key, { version }]) => [key, version]));
    assert.deepEqual(versions, Object.fromEntries(ALL_ADDONS.map(({ key }) => [key, DEFAULT_VERSIONS[key]])));
    for (const [key, { images, workloads }] of Object.entries(FOOTPRINTS)) {
      // Definitions, and nothing that runs.
      if (key === "gatewayApi") continue;
      assert.ok(workloads.length > 0 && [...images, ...workloads.flatMap((each) => each.images ?? [])].length > 0);
    }
  });

  it("has one pod of a DaemonSet on each machine that it tolerates, and replicas where the values say how many", () => {
    const cilium = pods(plan({ cilium: { operatorReplicas: 1 } }), "cilium");
    assert.deepEqual(cilium.slice(0, 3), [
      "DaemonSet/cilium 6x 50m 192Mi",
      "DaemonSet/cilium-envoy 6x 10m 64Mi",
      "Deployment/cilium-operator 1x 10m 64Mi",
    ]);
    assert.ok(!cilium.some((each) => each.includes("hubble-ui")));
    assert.ok(
      pods(plan({ cilium: { hubble: { relay: true, ui: true } } }), "cilium").some((each) => each.includes("hubble-ui 1x")),
    );
    const onWorkers = pods(plan({ longhorn: {} }), "longhorn");
    assert.ok(onWorkers.includes("DaemonSet/longhorn-manager 3x 25m 128Mi"), onWorkers.join("\n"));
    assert.equal(onWorkers.filter((each) => each === "Pod/instance-manager 1x 240m 0Mi").length, 3);
  });

  it("has the controllers that an operator makes, in the size that was asked for", () => {
    const flux = (more: object): string[] =>
      pods(plan({ flux: { sync: { url: "https://example.org/a/b.git" }, ...more } }), "flux-operator");
    assert.deepEqual(flux({}), [
      "Deployment/flux-operator 1x 25m 64Mi",
      "Deployment/source-controller 1x 100m 64Mi",
      "Deployment/kustomize-controller 1x 100m 64Mi",
      "Deployment/helm-controller 1x 100m 64Mi",
      "Deployment/notification-controller 1x 100m 64Mi",
    ]);
    const large = flux({ size: "large", components: ["helm-controller", "source-watcher"] });
    assert.deepEqual(large.slice(1), ["Deployment/helm-controller 1x 100m 256Mi", "Deployment/source-watcher 1x 100m 64Mi"]);
    assert.deepEqual(flux({ size: "medium", components: ["source-controller"] }).slice(1), [
      "Deployment/source-controller 1x 100m 128Mi",
    ]);
  });

  it("goes by what the stack file's own values say", () => {
    const resources = { requests: { cpu: "1500m", memory: "1Gi" }, limits: { cpu: 2, memory: "1536Mi" } };
    const own = plan({ metricsServer: { replicas: 3, values: { resources } } });
    assert.deepEqual(pods(own, "metrics-server"), ["Deployment/metrics-server 3x 1500m 1024Mi"]);
    const kind = plan({ traefik: { expose: "nodePort", workload: "DaemonSet" } });
    assert.deepEqual(pods(kind, "traefik"), ["DaemonSet/traefik 3x 50m 64Mi"]);
    const most = plan({ longhorn: { values: { defaultSettings: { guaranteedInstanceManagerCPU: 20 } } } });
    assert.ok(pods(most, "longhorn").includes("Pod/instance-manager 1x 400m 0Mi"));
  });

  it("leaves for pods what Talos, the kubelet and a control plane's own pods do not keep", () => {
    const { footprint } = plan({});
    assert.deepEqual([...footprint.room.keys()], ["work-00", "work-01", "work-02"]);
    assert.deepEqual(footprint.room.get("work-00"), { cpuMillis: 1950, memoryMiB: 8 * 1024 - 484 });
    const single = planOf(stackFile({ workers: "{}" })).footprint;
    assert.deepEqual(single.room.get("ctrl-00"), { cpuMillis: 2000 - 50 - 260, memoryMiB: 4096 - 612 - 832 });
  });

  it("counts in what is asked for only what runs where there is that room", () => {
    const { footprint } = plan({});
    // Of six agents with their proxies, three are on control planes; CoreDNS has two, the operator one.
    assert.deepEqual(footprint.requested, { cpuMillis: 3 * 60 + 200 + 10, memoryMiB: 3 * 256 + 140 + 64 });
  });

  it("takes counts that make no sense for the chart's own, and hostile ones for what fits nowhere", () => {
    for (const replicas of [-1, 1.5, "many", null]) {
      assert.ok(pods(plan({ metricsServer: { values: { replicas } } }), "metrics-server")[0]?.includes(" 1x "), String(replicas));
    }
    const { findings } = plan({ metricsServer: { values: { replicas: 1e12 } } });
    assert.ok(findings.some(({ code }) => code === "platform-exceeds-machines"));
  });

  describe("placing", () => {
    const amounts = fc.record({ cpuMillis: fc.integer({ min: 0, max: 3000 }), memoryMiB: fc.integer({ min: 0, max: 5000 }) });
    const footprint = (machines: readonly Amounts[], wanted: readonly Amounts[]): PlannedFootprint => ({
      addons: [
        {
          key: "loki",
          name: "loki",
          pods: wanted.map((requests, index) => ({ workload: `Deployment/${index}`, count: 1, requests, limits: requests })),
        },
      ],
      requested: { cpuMillis: 0, memoryMiB: 0 },
      room: new Map(machines.map((machine, index) => [`m${index}`, machine])),
    });

    it("loses no pod, never fills a machine beyond what it has, and finds room where one machine has it for all", () => {
      fc.assert(
        fc.property(
          fc.array(amounts, { minLength: 1, maxLength: 6 }),
          fc.array(amounts, { maxLength: 12 }),
          (machines, wanted) => {
            const all = footprint(machines, wanted);
            const { pods: left, missing } = withoutRoom(all, new Set(all.room.keys()));
            const asked = total([...(all.addons[0]?.pods ?? []), ...coreDns()]);
            const room = total(
              [...all.room.values()].map((requests) => ({ workload: "", count: 1, requests, limits: requests })),
            );
            assert.ok(asked.cpuMillis - missing.cpuMillis <= room.cpuMillis);
            assert.ok(asked.memoryMiB - missing.memoryMiB <= room.memoryMiB);
            const isEnough = machines.some((each) => each.cpuMillis >= asked.cpuMillis && each.memoryMiB >= asked.memoryMiB);
            if (isEnough && machines.length === 1) assert.deepEqual(left, []);
            for (const pod of left) assert.ok(pod.requests.cpuMillis > 0 || pod.requests.memoryMiB > 0);
          },
        ),
      );
    });

    function coreDns(): Parameters<typeof total>[0] {
      const requests = { cpuMillis: 100, memoryMiB: 70 };
      return [{ workload: "Deployment/coredns", count: 2, requests, limits: requests }];
    }
  });

  it("of everything that can be on fits homelab's two hosts, and either of them alone", () => {
    const whole = { ...ALL_ON, ingressNginx: undefined };
    const config = stackText("homelab").replace(
      /^ {2}proxmox-talos:acknowledge:/m,
      `  proxmox-talos:addons: ${JSON.stringify(whole)}\n$&`,
    );
    const { findings, footprint } = planOf(config, "homelab");
    assert.ok(footprint.addons.length >= 15);
    assert.deepEqual(
      findings.filter(({ code }) => code.startsWith("platform-")),
      [],
    );
    // Two of its seven workers' worth: below that, the table has lost something.
    assert.ok(footprint.requested.memoryMiB > 4000 && footprint.requested.cpuMillis > 2500, JSON.stringify(footprint.requested));
  });

  it("reads quantities as Kubernetes writes them", () => {
    const read = ["100m", "2", 0.5, "1Ki", "1Mi", "1.5Gi", "1k", "", "1Pi", "m", undefined].map(quantityOf);
    assert.deepEqual(read, [0.1, 2, 0.5, 1024, 1024 ** 2, 1.5 * 1024 ** 3, 1000, undefined, undefined, undefined, undefined]);
  });
});
