import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "../../simulator/kubernetes-door/api-client";
import { KUBERNETES_VERSION, cacheFolder, findBinaries, missingReport } from "../../simulator/kubernetes-door/binaries";
import { isTolerated, place } from "../../simulator/kubernetes-door/fitting";
import { statusPatch } from "../../simulator/kubernetes-door/node-status";
import type { SimulatedNode } from "../../simulator/kubernetes-door/node-status";
import { newNode, settingsPatch } from "../../simulator/kubernetes-door/nodes";
import type { Node, PersistentVolumeClaim, Pod, PodSpec, Taint } from "../../simulator/kubernetes-door/objects";
import { freeAddress } from "../../simulator/kubernetes-door/pods";
import { isSameAmount, quantity } from "../../simulator/kubernetes-door/quantities";
import { selects } from "../../simulator/kubernetes-door/selectors";
import { volumeFor, volumeNeeds } from "../../simulator/kubernetes-door/volumes";
import { issue, newAuthority } from "../../simulator/wire/certificates";
import { PROJECT } from "../stacks";

const NOW = "2026-01-01T00:00:00Z";
const CONTROL_PLANE: Taint = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };
const NOT_READY: Taint = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };

function node(name: string, spec: Node["spec"] = {}, labels: Record<string, string> = {}): Node {
  const allocatable = { cpu: "2", memory: "4Gi", pods: "3" };
  return { metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } }, spec, status: { allocatable } };
}

function pod(spec: Partial<PodSpec> = {}, labels: Record<string, string> = {}): Pod {
  const containers = [{ name: "main", image: "busybox" }];
  return { metadata: { name: "pod", namespace: "shop", labels }, spec: { containers, ...spec } };
}

/** Where a pod goes, or why it goes nowhere. */
function placed(spec: Partial<PodSpec>, nodes: readonly Node[], podsThere: Readonly<Record<string, Pod[]>> = {}): string {
  const { node: found, reason } = place(
    pod(spec),
    nodes.map((each) => ({ node: each, pods: podsThere[each.metadata.name] ?? [] })),
  );
  return found ?? reason;
}

describe("Kubernetes door: binaries", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "binaries-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function install(into: string, ...names: string[]): void {
    mkdirSync(into, { recursive: true });
    for (const name of names) {
      writeFileSync(join(into, name), "#!/bin/sh\n");
      chmodSync(join(into, name), 0o755);
    }
  }

  const environment = (): NodeJS.ProcessEnv => ({
    KUBEBUILDER_ASSETS: join(folder, "assets"),
    PATH: `${join(folder, "one")}:${join(folder, "two")}`,
    XDG_CACHE_HOME: join(folder, "cache"),
    HOME: join(folder, "home"),
  });

  it("are looked for in the assets, on the PATH, then in the cache", () => {
    const cache = cacheFolder(environment());
    assert.equal(cache, join(folder, "cache", "proxmox-talos", `kubernetes-${KUBERNETES_VERSION}`));
    install(join(folder, "assets"), "etcd");
    install(join(folder, "two"), "etcd", "kube-apiserver");
    install(cache, "etcd", "kube-apiserver", "kube-controller-manager");
    assert.deepEqual(findBinaries(environment()).found, {
      etcd: join(folder, "assets", "etcd"),
      "kube-apiserver": join(folder, "two", "kube-apiserver"),
      "kube-controller-manager": join(cache, "kube-controller-manager"),
    });
  });

  it("take a variable that is empty for one that is not set", () => {
    const { HOME, PATH } = environment();
    const withEmpty = { HOME, PATH, KUBEBUILDER_ASSETS: "", XDG_CACHE_HOME: "" };
    assert.equal(cacheFolder(withEmpty), join(folder, "home", ".cache", "proxmox-talos", `kubernetes-${KUBERNETES_VERSION}`));
    assert.equal(findBinaries(withEmpty).missing?.length, 3);
  });

  it("are reported with how to get them when they are missing, also what cannot be run", () => {
    install(join(folder, "one"), "kube-apiserver");
    writeFileSync(join(folder, "one", "etcd"), "");
    mkdirSync(join(folder, "one", "kube-controller-manager"));
    const { missing = [] } = findBinaries(environment());
    const report = missingReport(missing).split("\n");
    assert.equal(report.length, 2);
    assert.match(
      report[0]!,
      /^kube-controller-manager was not found: run tools\/kubernetes\/build, which builds it into .*cache/,
    );
    assert.match(report[1]!, /^etcd was not found: apt-get install etcd-server/);
  });

  it("are of the version that the build builds", () => {
    const module = readFileSync(join(PROJECT, "tools", "kubernetes", "go.mod"), "utf8");
    assert.equal(/k8s\.io\/kubernetes v(\S+)/.exec(module)?.[1], KUBERNETES_VERSION);
  });
});

