import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import type { PlannedMachine } from "../../planner/plan";

/** The document of the extension's settings, as Talos finds it again to merge another one into it. */
const SERVICE = { apiVersion: "v1alpha1", kind: "ExtensionServiceConfig", name: "tailscale" };

/** What a machine in a tailnet is told beside the key: nothing in it is secret, so that a preview shows what changes. */
export function tailscaleSettings({ tailscale }: PlannedMachine): object[] {
  return tailscale ? [{ ...SERVICE, environment: tailscale.environment }] : [];
}

/**
 * A machine's configuration with the key it joins its tailnet with, as a document that Talos merges with its settings: lists are
 * appended. Among the patches it would make a secret of all of them.
 *
 * @param base what the machine is told otherwise; a secret as well
 * @param authKey `tskey-…`
 */
export function withTailscaleKey(
  { name, tailscale }: PlannedMachine,
  base: pulumi.Output<string>,
  authKey: pulumi.Output<string> | undefined,
): pulumi.Output<string> {
  if (!tailscale) return base;
  if (!authKey) throw new pulumi.RunError(`${name} joins a tailnet, and there is no key to join it with`);
  return pulumi.secret(pulumi.all([base, authKey])).apply(([configuration, key]) => {
    const document = stringify({ ...SERVICE, environment: [`TS_AUTHKEY=${key}`] }, { version: "1.1" });
    return `${configuration.trimEnd()}\n---\n${document}`;
  });
}
