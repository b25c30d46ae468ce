import { ENVIRONMENT_CLASSES } from "../config/metadata";
import type { EnvironmentClass } from "../config/metadata";
import type { PoliciesConfig } from "../config/policies";
import type { StackConfig } from "../config/schema";
import { hostMemory } from "../planner/capacity";
import type { PlannedHost } from "../planner/plan";
import { EXEMPT_NAMESPACE, privilegedNamespaces } from "../planner/pod-security";
import { vmMarks } from "../planner/proxmox";
import { siteOf } from "../planner/site";

/** What a stack says of itself that its resources are held to. None of it comes from a plan. */
export interface PolicyFacts {
  readonly environmentClass: EnvironmentClass;
  /** What every VM is marked with. @default nobody knows */
  readonly marks?: { readonly poolId: string; readonly tags: readonly string[] };
  /** Namespaces whose pods may have the machine itself. */
  readonly privilegedNamespaces: readonly string[];
  readonly hosts: Readonly<Record<string, Pick<PlannedHost, "memoryMiB" | "reservedMemoryMiB">>>;
  /** Whether Longhorn may go with all of its volumes. */
  readonly mayUninstallLonghorn: boolean;
  /** Reasons of acknowledged findings by their code. */
  readonly acknowledged: Readonly<Record<string, string>>;
  /** What the stack file says of policies themselves. */
  readonly policies: PoliciesConfig;
}

/** Of a stack nobody knows anything about: it is held to everything that needs no figures. */
export const STRICTEST: PolicyFacts = {
  environmentClass: "prod",
  privilegedNamespaces: [EXEMPT_NAMESPACE],
  hosts: {},
  mayUninstallLonghorn: false,
  acknowledged: {},
  policies: {},
};

/** What a stack file says. */
export function factsOf(config: StackConfig): PolicyFacts {
  const site = siteOf(config);
  return {
    environmentClass: ENVIRONMENT_CLASSES[config.metadata.environment],
    ...(config.proxmox ? { marks: vmMarks(site) } : {}),
    privilegedNamespaces: privilegedNamespaces(site),
    hosts: Object.fromEntries(Object.entries(site.proxmox.hosts).map(([name, host]) => [name, hostMemory(host)])),
    mayUninstallLonghorn: config.addons.longhorn?.allowUninstall === true,
    // One that is narrowed to a place says nothing about others.
    acknowledged: Object.fromEntries(
      config.acknowledge.filter(({ path }) => path === undefined).map(({ code, reason }) => [code, reason]),
    ),
    policies: config.policies,
  };
}
