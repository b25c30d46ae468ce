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
 * The key that a machine joins its tailnet with, as a document that Talos merges with its settings: lists are appended.
 *
 * @param authKey `tskey-…`; the whole document is as secret as it is
 */
export function tailscaleKey(
  { name, tailscale }: PlannedMachine,
  authKey: pulumi.Output<string> | undefined,
): pulumi.Output<string>[] {
  if (!tailscale) return [];
  if (!authKey) throw new pulumi.RunError(`${name} joins a tailnet, and there is no key to join it with`);
  return [
    pulumi.secret(authKey).apply((key) => stringify({ ...SERVICE, environment: [`TS_AUTHKEY=${key}`] }, { version: "1.1" })),
  ];
}
