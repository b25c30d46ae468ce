import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import type { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { PlannedNamespace } from "../../planner/plan";

/** Namespaces by name. */
export type Namespaces = ReadonlyMap<string, Namespace>;

/** Declares the namespaces a stack needs. */
export function declareNamespaces(
  namespaces: readonly PlannedNamespace[],
  provider: Provider,
  opts: pulumi.CustomResourceOptions,
): Namespaces {
  return new Map(
    namespaces.map(({ name, podSecurity, protect, retain = false }) => [
      name,
      new Namespace(
        name,
        { metadata: { name, labels: { "pod-security.kubernetes.io/enforce": podSecurity } } },
        { ...opts, provider, protect, retainOnDelete: retain },
      ),
    ]),
  );
}
