import type { ApiClient } from "./api-client";
import type { KubernetesObject } from "./api-types";
import { Collection } from "./collection";
import type { Condition } from "./objects";

/** An object of a kind that a CustomResourceDefinition defines, with what operators read of it. */
export interface CustomResource extends KubernetesObject {
  readonly value?: string;
}

/** A CustomResourceDefinition. */
interface Definition extends KubernetesObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly name: string; readonly storage: boolean }[];
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** One kind and its objects. */
interface Followed {
  readonly plural: string;
  /** For instance `/apis/longhorn.io/v1beta2`. */
  readonly version: string;
  readonly objects: Collection<CustomResource>;
  isKnown: boolean;
}

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** All objects of one API group, kept up to date; kinds may come and go meanwhile. */
export class CustomResources {
  private readonly definitions: Collection<Definition>;
  private readonly followed = new Map<string, Followed>();

  /**
   * @param onChange called after every change
   * @param plurals kinds that are followed, by their names in the API; all of the group without
   */
  constructor(
    private readonly client: ApiClient,
    private readonly group: string,
    private readonly onChange: () => void,
    private readonly plurals?: readonly string[],
  ) {
    this.definitions = new Collection(client, DEFINITIONS, onChange);
  }

  /** Resolves when the kinds are known. */
  public follow(): Promise<void> {
    return this.definitions.follow();
  }

  /** Follows the kinds the API serves by now, and no others. */
  public update(): void {
    const served = this.definitions.all.filter((each) => this.isWanted(each) && isServed(each));
    const names = new Set(served.map(({ metadata }) => metadata.uid ?? ""));
    for (const [uid, { objects }] of this.followed) {
      if (names.has(uid)) continue;
      objects.stop();
      this.followed.delete(uid);
    }
    for (const definition of served) if (!this.followed.has(definition.metadata.uid ?? "")) this.start(definition);
  }

  /** Every object that is known, with its path in the API. */
  public get all(): { readonly object: CustomResource; readonly path: string }[] {
    return [...this.followed.values()].flatMap(({ plural, version, objects }) =>
      objects.all.map((object) => ({
        object,
        path: `${version}/namespaces/${object.metadata.namespace ?? ""}/${plural}/${object.metadata.name}`,
      })),
    );
  }

  /** Objects of one kind in a namespace; undefined until the kind is known. */
  public kind(
    plural: string,
    namespace: string,
  ): { readonly path: string; readonly get: (name: string) => CustomResource | undefined } | undefined {
    const kind = [...this.followed.values()].find((each) => each.plural === plural);
    if (!kind?.isKnown) return undefined;
    return {
      path: `${kind.version}/namespaces/${namespace}/${plural}`,
      get: (name) => kind.objects.get(name, namespace),
    };
  }

  /** Follows no further. */
  public stop(): void {
    this.definitions.stop();
    for (const { objects } of this.followed.values()) objects.stop();
  }

  private isWanted({ spec: { group, names } }: Definition): boolean {
    return group === this.group && this.plurals?.includes(names.plural) !== false;
  }

  private start({ metadata: { uid = "" }, spec }: Definition): void {
    const version = `/apis/${spec.group}/${spec.versions.find(({ storage }) => storage)?.name ?? ""}`;
    const objects = new Collection<CustomResource>(this.client, `${version}/${spec.names.plural}`, this.onChange);
    const kind = { plural: spec.names.plural, version, objects, isKnown: false };
    this.followed.set(uid, kind);
    objects.follow().then(
      () => {
        kind.isKnown = true;
        this.onChange();
      },
      // A kind that has just come, or is about to go: the next update tries again.
      () => this.followed.delete(uid),
    );
  }
}

function isServed({ status }: Definition): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === "Established" && is === "True") ?? false;
}
