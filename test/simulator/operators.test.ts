import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Actions } from "../../simulator/kubernetes-door/actions";
import { CILIUM_OPERATOR } from "../../simulator/kubernetes-door/cilium";
import { LONGHORN_MANAGER, uninstallLonghorn } from "../../simulator/kubernetes-door/longhorn";
import type { Pod } from "../../simulator/kubernetes-door/objects";
import { releasedPatch } from "../../simulator/kubernetes-door/operator";
import { Operators } from "../../simulator/kubernetes-door/operators";
import { endedPatch } from "../../simulator/kubernetes-door/pods";
import type { Program } from "../../simulator/kubernetes-door/programs";
import { Programs } from "../../simulator/kubernetes-door/programs";
import { FakeKubernetesApi } from "./fake-kubernetes-api";

const NAMESPACE = "storage";
const VERSION = "/apis/longhorn.io/v1beta2";
const RESOURCES = `${VERSION}/namespaces/${NAMESPACE}`;
const MANAGER = `/apis/apps/v1/namespaces/${NAMESPACE}/daemonsets/longhorn-manager`;
const FLAG = `${RESOURCES}/settings/deleting-confirmation-flag`;

function pod(
  name: string,
  ready: boolean,
  more: Partial<Pod["spec"]> = {},
  labels: Pod["metadata"]["labels"] = LONGHORN_MANAGER.labels,
): Pod {
  return {
    metadata: { name, uid: name, namespace: NAMESPACE, labels },
    spec: { nodeName: name, containers: [], ...more },
    status: { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

describe("Kubernetes door: operators", () => {
  let api: FakeKubernetesApi;
  let operators: Operators;
  let actions: Actions;
  const errors: Error[] = [];

  beforeEach(async () => {
    api = new FakeKubernetesApi();
    actions = new Actions((error) => errors.push(error));
    operators = new Operators(api.client, [LONGHORN_MANAGER], actions, () => undefined);
    for (const plural of ["nodes", "backuptargets", "settings", "volumes"]) {
      await api.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
        metadata: { name: `${plural}.longhorn.io` },
        spec: { group: "longhorn.io", names: { plural }, versions: [{ name: "v1beta2", storage: true }] },
        status: { conditions: [{ type: "Established", status: "True" }] },
      });
    }
  });
  afterEach(() => {
    operators.stop();
    assert.deepEqual(errors.splice(0), []);
  });

  /** Enough passes for everything that follows from what there is. */
  async function passes(...pods: Pod[]): Promise<void> {
    for (let pass = 0; pass < 4; pass++) {
      operators.reconcile(pods);
      await actions.settle();
      await sleep(1);
    }
  }

  const names = async (plural: string): Promise<string[]> =>
    (await api.list(`${RESOURCES}/${plural}`)).items.map(({ metadata }) => metadata.name);
  const configure = (text: string): unknown =>
    api.objects.has(`/api/v1/namespaces/${NAMESPACE}/configmaps/longhorn-default-setting`)
      ? api.patch(`/api/v1/namespaces/${NAMESPACE}/configmaps/longhorn-default-setting`, {
          metadata: { name: "longhorn-default-setting" },
          data: { "default-setting.yaml": text },
        })
      : api.create(`/api/v1/namespaces/${NAMESPACE}/configmaps`, {
          metadata: { name: "longhorn-default-setting" },
          data: { "default-setting.yaml": text },
        });

  it("take their finalizer off what is deleted, and no other", () => {
    const metadata = { name: "data", resourceVersion: "7", finalizers: ["longhorn.io", "example.org/keep"] };
    assert.equal(releasedPatch({ metadata }, "longhorn.io"), undefined);
    const deleted = { metadata: { ...metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } };
    assert.deepEqual(releasedPatch(deleted, "longhorn.io"), {
      metadata: { resourceVersion: "7", finalizers: ["example.org/keep"] },
    });
    assert.equal(releasedPatch(deleted, "example.org"), undefined);
  });

  it("work while a pod of theirs is ready, in its namespace only", async () => {
    for (const namespace of [NAMESPACE, "elsewhere"]) {
      const volumes = `${VERSION}/namespaces/${namespace}/volumes`;
      await api.create(volumes, { metadata: { name: "data", finalizers: ["longhorn.io"] } });
      await api.delete(`${volumes}/data`);
    }
    await passes(pod("a", false), pod("b", true, {}, { app: "other" }));
    assert.deepEqual(await names("volumes"), ["data"]);
    await passes(pod("a", true));
    assert.deepEqual(await names("volumes"), []);
    assert.ok(api.objects.has(`${VERSION}/namespaces/elsewhere/volumes/data`));
  });

  it("define their kinds once each time they start", async () => {
    const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    const before = new Set(api.objects.keys());
    const made = (): string[] => [...api.objects.keys()].filter((path) => !before.has(path));
    operators = new Operators(api.client, [CILIUM_OPERATOR], actions, () => undefined);
    const labels = { ...CILIUM_OPERATOR.labels, name: "cilium-operator" };
    await passes(pod("a", false, {}, labels));
    assert.deepEqual(made(), []);
    await passes(pod("a", true, {}, labels));
    assert.equal(made().length, CILIUM_OPERATOR.defines.length);
    await api.delete(`${definitions}/ciliumnodeconfigs.cilium.io`);
    await passes(pod("a", true, {}, labels));
    assert.equal(made().length, CILIUM_OPERATOR.defines.length - 1);
    await passes();
    await passes(pod("b", true, {}, labels));
    assert.equal(made().length, CILIUM_OPERATOR.defines.length);
  });

  it("stop when no pod is ready any more", async () => {
    await passes(pod("a", true));
    await api.delete(`${RESOURCES}/nodes/a`);
    assert.equal(api.followed, 6);
    await passes(pod("a", false));
    assert.equal(api.followed, 0);
    assert.deepEqual(await names("nodes"), ["a"]);
  });

  it("make what is theirs once for each pod: what is deleted then stays so", async () => {
    await passes(pod("a", true), pod("b", true));
    assert.deepEqual([await names("nodes"), await names("backuptargets")], [["a", "b"], ["default"]]);
    await api.delete(`${RESOURCES}/nodes/b`);
    await passes(pod("a", true), pod("b", true));
    assert.deepEqual(await names("nodes"), ["a"]);
    await passes(pod("a", true), { ...pod("b", true), metadata: { ...pod("b", true).metadata, uid: "b2" } });
    assert.deepEqual(await names("nodes"), ["a", "b"]);
  });

  it("set what their ConfigMap says whenever it changes; in between it is everybody's", async () => {
    await configure("default-replica-count: 2\n");
    await passes(pod("a", true));
    assert.deepEqual((await names("settings")).sort(), ["default-replica-count", "deleting-confirmation-flag"]);
    const value = async (): Promise<unknown> => (await api.get(FLAG))["value"];
    assert.equal(await value(), "false");
    await api.patch(FLAG, { metadata: { name: "deleting-confirmation-flag" }, value: "true" });
    await passes(pod("a", true));
    assert.equal(await value(), "true");
    await api.delete(`${RESOURCES}/settings/default-replica-count`);
    await passes(pod("a", true));
    assert.deepEqual(await names("settings"), ["deleting-confirmation-flag"]);
    await configure("deleting-confirmation-flag: false\n");
    await passes(pod("a", true));
    assert.equal(await value(), "false");
  });
});

describe("Kubernetes door: programs of pods", () => {
  const run = (programs: Record<string, Program>): Programs =>
    new Programs(new FakeKubernetesApi().client, programs, () => undefined);
  const commanded = (...command: string[]): Pod => pod("job", true, { containers: [{ name: "main", image: "x", command }] });

  it("end well at once when they are in no table", () => {
    assert.deepEqual(run({ "tool run": () => Promise.reject(new Error("no")) }).endingOf(commanded("tool", "runs")), {
      exitCode: 0,
    });
  });

  it("are at work until they are done, and say why they failed", async () => {
    let finish = (): void => undefined;
    const programs = run({
      "tool wait": () => new Promise<void>((resolve) => (finish = resolve)),
      "tool fail": () => Promise.reject(new Error("the door is shut")),
    });
    const [waits, fails] = [
      commanded("tool", "wait"),
      { ...commanded("tool", "fail", "--now"), metadata: { name: "f", uid: "f" } },
    ];
    assert.deepEqual([programs.endingOf(waits), programs.endingOf(fails)], [undefined, undefined]);
    await sleep(1);
    assert.deepEqual(
      [programs.endingOf(waits), programs.endingOf(fails)],
      [undefined, { exitCode: 1, message: "the door is shut" }],
    );
    finish();
    await sleep(1);
    assert.deepEqual(programs.endingOf(waits), { exitCode: 0 });
  });

  it("are told when their pod is gone", () => {
    const signals: AbortSignal[] = [];
    const programs = run({ tool: ({ signal }) => new Promise(() => signals.push(signal)) });
    programs.endingOf(commanded("tool"));
    const told = (): boolean[] => signals.map(({ aborted }) => aborted);
    programs.keep([commanded("tool")]);
    assert.deepEqual(told(), [false]);
    programs.keep([]);
    assert.deepEqual(told(), [true]);
  });

  it("leave a pod failed with their code and last words, or succeeded", () => {
    const { status } = endedPatch(commanded("tool"), { exitCode: 3, message: "no" }, "2026-01-01T00:00:00Z") as {
      status: { phase: string; containerStatuses: { state: { terminated: object } }[] };
    };
    assert.equal(status.phase, "Failed");
    const { exitCode, reason, message } = status.containerStatuses[0]?.state.terminated as Record<string, unknown>;
    assert.deepEqual([exitCode, reason, message], [3, "Error", "no"]);
    const well = endedPatch(commanded("tool"), { exitCode: 0 }, "2026-01-01T00:00:00Z") as { status: { phase: string } };
    assert.equal(well.status.phase, "Succeeded");
  });
});

describe("Kubernetes door: the program that uninstalls Longhorn", () => {
  let api: FakeKubernetesApi;
  const { signal } = new AbortController();
  const uninstall = (): Promise<void> => uninstallLonghorn({ client: api.client, namespace: NAMESPACE, signal });

  beforeEach(async () => {
    api = new FakeKubernetesApi();
    api.objects.set(VERSION, {
      metadata: { name: "" },
      resources: [{ name: "volumes" }, { name: "volumes/status" }, { name: "settings" }],
    });
    await api.create(`${RESOURCES}/volumes`, { metadata: { name: "data", finalizers: ["longhorn.io"] } });
  });
  const confirm = (value: string): unknown =>
    api.create(`${RESOURCES}/settings`, { metadata: { name: "deleting-confirmation-flag" }, value });
  const manager = (numberReady: number): unknown =>
    api.create(`/apis/apps/v1/namespaces/${NAMESPACE}/daemonsets`, {
      metadata: { name: "longhorn-manager" },
      status: { numberReady, desiredNumberScheduled: 3 },
    });

  it("refuses without the confirmation and touches nothing", async () => {
    const refusal = {
      message:
        "Longhorn is not uninstalled: its setting deleting-confirmation-flag is false; confirm with kubectl -n storage edit settings.longhorn.io deleting-confirmation-flag",
    };
    await assert.rejects(uninstall(), refusal);
    await confirm("false");
    await assert.rejects(uninstall(), refusal);
    assert.equal((await api.get(`${RESOURCES}/volumes/data`)).metadata.deletionTimestamp, undefined);
  });

  it("waits for the manager to let go, then deletes it", async () => {
    await confirm("true");
    await manager(2);
    let isDone = false;
    const done = uninstall().then(() => (isDone = true));
    await sleep(500);
    assert.deepEqual([isDone, api.objects.has(MANAGER)], [false, true]);
    const volume = await api.get(`${RESOURCES}/volumes/data`);
    assert.notEqual(volume.metadata.deletionTimestamp, undefined);
    await api.patch(`${RESOURCES}/volumes/data`, { metadata: { name: "data", finalizers: [] } });
    await done;
    assert.deepEqual([api.objects.has(MANAGER), api.objects.has(FLAG)], [false, true]);
  });

  it("tears away what nobody lets go of when the manager does not run", async () => {
    await confirm("true");
    await manager(1);
    await uninstall();
    assert.deepEqual([api.objects.has(`${RESOURCES}/volumes/data`), api.objects.has(MANAGER)], [false, false]);
  });
});
