import type { KubernetesObject } from "./api-types";
import type { Pod } from "./objects";

/** A custom resource to be made: its kind's name in the API, and all but the namespace and the version. */
export interface MadeResource {
  readonly plural: string;
  readonly object: { readonly kind: string; readonly metadata: { readonly name: string } } & Readonly<Record<string, unknown>>;
}

/** A ConfigMap. */
export interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** What others see of a controller of custom resources: it minds those in the namespace it runs in. */
export interface Operator {
  /** API group of its resources. */
  readonly group: string;
  /** What it takes off the resources of its group once they are to be deleted. */
  readonly finalizer: string;
  /** Labels its pods are found by. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether it puts the finalizer on what others make. @default false: an admission webhook does, or nobody */
  readonly holds?: true;
  /** What each of its pods makes when it starts, with the finalizer; what is there already stays. @default nothing */
  readonly makes?: (pod: Pod) => readonly MadeResource[];
  /** A ConfigMap by whose text it sets values: of resources without finalizer that are made where they are missing. @default none */
  readonly configuration?: {
    readonly name: string;
    /** Annotation of a resource that says which version of the ConfigMap it follows. */
    readonly versionAnnotation: string;
    readonly makes: (configMap: ConfigMap) => readonly MadeResource[];
  };
}

/** An operator that others see by the kinds it defines. */
export interface Definer {
  /** Labels its pods are found by. */
  readonly labels: Readonly<Record<string, string>>;
  /** CustomResourceDefinitions it makes when it starts. */
  readonly defines: readonly object[];
}

/** A merge patch that puts a finalizer on what is there to stay; undefined where it is on. */
export function heldPatch({ metadata }: KubernetesObject, finalizer: string): object | undefined {
  const { deletionTimestamp, finalizers = [], resourceVersion } = metadata;
  if (deletionTimestamp !== undefined || finalizers.includes(finalizer)) return undefined;
  return { metadata: { resourceVersion, finalizers: [...finalizers, finalizer] } };
}

/** An operator that others see by the addresses it gives Services. */
export interface Balancer {
  /** Labels its pods are found by. */
  readonly labels: Readonly<Record<string, string>>;
  readonly balances: true;
}

/** A merge patch that takes a finalizer off what is to be deleted; undefined where there is nothing to take off. */
export function releasedPatch({ metadata }: KubernetesObject, finalizer: string): object | undefined {
  const { deletionTimestamp, finalizers = [], resourceVersion } = metadata;
  if (deletionTimestamp === undefined || !finalizers.includes(finalizer)) return undefined;
  return { metadata: { resourceVersion, finalizers: finalizers.filter((each) => each !== finalizer) } };
}