describe("Kubernetes door: fitting of pods to nodes", () => {
  const [one, two] = [node("one", {}, { zone: "a" }), node("two", {}, { zone: "b" })];
  const affinity = (...nodeSelectorTerms: object[]): Partial<PodSpec> => ({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  });

  it("chooses the node with the fewest pods", () => {
    assert.equal(placed({}, [two, one]), "one");
    assert.equal(placed({}, [one, two], { one: [pod()] }), "two");
  });

  it("follows node selectors", () => {
    assert.equal(placed({ nodeSelector: { zone: "b" } }, [one, two]), "two");
    const reason = "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.";
    assert.equal(placed({ nodeSelector: { zone: "c" } }, [one, two]), reason);
  });

  it("follows the affinity that DaemonSets give their pods", () => {
    assert.equal(
      placed(affinity({ matchFields: [{ key: "metadata.name", operator: "In", values: ["two"] }] }), [one, two]),
      "two",
    );
  });

  it("follows required node affinity: any term, all of its expressions", () => {
    const zone = (operator: string, ...values: string[]): object => ({ key: "zone", operator, values });
    assert.equal(placed(affinity({ matchExpressions: [zone("NotIn", "a")] }), [one, two]), "two");
    assert.equal(placed(affinity({ matchExpressions: [zone("Exists"), zone("In", "b")] }), [one, two]), "two");
    assert.equal(
      placed(affinity({ matchExpressions: [zone("In", "c")] }, { matchExpressions: [zone("In", "b")] }), [one, two]),
      "two",
    );
    assert.match(placed(affinity({ matchExpressions: [zone("In", "a"), zone("DoesNotExist")] }), [one, two]), /^0\/2/);
    assert.match(placed(affinity({}), [one, two]), /^0\/2/);
    const numbered = [node("small", {}, { size: "9" }), node("large", {}, { size: "10" })];
    assert.equal(placed(affinity({ matchExpressions: [{ key: "size", operator: "Gt", values: ["9"] }] }), numbered), "large");
    assert.equal(placed(affinity({ matchExpressions: [{ key: "size", operator: "Lt", values: ["10"] }] }), numbered), "small");
  });

  it("keeps pods off tainted nodes unless they tolerate it", () => {
    const tainted = node("tainted", { taints: [CONTROL_PLANE, NOT_READY] });
    const reason = "0/1 nodes are available: 1 node(s) had untolerated taint(s).";
    assert.equal(placed({}, [tainted]), reason);
    assert.equal(placed({ tolerations: [{ key: CONTROL_PLANE.key, operator: "Exists" }] }, [tainted]), reason);
    assert.equal(placed({ tolerations: [{ operator: "Exists" }] }, [tainted]), "tainted");
    assert.equal(placed({}, [node("preferred", { taints: [{ key: "x", effect: "PreferNoSchedule" }] })]), "preferred");
  });

  it("judges tolerations by key, value and effect", () => {
    const taint: Taint = { key: "disk", value: "slow", effect: "NoExecute" };
    assert.equal(isTolerated(taint, [{ key: "disk", value: "slow" }]), true);
    assert.equal(isTolerated(taint, [{ key: "disk", operator: "Equal", value: "fast" }]), false);
    assert.equal(isTolerated(taint, [{ key: "disk", operator: "Exists", effect: "NoSchedule" }]), false);
    assert.equal(isTolerated(taint, [{ key: "disk", operator: "Exists", effect: "NoExecute" }]), true);
    assert.equal(isTolerated(taint, [{ value: "slow" }]), false);
  });

  it("lets only DaemonSets onto a cordoned node", () => {
    const cordoned = node("cordoned", { unschedulable: true });
    assert.equal(placed({}, [cordoned]), "0/1 nodes are available: 1 node(s) were unschedulable.");
    const tolerations = [{ key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" }];
    assert.equal(placed({ tolerations }, [cordoned]), "cordoned");
  });

  it("counts pods, processors and memory; what has ended takes none", () => {
    const asking = (cpu: string): Partial<PodSpec> => ({
      containers: [{ name: "main", image: "busybox", resources: { requests: { cpu, memory: "1Gi" } } }],
    });
    assert.equal(placed(asking("2"), [one]), "one");
    assert.equal(placed(asking("1500m"), [one], { one: [pod(asking("600m"))] }), "0/1 nodes are available: 1 Insufficient cpu.");
    const over: Pod = { ...pod(asking("2")), status: { phase: "Succeeded" } };
    assert.equal(placed(asking("2"), [one], { one: [over] }), "one");
    assert.equal(placed({}, [one], { one: [pod(), pod(), pod()] }), "0/1 nodes are available: 1 Too many pods.");
  });

  it("counts init containers one by one and sidecars with the others", () => {
    const asking = (cpu: string, restartPolicy?: string) => ({
      name: cpu,
      image: "x",
      restartPolicy,
      resources: { requests: { cpu } },
    });
    const containers = [asking("1")];
    assert.equal(placed({ containers, initContainers: [asking("2"), asking("2")] }, [one]), "one");
    assert.match(placed({ containers, initContainers: [asking("1100m", "Always")] }, [one]), /Insufficient cpu/);
  });

  it("gives a port of a host to one pod only", () => {
    const containers = [{ name: "main", image: "busybox", ports: [{ hostPort: 9963 }] }];
    assert.equal(placed({ containers }, [one, two], { one: [pod({ containers })], two: [] }), "two");
    assert.match(placed({ containers }, [one], { one: [pod({ containers })] }), /free ports/);
  });

  it("keeps pods apart that want it, whichever comes first", () => {
    const labelSelector = { matchLabels: { app: "operator" } };
    const apart = {
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector, topologyKey: "kubernetes.io/hostname" }],
        },
      },
    };
    const operator = pod({}, { app: "operator" });
    assert.equal(placed(apart, [one, two], { one: [operator] }), "two");
    assert.match(placed(apart, [one], { one: [operator] }), /didn't match pod anti-affinity/);
    const first = { node: one, pods: [pod(apart)] };
    assert.match(place(operator, [first]).reason ?? "", /existing pods anti-affinity/);
    assert.equal(place(pod({}, { app: "other" }), [first]).node, "one");
  });

  it("knows no node without nodes", () => {
    assert.equal(placed({}, []), "no nodes available to schedule pods");
  });
});

