import type { UnplacedProblem } from "../../config/problem";
import type { ByClass, EnvironmentClass } from "../../config/metadata";
import type { AddonFacts, AddonKey, PlannedMachine, PlannedSecret } from "../plan";
import type { Site } from "../site";
import type { IdleValues } from "./idle";
import type { Values } from "./layers";
import type { Settings } from "./settings";
import type { Sourced } from "./sourced";
import type { Spread } from "./spread";

/** What an add-on gives a cluster that others wait for. */
export type Provision = "network" | "storage";

/** Standard of what pods may do. */
export type PodSecurity = "privileged" | "baseline";

/** What the stack file says of an add-on. */
export type AddonConfig<K extends AddonKey> = NonNullable<Site["addons"][K]>;

/** A port of a Service in the add-on's namespace, and of the pods behind it. */
export interface ServicePort {
  readonly service: string;
  readonly port: number;
}

/** Another add-on that is on, as those see it that watch it. */
export interface Neighbour {
  readonly key: AddonKey;
  readonly chart: string;
  readonly namespace: string;
  readonly metrics?: ServicePort | readonly ServicePort[];
  readonly dataSource?: DataSource;
}

/** What Grafana reads from. */
export interface DataSource extends ServicePort {
  /** Name shown in Grafana. */
  readonly name: string;
  /** Grafana's word for the kind. */
  readonly type: string;
}

/** What an add-on is planned from. */
export interface AddonContext<K extends AddonKey = AddonKey> {
  readonly site: Site;
  readonly environmentClass: EnvironmentClass;
  readonly config: AddonConfig<K>;
  /** What the stack file says of a setting, with its origin. */
  readonly setting: Settings<AddonConfig<K>>;
  readonly machines: readonly PlannedMachine[];
  /** Machines on which pods run that tolerate nothing in particular. */
  readonly schedulable: readonly PlannedMachine[];
  /** How pods of one kind keep apart. */
  readonly spread: Spread;
  /** Size of the add-on's volume and its class; undefined where nothing makes volumes, or it asked for none. */
  readonly volume: { readonly size: Sourced<number>; readonly storageClass: Sourced<string> } | undefined;
  /** All add-ons that are on, in order of chart. */
  readonly neighbours: readonly Neighbour[];
}

/** A kind of custom resources. */
export interface ResourceKind {
  /** For instance `cilium.io/v2`. */
  readonly apiVersion: string;
  /** Its name in the API, for instance `ciliumbgppeerconfigs`. */
  readonly plural: string;
  readonly scope: "Cluster" | "Namespaced";
}

/** Kinds that an add-on brings, one of which is what a custom resource is. */
export interface ResourceKinds {
  /** `release`: defined once the release is ready. `operator`: by its operator, some time after that. */
  readonly by: "release" | "operator";
  readonly kinds: Readonly<Record<string, ResourceKind>>;
}

/** A custom resource as an add-on asks for it. */
export interface AddonResource {
  /** One of those that this or another add-on that is on brings. */
  readonly kind: string;
  readonly name: string;
  /** @default the release's, for kinds that have one */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Leaves may be sourced, as those of values; names of Secrets, never what is in them. */
  readonly spec: Values;
}

/** A Secret that a setting names, in the add-on's namespace. */
export interface NamedSecret {
  /** In the stack file. */
  readonly path: string;
  readonly name: string;
  /** Keys that are read. */
  readonly keys: readonly string[];
  /** A key that makes up for all of them. @default none */
  readonly instead?: string;
  /** What waits for it: "Alertmanager's pods wait for it". */
  readonly meanwhile: string;
}

/** What is decided of an add-on beyond its release. */
export interface AddonPlan<K extends AddonKey = AddonKey> {
  /** What this platform and Talos need of the chart, whatever the environment. */
  readonly base: Values;
  /** What the classes of environments want on top. */
  readonly overlays: ByClass<Values>;
  /** Values that nothing reads: a finding where the stack file sets them, a failing test where base or overlay do. */
  readonly idle?: readonly IdleValues[];
  /** Custom resources that come after the release. @default none */
  readonly resources?: readonly AddonResource[];
  /** Secrets that the release reads, made of secrets of the stack. @default none */
  readonly secrets?: readonly PlannedSecret[];
  /** How long Helm waits where the stack file does not say. @default 600 */
  readonly timeoutSeconds?: number;
  /** Whether the release goes only after it was unprotected: what it keeps would go with it. @default false */
  readonly protect?: boolean;
  /** Volumes, one for each pod that has one. @default one */
  readonly volumes?: number;
  /** What others than Helm read of the plan. */
  readonly facts: K extends keyof AddonFacts ? AddonFacts[K] : Readonly<Record<string, never>>;
}

/** Everything that is known of an add-on. One object each, in a file of its own; `registry.ts` lists them. */
export interface AddonDefinition<K extends AddonKey = AddonKey> {
  /** Key in the stack file. */
  readonly key: K;
  /** Name of the chart in its repository, and of the release. */
  readonly chart: string;
  /** Where the chart is published: `https://` or `oci://`, without the chart's name. */
  readonly publisher: string;
  /** @default the stack file's own, or its default */
  readonly namespace?: string;
  /** Standard of the namespace: `privileged` where pods need the machine itself. Talos enforces baseline wherever nothing else is said. */
  readonly podSecurity: PodSecurity | ((site: Site) => PodSecurity);
  /** Kinds of custom resources it brings. @default none that anybody here makes something of */
  readonly brings?: ResourceKinds;
  /** What others wait for it for. */
  readonly provides?: Provision;
  /** What must be ready first, of what is on. */
  readonly needs: readonly (Provision | AddonKey)[];
  /** What Prometheus scrapes beyond its chart's own. */
  readonly metrics?: ServicePort | readonly ServicePort[];
  readonly dataSource?: DataSource;
  /** Volume in GiB where the stack file names no `storageGiB`; undefined for an add-on that keeps nothing. */
  readonly storageGiB?: number;
  /** Secrets that its settings name. @default none */
  readonly reads?: (site: Site) => readonly NamedSecret[];
  /** What it asks for that cannot be, among `machineCount` machines. @default nothing */
  readonly judge?: (site: Site, machineCount: number) => UnplacedProblem[];
  readonly plan: (context: AddonContext<K>) => AddonPlan<K>;
}
