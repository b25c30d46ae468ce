import * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { Provider } from "@pulumi/kubernetes/provider";
import type { PlannedStackSecret } from "../../planner/plan";
import type { StackSecrets } from "../addons/release-secrets";
import type { Namespaces } from "./namespaces";

/** Secrets of the stack file by namespace. */
export type SecretsByNamespace = ReadonlyMap<string, readonly Secret[]>;

/** What {@link declareStackSecrets} needs. */
export interface StackSecretsArgs {
  /** What they belong to and are deleted with. @default nothing */
  readonly opts?: Pick<pulumi.CustomResourceOptions, "parent" | "deletedWith">;
  readonly provider: Provider;
  readonly secrets: readonly PlannedStackSecret[];
  readonly namespaces: Namespaces;
  /** Exists once the Kubernetes API answers. */
  readonly api: pulumi.Resource;
  /** Secrets of the stack, those that become part of them among others. */
  readonly values: StackSecrets;
}

/** Declares the Secrets that the stack file asks for: nobody has to run for them. */
export function declareStackSecrets({
  opts = {},
  provider,
  secrets,
  namespaces,
  api,
  values,
}: StackSecretsArgs): SecretsByNamespace {
  const made = new Map<string, Secret[]>();
  for (const planned of secrets) {
    const { namespace, name, type, labels } = planned;
    const place = namespaces.get(namespace);
    const secret = new Secret(
      // With a slash, as no Secret of a release is called.
      `${namespace}/${name}`,
      {
        metadata: { name, namespace, ...(Object.keys(labels).length > 0 ? { labels } : {}) },
        type,
        stringData: textsOf(planned, values),
      },
      { ...opts, provider, dependsOn: [api, ...(place ? [place] : [])] },
    );
    made.set(namespace, [...(made.get(namespace) ?? []), secret]);
  }
  return made;
}

/** All texts of a Secret; those that are secret stay so. */
function textsOf(
  { namespace, name, values: plain, secrets }: PlannedStackSecret,
  values: StackSecrets,
): Readonly<Record<string, pulumi.Input<string>>> {
  const filled = Object.entries(secrets).map(([key, secret]) => {
    const value = values[secret];
    if (!value) throw new pulumi.RunError(`The Secret ${namespace}/${name} takes ${secret}, which the stack has not got`);
    return [key, pulumi.secret(value)] as const;
  });
  return { ...plain, ...Object.fromEntries(filled) };
}