describe("Kubernetes door: nodes", () => {
  const machine: SimulatedNode = {
    name: "work-00",
    addresses: ["192.168.68.111"],
    controlPlane: true,
    labels: { zone: "a" },
    taints: [CONTROL_PLANE],
    ready: true,
    capacity: { memory: "8192Mi" },
  };
  const registered = newNode(machine, NOW) as Node;

  it("need no change once they are as wanted", () => {
    assert.equal(settingsPatch(registered, machine), undefined);
    assert.equal(statusPatch(registered, machine, "2027-01-01T00:00:00Z"), undefined);
    const reworded = {
      ...registered,
      status: { ...registered.status, capacity: { ...registered.status?.capacity, memory: "8Gi" } },
    };
    assert.equal(statusPatch(reworded, machine, NOW), undefined);
  });

  it("say since when they are not ready, and why", () => {
    const later = "2027-01-01T00:00:00Z";
    const { status } = statusPatch(registered, { ...machine, ready: false }, later) as Required<Pick<Node, "status">>;
    const condition = (type: string) => status.conditions?.find((each) => each.type === type);
    assert.equal(condition("Ready")?.status, "False");
    assert.equal(condition("Ready")?.lastTransitionTime, later);
    assert.match(condition("Ready")?.message ?? "", /cni plugin not initialized/);
    assert.equal(condition("DiskPressure")?.lastTransitionTime, NOW);
  });

  it("lose the labels and taints that are wanted no longer, and no others", () => {
    const { metadata, spec } = registered;
    const used: Node = {
      metadata: { ...metadata, resourceVersion: "7", labels: { ...metadata.labels, mine: "1" } },
      spec: { taints: [...(spec.taints ?? []), NOT_READY] },
    };
    assert.deepEqual(settingsPatch(used, { ...machine, controlPlane: false, labels: {}, taints: [] }), {
      metadata: {
        resourceVersion: "7",
        labels: {
          "node-role.kubernetes.io/control-plane": null,
          zone: null,
          "beta.kubernetes.io/arch": "amd64",
          "beta.kubernetes.io/os": "linux",
          "kubernetes.io/arch": "amd64",
          "kubernetes.io/hostname": "work-00",
          "kubernetes.io/os": "linux",
        },
        annotations: { "talos.dev/owned-labels": "[]", "talos.dev/owned-taints": "[]" },
      },
      spec: { taints: [NOT_READY] },
    });
  });
});

