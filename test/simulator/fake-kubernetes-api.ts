import type { ApiClient } from "../../simulator/kubernetes-door/api-client";
import { ApiError } from "../../simulator/kubernetes-door/api-types";
import type { KubernetesObject, ObjectList, WatchEvent } from "../../simulator/kubernetes-door/api-types";

type Stored = KubernetesObject & Readonly<Record<string, unknown>>;

/** Objects by path, finalizers as the real API has them; nothing is checked. */
export class FakeKubernetesApi {
  public readonly objects = new Map<string, Stored>();
  private readonly watches = new Set<(type: WatchEvent<Stored>["type"], path: string, object: Stored) => void>();
  private version = 0;

  /** The same, for whoever takes a client. */
  public get client(): ApiClient {
    return this as unknown as ApiClient;
  }

  /** How many collections somebody follows. */
  public get followed(): number {
    return this.watches.size;
  }

  public get(path: string): Promise<Stored> {
    const object = this.objects.get(path);
    return object ? Promise.resolve(object) : Promise.reject(new ApiError(404, `${path} not found`));
  }

  public list(path: string): Promise<ObjectList<Stored>> {
    const items = [...this.objects].filter(([of]) => isIn(of, path)).map(([, object]) => object);
    return Promise.resolve({ metadata: { resourceVersion: String(this.version) }, items });
  }

  public create(path: string, object: Partial<Stored>): Promise<Stored> {
    const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
    const { name = "" } = object.metadata ?? {};
    const uid = `uid-${++this.version}`;
    return Promise.resolve(
      this.store("ADDED", `${path}/${name}`, { ...object, metadata: { uid, name, namespace, ...object.metadata } }),
    );
  }

  public async patch(path: string, change: Stored): Promise<Stored> {
    const before = await this.get(path);
    const object = { ...before, ...change, metadata: { ...before.metadata, ...change.metadata } };
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    return this.store(deletionTimestamp !== undefined && finalizers.length === 0 ? "DELETED" : "MODIFIED", path, object);
  }

  public async delete(path: string): Promise<Stored> {
    const object = await this.get(path);
    const metadata = { deletionTimestamp: new Date().toISOString(), ...object.metadata };
    return this.store((metadata.finalizers ?? []).length === 0 ? "DELETED" : "MODIFIED", path, { ...object, metadata });
  }

  public async watch(
    path: string,
    _query: object,
    signal: AbortSignal,
    onEvent: (event: WatchEvent<Stored>) => void,
  ): Promise<void> {
    const watch = (type: WatchEvent<Stored>["type"], of: string, object: Stored): void => {
      if (isIn(of, path)) onEvent({ type, object });
    };
    this.watches.add(watch);
    await new Promise((resolve) => {
      signal.addEventListener("abort", resolve);
    });
    this.watches.delete(watch);
  }

  private store(type: WatchEvent<Stored>["type"], path: string, given: Stored): Stored {
    const object = { ...given, metadata: { ...given.metadata, resourceVersion: String(++this.version) } };
    if (type === "DELETED") this.objects.delete(path);
    else this.objects.set(path, object);
    for (const watch of this.watches) watch(type, path, object);
    return object;
  }
}

/** Whether a path leads to an object of a collection, of one namespace or of all. */
function isIn(path: string, collection: string): boolean {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return folder === collection || folder.replace(/\/namespaces\/[^/]+/, "") === collection;
}
