import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "./api-client";
import { ApiError } from "./api-types";
import type { KubernetesObject, WatchEvent } from "./api-types";

/** Pause before a watch that broke off is begun again, in milliseconds. */
const PAUSE_MS = 200;

/** All objects of one collection of the API, kept up to date by a watch. */
export class Collection<T extends KubernetesObject> {
  private objects = new Map<string, T>();
  private readonly ended = new AbortController();

  /**
   * @param path for instance `/api/v1/pods`
   * @param onChange called after every change
   * @param query narrows it down, for instance by a field selector
   */
  constructor(
    private readonly client: ApiClient,
    private readonly path: string,
    private readonly onChange: () => void,
    private readonly query: Readonly<Record<string, string>> = {},
  ) {}

  /** By namespace and name, in no particular order. */
  public get all(): T[] {
    return [...this.objects.values()];
  }

  /** @param namespace absent for objects of the whole cluster */
  public get(name: string, namespace?: string): T | undefined {
    return this.objects.get(keyOf({ name, namespace }));
  }

  /**
   * Resolves when all objects are known and follows changes until `stop`. A watch that breaks off is begun anew.
   *
   * @throws ApiError or the socket's error when the first list fails
   */
  public async follow(): Promise<void> {
    const version = await this.list();
    void this.watchOn(version);
  }

  /** Follows no further; what is known stays. */
  public stop(): void {
    this.ended.abort();
  }

  private async watchOn(first: string): Promise<void> {
    let version: string | undefined = first;
    while (!this.ended.signal.aborted) {
      try {
        version ??= await this.list();
        version = await this.watch(version);
      } catch (error) {
        // Only a version that is too old needs another list, and an aborted watch nothing at all.
        if (error instanceof ApiError) version = undefined;
        await sleep(PAUSE_MS);
      }
    }
  }

  private async list(): Promise<string> {
    const { items, metadata } = await this.client.list<T>(this.path, this.query);
    this.objects = new Map(items.map((item) => [keyOf(item.metadata), item]));
    this.onChange();
    return metadata.resourceVersion;
  }

  /** @returns the version to go on from */
  private async watch(from: string): Promise<string> {
    let version = from;
    const query = { ...this.query, resourceVersion: from, allowWatchBookmarks: "true" };
    await this.client.watch<T>(this.path, query, this.ended.signal, (event) => {
      version = event.object.metadata.resourceVersion ?? version;
      this.take(event);
    });
    return version;
  }

  private take({ type, object }: WatchEvent<T>): void {
    if (type === "BOOKMARK") return;
    if (type === "DELETED") this.objects.delete(keyOf(object.metadata));
    else this.objects.set(keyOf(object.metadata), object);
    this.onChange();
  }
}

function keyOf({ name, namespace = "" }: { readonly name: string; readonly namespace?: string }): string {
  return `${namespace}/${name}`;
}
