import { ENVIRONMENT_CLASSES } from "../config/metadata";
import type { UnplacedProblem } from "../config/problem";
import type { AddonContext, AddonDefinition, NamedSecret, Neighbour } from "./addons/definition";
import { judgeCiliumOff } from "./addons/cilium-off";
import { idleLeaves } from "./addons/idle";
import { judgeGitops } from "./addons/gitops-judgement";
import { judgeGateway } from "./addons/gateway-judgement";
import { judgeIngresses } from "./addons/ingress-judgement";
import { mergeLayers, originsOf } from "./addons/layers";
import { judgeNamespaces } from "./addons/namespace-judgement";
import { inOrder, needed } from "./addons/order";
import { overridesOf } from "./addons/overrides";
import { judgePlainSecrets } from "./addons/plain-secrets";
import { ALL_ADDONS } from "./addons/registry";
import { plannedResources } from "./addons/resources";
import { HELM_SECONDS, chartPlace } from "./addons/release";
import { settingsOf } from "./addons/settings";
import { spreadOver } from "./addons/spread";
import { judgeDefaultClasses, judgeVolumes, makerOf, volumeOf } from "./addons/volume";
import { workloadMachines } from "./machines";
import type { AddonKey, PlannedAddons, PlannedMachine, PlannedNamespace, PlannedRelease } from "./plan";
import type { Site } from "./site";

/** What the stack file may say of any add-on. */
interface AnyConfig {
  readonly storageGiB?: number | undefined;
  readonly storageClass?: string | undefined;
  readonly enabled?: boolean;
  readonly version: string;
  readonly repository?: string | undefined;
  readonly namespace?: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly timeoutSeconds?: number | undefined;
  readonly managedBy?: PlannedRelease["managedBy"];
}

/** Decides everything about every add-on that is on, each after all that it waits for. */
export function planAddons(site: Site, machines: readonly PlannedMachine[], scheduleOnControlPlanes: boolean): PlannedAddons {
  const on = inOrder(addonsOn(site));
  const schedulable = workloadMachines(machines, scheduleOnControlPlanes);
  const neighbours = on
    .map((each): Neighbour => ({ ...each, namespace: namespaceOf(site, each) }))
    .sort((a, b) => (a.chart < b.chart ? -1 : 1));
  const shared = { site, machines, schedulable, neighbours, spread: spreadOver(schedulable) };
  return Object.fromEntries(on.map((definition) => [definition.key, planAddon(definition, on, shared)]));
}

/** What is asked of add-ons that cannot be; `machineCount` is undefined as long as nobody knows it. */
export function judgeAddonSettings(site: Site, machineCount: number | undefined): UnplacedProblem[] {
  const on = addonsOn(site);
  return [
    ...judgeCiliumOff(site),
    ...judgeNamespaces(site, on),
    ...judgePlainSecrets(site, on),
    ...judgeVolumes(site, on),
    ...judgeDefaultClasses(site),
    ...judgeIngresses(site),
    ...judgeGitops(site, on, (key) => managerOf(site, key)),
    ...judgeGateway(site),
    ...(machineCount === undefined ? [] : on.flatMap(({ judge }) => judge?.(site, machineCount) ?? [])),
  ];
}

/** Versions of the charts of add-ons that are on. */
export function addonVersions(site: Site): Readonly<Partial<Record<AddonKey, string>>> {
  return Object.fromEntries(inOrder(addonsOn(site)).map(({ key }) => [key, configOf(site, key)?.version]));
}

/** Namespaces of add-ons that are on, those first that let in pods which need the machine. */
export function addonNamespaces(site: Site): PlannedNamespace[] {
  const all = addonsOn(site).map((each) => ({
    name: namespaceOf(site, each),
    podSecurity: typeof each.podSecurity === "string" ? each.podSecurity : each.podSecurity(site),
    protect: false,
    // What stays in it when the program no longer asks for it would go along.
    ...(managerOf(site, each.key) === "stack" ? {} : { retain: true as const }),
  }));
  return [
    ...all.filter(({ podSecurity }) => podSecurity === "privileged"),
    ...all.filter(({ podSecurity }) => podSecurity === "baseline"),
  ];
}

/** Secrets that settings of add-ons name, each with the namespace it is looked for in. */
export function namedSecrets(site: Site): (NamedSecret & { readonly namespace: string })[] {
  return addonsOn(site).flatMap((each) =>
    (each.reads?.(site) ?? []).map((named) => ({ ...named, namespace: namespaceOf(site, each) })),
  );
}

function planAddon(
  definition: AddonDefinition,
  on: readonly AddonDefinition[],
  shared: Pick<AddonContext, "site" | "machines" | "schedulable" | "neighbours" | "spread">,
): PlannedRelease {
  const { site } = shared;
  const { key, chart, storageGiB } = definition;
  const config = configOf(site, key) as AnyConfig;
  const environmentClass = ENVIRONMENT_CLASSES[site.metadata.environment];
  const setting = settingsOf(config, `addons.${key}`, environmentClass) as unknown as AddonContext["setting"];
  const volume = volumeOf(definition, config, on);
  const context = { ...shared, environmentClass, config, setting, volume } as AddonContext;
  const {
    base,
    overlays,
    resources = [],
    idle = [],
    timeoutSeconds,
    volumes = 1,
    protect = false,
    secrets = [],
    facts,
  } = definition.plan(context);
  const { managedBy = "stack" } = config;
  const layers = { base, overlays, environmentClass, own: config.values, ownPath: `addons.${key}.values` };
  const merged = mergeLayers(layers);
  return {
    key,
    name: chart,
    ...chartPlace(definition, config.repository, site.addons.mirror),
    version: config.version,
    namespace: namespaceOf(site, definition),
    values: merged.values,
    origins: originsOf(merged.leaves),
    idle: idleLeaves(merged, idle),
    overrides: overridesOf(layers),
    timeoutSeconds: config.timeoutSeconds ?? timeoutSeconds ?? HELM_SECONDS,
    protect,
    managedBy,
    secrets,
    after: needed(definition, on).map((each) => each.key),
    resources: plannedResources(resources, definition, { on, environmentClass, namespace: namespaceOf(site, definition) }),
    ...(storageGiB === undefined
      ? {}
      : {
          storage: {
            count: volumes,
            ...(volume ? { volume: { sizeGiB: volume.size.value, storageClass: volume.storageClass.value } } : {}),
          },
        }),
    ...facts,
  };
}

/** Those the stack file names and does not switch off, each with what it needs in this stack. */
function addonsOn(site: Site): readonly AddonDefinition[] {
  return ALL_ADDONS.filter(({ key }) => {
    const config = configOf(site, key);
    return config !== undefined && config.enabled !== false;
  }).map((definition) => ({ ...definition, needs: [...definition.needs, ...makerOf(definition, site)] }));
}

function configOf({ addons }: Site, key: AddonKey): AnyConfig | undefined {
  return addons[key];
}

function managerOf(site: Site, key: AddonKey): PlannedRelease["managedBy"] {
  return configOf(site, key)?.managedBy ?? "stack";
}

function namespaceOf(site: Site, { key, namespace }: AddonDefinition): string {
  return namespace ?? configOf(site, key)?.namespace ?? key;
}
