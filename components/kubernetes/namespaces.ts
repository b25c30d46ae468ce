import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import type { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { PlannedNamespace } from "../../planner/plan";
import { ENFORCE_LABEL } from "../../planner/pod-security";

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
        { metadata: { name, labels: { [ENFORCE_LABEL]: podSecurity } } },
        { ...opts, provider, protect, retainOnDelete: retain },
      ),
    ]),
  );
}