describe("Kubernetes door: pods and volumes", () => {
  it("read label selectors as the API does", () => {
    assert.equal(selects(undefined, { app: "web" }), false);
    assert.equal(selects({}, { app: "web" }), true);
    assert.equal(
      selects({ matchLabels: { app: "web" }, matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] }, { app: "web" }),
      true,
    );
    assert.equal(selects({ matchExpressions: [{ key: "app", operator: "In", values: ["db"] }] }, { app: "web" }), false);
  });

  it("read quantities as the API does", () => {
    assert.deepEqual(
      ["100m", "2", "1k", "1Ki", "1.5Gi", "1e3", "5Mi"].map(quantity),
      [0.1, 2, 1000, 1024, 1610612736, 1000, 5242880],
    );
    assert.ok(Number.isNaN(quantity("much")));
    assert.equal(isSameAmount({ cpu: "1" }, { cpu: "1000m" }), true);
    assert.equal(isSameAmount({ cpu: "1" }, { cpu: "1", memory: "1" }), false);
  });

  it("get addresses of their node's subnet until none is left", () => {
    assert.equal(freeAddress("10.244.1.0/24", new Set()), "10.244.1.2");
    assert.equal(freeAddress("10.244.1.0/24", new Set(["10.244.1.2"])), "10.244.1.3");
    assert.equal(freeAddress("10.244.1.0/30", new Set(["10.244.1.2", "10.244.1.3"])), undefined);
    assert.equal(freeAddress("fd00:10:244::/64", new Set(["fd00:10:244::2"])), "fd00:10:244::3");
    const low = Array.from({ length: 254 }, (_, index) => `10.0.0.${index + 2}`);
    assert.equal(freeAddress("10.0.0.0/20", new Set(low)), "10.0.1.0");
  });

  const claim: PersistentVolumeClaim = {
    metadata: {
      name: "data",
      namespace: "shop",
      uid: "1-2-3",
      annotations: { "volume.kubernetes.io/storage-provisioner": "p.io" },
    },
    spec: { storageClassName: "fast", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
  const storage = (found: PersistentVolumeClaim | undefined, volumeBindingMode = "Immediate") => ({
    claim: () => found,
    volume: () => undefined,
    storageClass: (name: string) =>
      name === "fast" ? { metadata: { name }, provisioner: "p.io", volumeBindingMode } : undefined,
  });
  const user = pod({ volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] });

  it("wait for their claims, or choose a node for them first", () => {
    assert.equal(volumeNeeds(user, storage(undefined)).blocked, 'persistentvolumeclaim "data" not found');
    assert.equal(volumeNeeds(user, storage(claim)).blocked, "pod has unbound immediate PersistentVolumeClaims");
    assert.deepEqual(volumeNeeds(user, storage(claim, "WaitForFirstConsumer")).waiting, [claim]);
    const bound = { ...claim, status: { phase: "Bound" } };
    assert.equal(volumeNeeds(user, storage(bound)).blocked, undefined);
    assert.equal(volumeNeeds(pod(), storage(undefined)).blocked, undefined);
  });

  it("have volumes made by the provisioner that was asked, once", () => {
    const volume = volumeFor(claim, storage(claim)) as { metadata: { name: string }; spec: { capacity: object } };
    assert.equal(volume.metadata.name, "pvc-1-2-3");
    assert.deepEqual(volume.spec.capacity, { storage: "1Gi" });
    assert.equal(volumeFor({ ...claim, metadata: { ...claim.metadata, annotations: {} } }, storage(claim)), undefined);
    assert.equal(volumeFor({ ...claim, status: { phase: "Bound" } }, storage(claim)), undefined);
    assert.equal(volumeFor({ ...claim, spec: { storageClassName: "other" } }, storage(claim)), undefined);
  });
});

