import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "../../simulator/kubernetes-door/api-client";
import { ApiError } from "../../simulator/kubernetes-door/api-types";
import type { Binaries } from "../../simulator/kubernetes-door/binaries";
import { startControlPlane } from "../../simulator/kubernetes-door/control-plane";
import type { ControlPlane } from "../../simulator/kubernetes-door/control-plane";
import { newAuthority } from "../../simulator/wire/certificates";
import type { PlannedNamespace } from "../../planner/plan";
import type { Rendered } from "./helm";
import { podSpecOf } from "./pods";
import { valueAt } from "./values";

interface ServedKind {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** How long the API may take to serve a kind once it is defined. */
const SERVED_WITHIN_MS = 20_000;

/** A real API server of the pinned version that is asked, and keeps nothing but definitions and namespaces. */
export class PinnedApi {
  private readonly served = new Map<string, Promise<readonly ServedKind[]>>();

  private constructor(
    private readonly plane: ControlPlane,
    private readonly client: ApiClient,
    private readonly folder: string,
  ) {}

  public static async start(binaries: Binaries): Promise<PinnedApi> {
    const folder = mkdtempSync(join(tmpdir(), "pinned-api-"));
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const plane = await startControlPlane({
      clusterAuthority: newAuthority("kubernetes"),
      aggregatorAuthority: newAuthority("front-proxy"),
      serviceAccountKey: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
      endpoint: "https://127.0.0.1:6443",
      names: ["127.0.0.1"],
      podSubnets: ["10.244.0.0/16", "fd00:10:244::/56"],
      serviceSubnet: "10.96.0.0/12",
      binaries,
      dataDir: folder,
    });
    await plane.ready;
    return new PinnedApi(plane, new ApiClient({ port: plane.port, ...plane.admin }), folder);
  }

  public async close(): Promise<void> {
    this.client.close();
    await this.plane.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** Defines kinds of custom resources; one that is there already stays as it is. */
  public async define(definitions: readonly Rendered[]): Promise<string[]> {
    const refusals: string[] = [];
    for (const definition of definitions) {
      const refusal = await this.refusal("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition, "");
      if (refusal !== undefined) refusals.push(refusal);
    }
    this.served.clear();
    return refusals;
  }

  /** Makes a namespace, or labels it as this stack does. */
  public async namespace({ name, podSecurity }: PlannedNamespace): Promise<void> {
    const metadata = { name, labels: { "pod-security.kubernetes.io/enforce": podSecurity } };
    await this.client
      .create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata })
      .catch(async (error: unknown) => {
        if (!(error instanceof ApiError) || error.status !== 409) throw error;
        await this.client.patch(`/api/v1/namespaces/${name}`, { metadata });
      });
    await until(`${name} has its service account`, async () => {
      const account = await this.client.text(`/api/v1/namespaces/${name}/serviceaccounts/default`);
      return account.status === 200;
    });
  }

  /** Groups and kinds that the API serves, as Helm is told of them. */
  public async apis(): Promise<string[]> {
    const { groups } = await this.client.get<{
      readonly groups: readonly { readonly versions: readonly { groupVersion: string }[] }[];
    }>("/apis");
    const served = ["v1", ...groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion))];
    const kinds = served.map(async (each) => (await this.kindsOf(each)).map(({ kind }) => `${each}/${kind}`));
    return [...served, ...(await Promise.all(kinds)).flat()];
  }

  /** Makes what other objects of a chart cannot be without. */
  public async provide(objects: readonly Rendered[]): Promise<void> {
    for (const object of objects) {
      if (object.kind === "Namespace") await this.refusal("/api/v1/namespaces", object, "");
      if (object.kind === "PriorityClass") await this.refusal("/apis/scheduling.k8s.io/v1/priorityclasses", object, "");
    }
  }

  /** What the API says against an object, and against the pods that would be made of it; nothing when it takes both. */
  public async refusals(object: Rendered, namespace: string): Promise<string[]> {
    const own = await this.refusalOf(object, namespace);
    const pod = own === undefined ? this.podOf(object) : undefined;
    const ofPod = pod === undefined ? undefined : await this.refusalOf(pod, object.metadata.namespace ?? namespace);
    return [own, ofPod].filter((each) => each !== undefined);
  }

  private podOf(object: Rendered): Rendered | undefined {
    const spec = ["Alertmanager", "Prometheus"].includes(object.kind) ? undefined : podSpecOf(object);
    if (spec === undefined) return undefined;
    // A volume of its own for each claim that a StatefulSet makes for it.
    const templates = (valueAt(object, ["spec", "volumeClaimTemplates"]) ?? []) as readonly Rendered[];
    const claims = templates.map(({ metadata: { name } }) => ({ name, emptyDir: {} }));
    // Its own account is not there, and how it restarts is judged with its owner.
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: `of-${object.metadata.name}`.slice(0, 60).replace(/[^a-z0-9]+$/, "") },
      spec: { ...spec, volumes: [...(spec.volumes ?? []), ...claims], serviceAccountName: "default", serviceAccount: "default" },
    };
  }

  private async refusalOf(object: Rendered, namespace: string): Promise<string | undefined> {
    const { apiVersion, kind, metadata } = object;
    const what = `${kind} ${metadata.name}`;
    const found = await this.kindOf(apiVersion, kind);
    if (found === undefined) return `${what}: the API serves no ${kind} of ${apiVersion}`;
    const below = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const within = found.namespaced ? `/namespaces/${metadata.namespace ?? namespace}` : "";
    return this.refusal(`${below}${within}/${found.name}`, object, "?dryRun=All&fieldValidation=Strict");
  }

  private async refusal(path: string, object: Rendered, query: string): Promise<string | undefined> {
    try {
      await this.client.create(`${path}${query}`, object);
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return error.status === 409 ? undefined : `${object.kind} ${object.metadata.name}: ${error.message}`;
    }
  }

  private async kindOf(apiVersion: string, kind: string): Promise<ServedKind | undefined> {
    const deadline = Date.now() + SERVED_WITHIN_MS;
    for (;;) {
      const found = (await this.kindsOf(apiVersion)).find((each) => each.kind === kind);
      if (found !== undefined || Date.now() > deadline || !apiVersion.includes(".")) return found;
      if (!(await this.isDefined(apiVersion, kind))) return undefined;
      this.served.delete(apiVersion);
      await sleep(200);
    }
  }

  private async isDefined(apiVersion: string, kind: string): Promise<boolean> {
    const all = await this.client.list<{ readonly spec: { readonly group: string; readonly names: { readonly kind: string } } }>(
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    );
    return all.items.some(({ spec }) => apiVersion.startsWith(`${spec.group}/`) && spec.names.kind === kind);
  }

  private kindsOf(apiVersion: string): Promise<readonly ServedKind[]> {
    const known = this.served.get(apiVersion);
    if (known) return known;
    const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const asked = this.client
      .get<{ readonly resources?: readonly ServedKind[] }>(path)
      .then(({ resources = [] }) => resources.filter(({ name }) => !name.includes("/")))
      .catch(() => []);
    this.served.set(apiVersion, asked);
    return asked;
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + SERVED_WITHIN_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited ${SERVED_WITHIN_MS / 1000} s until ${what}`);
    await sleep(50);
  }
}
