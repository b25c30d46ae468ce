import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../simulator/kubernetes-door/api-client";
import { ApiError } from "../simulator/kubernetes-door/api-types";
import type { CustomResource } from "../simulator/kubernetes-door/custom-resources";
import type { Pod } from "../simulator/kubernetes-door/objects";
import { until } from "./real-cluster";
import type { RealCluster } from "./real-cluster";
import { withCluster } from "./suite";

/** Kinds of Longhorn that the tests need. */
const KINDS = ["Node", "BackupTarget", "Setting", "Volume"];
const VERSION = "/apis/longhorn.io/v1beta2";
const FINALIZER = "longhorn.io";
/** How long something is watched that is not to happen, in milliseconds. */
const WATCH_MS = 1500;

describe("Kubernetes door: Longhorn's manager", () => {
  let cluster: RealCluster;
  let client: ApiClient;

  withCluster(async (started) => {
    cluster = started;
    client = cluster.client;
    for (const kind of KINDS) await define(kind);
  });
  afterEach(() => {
    assert.deepEqual(cluster.errors.splice(0), []);
  });

  it("makes a node for each machine it runs on and settings as it is told, and lets others change them", async () => {
    await install("settings");
    assert.deepEqual(await names("settings", "nodes"), ["work-00", "work-01"]);
    const flag = `${VERSION}/namespaces/settings/settings/deleting-confirmation-flag`;
    const value = async (): Promise<string | undefined> => (await client.get<CustomResource>(flag)).value;
    assert.equal(await value(), "false");
    await confirm("settings");
    await until(async () => (await value()) === "true");
    await client.patch(flag, { value: "false" });
    await sleep(WATCH_MS);
    assert.equal(await value(), "false");
  });

  it("lets go of what is deleted while it runs, and nobody does while it does not", async () => {
    await install("finalizers");
    await volume("finalizers", "first");
    await client.delete(`${VERSION}/namespaces/finalizers/volumes/first`);
    await until(async () => (await names("finalizers", "volumes")).length === 0);
    await volume("finalizers", "second");
    await away("finalizers");
    await client.delete(`${VERSION}/namespaces/finalizers/volumes/second`);
    const definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/volumes.longhorn.io";
    await client.delete(definition);
    await sleep(WATCH_MS);
    assert.deepEqual(await names("finalizers", "volumes"), ["second"]);
    await manager("finalizers");
    await until(() => isGone(definition));
    await define("Volume");
  });

  it("is not uninstalled without the confirmation", async () => {
    await install("refused");
    await volume("refused", "data");
    await uninstall("refused");
    await until(async () => (await job("refused")).failed === 1);
    assert.match(await lastWords("refused"), /not uninstalled: its setting deleting-confirmation-flag is false/);
    assert.deepEqual(await names("refused", "volumes"), ["data"]);
    assert.equal(await isGone(`/apis/apps/v1/namespaces/refused/daemonsets/longhorn-manager`), false);
  });

  it("is uninstalled with it: all resources but the settings go, and then the manager", async () => {
    await install("confirmed");
    await volume("confirmed", "data");
    await confirm("confirmed");
    await uninstall("confirmed");
    await until(async () => (await job("confirmed")).succeeded === 1);
    for (const plural of ["nodes", "backuptargets", "volumes"]) assert.deepEqual(await names("confirmed", plural), []);
    assert.deepEqual(await names("confirmed", "settings"), ["deleting-confirmation-flag"]);
    assert.equal(await isGone(`/apis/apps/v1/namespaces/confirmed/daemonsets/longhorn-manager`), true);
    await client.delete("/api/v1/namespaces/confirmed");
    await until(() => isGone("/api/v1/namespaces/confirmed"));
  });

  it("is uninstalled although it does not run: what it would let go of is torn away", async () => {
    await install("forced");
    await confirm("forced");
    await away("forced");
    await uninstall("forced");
    await until(async () => (await job("forced")).succeeded === 1);
    assert.deepEqual(await names("forced", "nodes"), []);
  });

  it("keeps its namespace from going with resources in it, for Kubernetes deletes the pods first", async () => {
    await install("stuck");
    await client.delete("/api/v1/namespaces/stuck");
    await until(async () =>
      /longhorn\.io in 3 resource instances/.test(JSON.stringify(await client.get("/api/v1/namespaces/stuck"))),
    );
    assert.deepEqual((await client.list("/api/v1/namespaces/stuck/pods")).items, []);
    await sleep(WATCH_MS);
    assert.equal((await names("stuck", "nodes")).length, 2);
    for (const plural of ["nodes", "backuptargets"])
      for (const name of await names("stuck", plural))
        await client.patch(`${VERSION}/namespaces/stuck/${plural}/${name}`, { metadata: { finalizers: null } });
    await until(() => isGone("/api/v1/namespaces/stuck"));
  });

  it("lets its namespace go once its resources were deleted while it ran", async () => {
    await install("fluid");
    for (const plural of ["nodes", "backuptargets"]) {
      await client.delete(`${VERSION}/namespaces/fluid/${plural}`);
      await until(async () => (await names("fluid", plural)).length === 0);
    }
    await client.delete("/api/v1/namespaces/fluid");
    await until(() => isGone("/api/v1/namespaces/fluid"));
  });

  async function define(kind: string): Promise<void> {
    const singular = kind.toLowerCase();
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    await client.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
      metadata: { name: `${singular}s.longhorn.io` },
      spec: {
        group: "longhorn.io",
        names: { kind, listKind: `${kind}List`, plural: `${singular}s`, singular },
        scope: "Namespaced",
        versions: [{ name: "v1beta2", served: true, storage: true, schema }],
      },
    });
    await until(async () => !(await isGone(`${VERSION}/${singular}s`)));
  }

  /** A manager that has begun. */
  async function install(namespace: string): Promise<void> {
    await client.create("/api/v1/namespaces", { metadata: { name: namespace } });
    const metadata = { name: "longhorn-default-setting" };
    await client.create(`/api/v1/namespaces/${namespace}/configmaps`, { metadata, data: {} });
    await manager(namespace);
    await until(async () => (await names(namespace, "nodes")).length === 2);
    await until(async () => (await names(namespace, "settings")).length === 1);
  }

  async function manager(namespace: string): Promise<void> {
    const labels = { app: "longhorn-manager" };
    await client.create(`/apis/apps/v1/namespaces/${namespace}/daemonsets`, {
      metadata: { name: "longhorn-manager" },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "manager", image: "manager" }] } },
      },
    });
  }

  async function away(namespace: string): Promise<void> {
    await client.delete(`/apis/apps/v1/namespaces/${namespace}/daemonsets/longhorn-manager`);
    await until(async () => (await client.list(`/api/v1/namespaces/${namespace}/pods`)).items.length === 0);
  }

  async function confirm(namespace: string): Promise<void> {
    const data = { "default-setting.yaml": "deleting-confirmation-flag: true\n" };
    await client.patch(`/api/v1/namespaces/${namespace}/configmaps/longhorn-default-setting`, { data });
    const path = `${VERSION}/namespaces/${namespace}/settings/deleting-confirmation-flag`;
    await until(async () => (await client.get<CustomResource>(path)).value === "true");
  }

  async function volume(namespace: string, name: string): Promise<void> {
    await client.create(`${VERSION}/namespaces/${namespace}/volumes`, {
      apiVersion: "longhorn.io/v1beta2",
      kind: "Volume",
      metadata: { name, finalizers: [FINALIZER] },
    });
  }

  async function uninstall(namespace: string): Promise<void> {
    const command = ["longhorn-manager", "uninstall", "--force"];
    await client.create(`/apis/batch/v1/namespaces/${namespace}/jobs`, {
      metadata: { name: "longhorn-uninstall" },
      spec: {
        backoffLimit: 0,
        template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "manager", command }] } },
      },
    });
  }

  async function job(namespace: string): Promise<{ readonly succeeded?: number; readonly failed?: number }> {
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs/longhorn-uninstall`;
    return (await client.get<{ readonly metadata: { readonly name: string }; readonly status?: object }>(path)).status ?? {};
  }

  async function lastWords(namespace: string): Promise<string> {
    const query = { labelSelector: "job-name=longhorn-uninstall" };
    const { items } = await client.list<Pod>(`/api/v1/namespaces/${namespace}/pods`, query);
    return JSON.stringify(items.map(({ status }) => status));
  }

  async function names(namespace: string, plural: string): Promise<string[]> {
    const { items } = await client.list(`${VERSION}/namespaces/${namespace}/${plural}`);
    return items.map(({ metadata }) => metadata.name).sort();
  }

  async function isGone(path: string): Promise<boolean> {
    try {
      await client.get(path);
      return false;
    } catch (error) {
      return error instanceof ApiError && error.status === 404;
    }
  }
});
