import * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { Provider } from "@pulumi/kubernetes/provider";
import type { PlannedRelease, PlannedSecret } from "../../planner/plan";

/** Secrets of the stack by name. */
export type StackSecrets = Readonly<Partial<Record<NonNullable<PlannedSecret["secret"]>, pulumi.Output<string>>>>;

/** What stands for the secret in a planned text, and what comes in its place. */
const PLACES: Readonly<Record<string, (secret: string) => string>> = {
  "<secret>": (secret) => secret,
  "<secret as JSON>": (secret) => JSON.stringify(secret),
};

/** Declares the Secrets that a release reads: the plan says what they look like, the stack's configuration what is in them. */
export function declareSecrets(
  release: Pick<PlannedRelease, "name" | "namespace" | "secrets"> & Partial<Pick<PlannedRelease, "managedBy">>,
  provider: Provider,
  values: StackSecrets,
  opts: pulumi.CustomResourceOptions,
): Secret[] {
  const { name, namespace, secrets } = release;
  return secrets.map(
    (planned) =>
      new Secret(
        `${name}-${planned.name}`,
        {
          metadata: { name: planned.name, namespace, ...(planned.labels ? { labels: planned.labels } : {}) },
          type: planned.type ?? "Opaque",
          stringData: textsOf(planned, release, values),
        },
        // Whatever manages the release reads it: it stays as long as that does.
        { ...opts, provider, retainOnDelete: (release.managedBy ?? "stack") !== "stack" },
      ),
  );
}

function textsOf(
  { name: secretName, secret, data }: PlannedSecret,
  { name }: Pick<PlannedRelease, "name">,
  values: StackSecrets,
): pulumi.Input<Readonly<Record<string, string>>> {
  if (secret === undefined) return data;
  const value = values[secret];
  if (!value) throw new pulumi.RunError(`The Secret ${secretName} of ${name} takes ${secret}, which the stack has not got`);
  return pulumi
    .secret(value)
    .apply((text) => Object.fromEntries(Object.entries(data).map(([key, each]) => [key, filled(each, text)])));
}

function filled(text: string, secret: string): string {
  return text.replaceAll(/<secret(?: as JSON)?>/g, (place) => PLACES[place]?.(secret) ?? place);
}
