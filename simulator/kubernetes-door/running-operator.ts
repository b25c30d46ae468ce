import type { Actions } from "./actions";
import type { ApiClient } from "./api-client";
import { Collection } from "./collection";
import { CustomResources } from "./custom-resources";
import type { CustomResource } from "./custom-resources";
import type { Pod } from "./objects";
import { heldPatch, releasedPatch } from "./operator";
import type { ConfigMap, MadeResource, Operator } from "./operator";

/** An operator of which a pod is ready. */
export class RunningOperator {
  private readonly resources: CustomResources;
  private readonly configMaps: Collection<ConfigMap> | undefined;
  /** Pods that made what they make, and versions of ConfigMaps that were followed, by uid. */
  private started = new Set<string>();
  private readonly configured = new Map<string, string>();

  constructor(
    private readonly client: ApiClient,
    private readonly operator: Operator,
    private readonly actions: Actions,
    onChange: () => void,
  ) {
    const { configuration } = operator;
    this.resources = new CustomResources(client, operator.group, onChange);
    if (!configuration) return;
    const byName = { fieldSelector: `metadata.name=${configuration.name}` };
    this.configMaps = new Collection(client, "/api/v1/configmaps", onChange, byName);
  }

  /** Resolves when its kinds and its ConfigMap are known. */
  public async follow(): Promise<void> {
    await Promise.all([this.resources.follow(), this.configMaps?.follow()]);
  }

  /** Follows no further: nobody does its work now. */
  public stop(): void {
    this.resources.stop();
    this.configMaps?.stop();
  }

  /** @param pods those of it that are ready; it minds what is in their namespaces */
  public reconcile(pods: readonly Pod[]): void {
    const namespaces = new Set(pods.map(({ metadata }) => metadata.namespace));
    this.resources.update();
    for (const { object, path } of this.resources.all) {
      const patch = namespaces.has(object.metadata.namespace) ? this.finalizerPatch(object) : undefined;
      if (patch) this.actions.once(object, "finalizer", () => this.client.patch(path, patch));
    }
    this.started = new Set(pods.flatMap(({ metadata: { uid = "" } }) => (this.started.has(uid) ? [uid] : [])));
    // Whoever is about to end begins nothing: its namespace may be on its way out, too.
    for (const pod of pods) if (pod.metadata.deletionTimestamp === undefined) this.begin(pod);
    for (const configMap of this.configMaps?.all ?? [])
      if (namespaces.has(configMap.metadata.namespace)) this.configure(configMap);
  }

  private finalizerPatch(object: CustomResource): object | undefined {
    const { finalizer, holds } = this.operator;
    return releasedPatch(object, finalizer) ?? (holds ? heldPatch(object, finalizer) : undefined);
  }

  private begin(pod: Pod): void {
    const { uid = "", namespace = "" } = pod.metadata;
    const wanted = this.operator.makes?.(pod) ?? [];
    if (this.started.has(uid) || !this.knows(wanted, namespace)) return;
    this.started.add(uid);
    for (const { plural, object } of wanted) {
      if (this.resources.kind(plural, namespace)?.get(object.metadata.name)) continue;
      const metadata = { ...object.metadata, finalizers: [this.operator.finalizer] };
      this.create({ plural, object: { ...object, metadata } }, namespace, () => this.started.delete(uid));
    }
  }

  /** Settings follow the ConfigMap when it changes; in between everybody may change them. */
  private configure(configMap: ConfigMap): void {
    const { uid = "", namespace = "", resourceVersion = "" } = configMap.metadata;
    if (!this.operator.configuration) return;
    const { makes, versionAnnotation } = this.operator.configuration;
    const wanted = makes(configMap);
    if (this.configured.get(uid) === resourceVersion || !this.knows(wanted, namespace)) return;
    this.configured.set(uid, resourceVersion);
    const again = (): unknown => this.configured.delete(uid);
    for (const { plural, object } of wanted) {
      const kind = this.resources.kind(plural, namespace);
      const before = kind?.get(object.metadata.name);
      const annotations = { [versionAnnotation]: resourceVersion };
      const made = { ...object, metadata: { ...object.metadata, annotations } };
      if (!before) this.create({ plural, object: made }, namespace, again);
      else if (before.metadata.annotations?.[versionAnnotation] !== resourceVersion) {
        this.actions.run(() => this.client.patch(`${kind?.path ?? ""}/${object.metadata.name}`, made), again);
      }
    }
  }

  private knows(wanted: readonly MadeResource[], namespace: string): boolean {
    return wanted.every(({ plural }) => this.resources.kind(plural, namespace) !== undefined);
  }

  private create({ plural, object }: MadeResource, namespace: string, onFailure: () => unknown): void {
    const { path = "" } = this.resources.kind(plural, namespace) ?? {};
    const apiVersion = path.split("/").slice(2, 4).join("/");
    this.actions.run(() => this.client.create(path, { apiVersion, ...object }), onFailure);
  }
}
