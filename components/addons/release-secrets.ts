import * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { Provider } from "@pulumi/kubernetes/provider";
import type { PlannedRelease, PlannedSecret } from "../../planner/plan";

/** Secrets of the stack by name. */
export type StackSecrets = Readonly<Partial<Record<PlannedSecret["secret"], pulumi.Output<string>>>>;

/** Stands for the secret in a planned text. */
const PLACE = "<secret>";

/** Declares the Secrets that a release reads: the plan says what they look like, the stack's configuration what is in them. */
export function declareSecrets(
  { name, namespace, secrets }: Pick<PlannedRelease, "name" | "namespace" | "secrets">,
  provider: Provider,
  values: StackSecrets,
  opts: pulumi.CustomResourceOptions,
): Secret[] {
  return secrets.map(({ name: secretName, secret, data }) => {
    const value = values[secret];
    if (!value) throw new pulumi.RunError(`The Secret ${secretName} of ${name} takes ${secret}, which the stack has not got`);
    const stringData = pulumi
      .secret(value)
      .apply((text) => Object.fromEntries(Object.entries(data).map(([key, each]) => [key, each.replaceAll(PLACE, () => text)])));
    return new Secret(
      `${name}-${secretName}`,
      { metadata: { name: secretName, namespace }, type: "Opaque", stringData },
      { ...opts, provider },
    );
  });
}