describe("Kubernetes door: API client", () => {
  const authority = newAuthority("kubernetes");
  const serving = issue(authority, { commonName: "kube-apiserver", names: ["127.0.0.1"] });

  it("shows its certificate, gives every body a length and reads refusals and watches", async () => {
    const seen: string[] = [];
    const server = createServer(
      { key: serving.key, cert: serving.certificate, ca: authority.certificate, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        const { method = "", url = "", headers } = request;
        request.resume().on("end", () => {
          seen.push(`${method} ${url} ${headers["content-type"] ?? "-"} ${headers["content-length"] ?? "-"}`);
          if (url === "/gone") response.writeHead(404).end(JSON.stringify({ kind: "Status", code: 404, message: "not found" }));
          else if (url.startsWith("/watched")) {
            response.write('{"type":"ADDED","object":{"metadata":{"name":"o');
            setTimeout(() => response.end('ne"}}}\n{"type":"ERROR","object":{"code":410,"message":"too old"}}\n'), 20);
          } else response.end("{}");
        });
      },
    );
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const client = new ApiClient({
      port: (server.address() as AddressInfo).port,
      authority: authority.certificate,
      client: issue(authority, { commonName: "admin", usages: ["client"] }),
    });
    try {
      await client.delete("/one", { gracePeriodSeconds: 0 });
      await client.patch("/one", { a: "ü" }, "strategic");
      await assert.rejects(client.get("/gone"), { name: "ApiError", status: 404, message: "not found" });
      const names: string[] = [];
      const watch = client.watch<Pod>("/watched", { resourceVersion: "1" }, new AbortController().signal, ({ object }) =>
        names.push(object.metadata.name),
      );
      await assert.rejects(watch, { status: 410 });
      assert.deepEqual(names, ["one"]);
      assert.deepEqual(seen, [
        "DELETE /one application/json 24",
        "PATCH /one application/strategic-merge-patch+json 10",
        "GET /gone - -",
        "GET /watched?resourceVersion=1&watch=true - -",
      ]);
    } finally {
      client.close();
      server.close();
    }
  });
});

describe("Kubernetes door: processes", () => {
  const program = `
    const { Processes } = require("./simulator/kubernetes-door/processes");
    const processes = new Processes();
    const another = new Processes();
    processes.start({ name: "sleep", path: "/bin/sleep", arguments: ["600"], log: "/dev/null" });
    another.start({ name: "sleep", path: "/bin/sleep", arguments: ["600"], log: "/dev/null" });
    console.log([...processes.ids, ...another.ids].join(" "));
  `;

  let parent: ChildProcess | undefined;
  afterEach(() => parent?.kill("SIGKILL"));

  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
    it(`end with the one that started them, by ${signal}`, async () => {
      const started = spawn(process.execPath, ["--import", "tsx", "-e", program], {
        cwd: PROJECT,
        stdio: ["ignore", "pipe", "inherit"],
      });
      parent = started;
      const [text] = (await once(started.stdout, "data")) as [Buffer];
      const ids = String(text).trim().split(" ").map(Number);
      assert.ok(ids.length === 2 && ids.every(runs));
      const ended = once(started, "exit");
      started.kill(signal);
      assert.deepEqual(await ended, [null, signal]);
      for (let tries = 0; ids.some(runs) && tries < 50; tries++) await sleep(20);
      assert.deepEqual(ids.filter(runs), []);
    });
  }
});

function runs(id: number): boolean {
  try {
    process.kill(id, 0);
    // One that nobody waited for still has its id; what it does no longer is run.
    return !existsSync("/proc/self/stat") || !/\) Z /.test(readFileSync(`/proc/${id}/stat`, "utf8"));
  } catch {
    return false;
  }
}
