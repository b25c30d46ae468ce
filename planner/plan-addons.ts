/** Add-ons as they were decided: what components hand to Helm. */

import type { Exposure } from "../config/addons/ingress";
import type { MANAGERS } from "../config/addons/release";
import type { StackConfig } from "../config/schema";
import type { SecretName } from "../config/secrets";

/** Key of an add-on in the stack file. */
export type AddonKey = Exclude<keyof StackConfig["addons"], "mirror">;

/** A Helm release, whole: a component has nothing to add. */
export interface PlannedRelease {
  readonly key: AddonKey;
  /** Name of the release, and of the chart. */
  readonly name: string;
  /** Name in the repository, or `oci://…` with it. */
  readonly chart: string;
  /** Exact version of the chart. */
  readonly version: string;
  /** @default none, for an `oci://` chart */
  readonly repository?: string;
  readonly namespace: string;
  /** Values of the chart: base, overlay and the stack file's own, merged, in order of key. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Where each leaf of the values comes from: `base`, `overlay <class>` or `stack <path in the stack file>`; in order of path. */
  readonly origins: readonly { readonly path: string; readonly from: string }[];
  /** Leaves that nothing in the chart reads, and why. */
  readonly idle: readonly { readonly path: string; readonly from: string; readonly because: string }[];
  /** The stack file's own values that stand where the plan had decided something. */
  readonly overrides: readonly PlannedOverride[];
  /** How long Helm waits until all of it is ready. */
  readonly timeoutSeconds: number;
  /** Keys of the add-ons that must be ready before. */
  readonly after: readonly AddonKey[];
  /** `stack`: the program; `leaving`: it as well, and the release stays when it is no longer asked for; `gitops`: not the program. */
  readonly managedBy: (typeof MANAGERS)[number];
  /** Secrets that must be there before it. */
  readonly secrets: readonly PlannedSecret[];
  /** Whether the release goes only after it was unprotected: what it keeps would go with it. */
  readonly protect: boolean;
  /** Custom resources that come after it, in order of kind and name. */
  readonly resources: readonly PlannedResource[];
  /** What it keeps what it collects on; undefined where it keeps nothing. */
  readonly storage?: PlannedStorage;
}

/** One of the stack file's own values in the place of what was decided. */
export interface PlannedOverride {
  /** In the stack file. */
  readonly path: string;
  /** What was decided, cut short; paths of the chart's values where it is several of them. */
  readonly planned: string;
  /** `base`, `overlay <class>`, or `stack <path>` of a setting. */
  readonly from: string;
  /** What it is where the plan has something of another kind, so that the chart cannot take it. */
  readonly misfit?: "map" | "list" | "single value";
}

/** A custom resource, whole. It holds no secret: where it needs one, it names a Secret. */
export interface PlannedResource {
  /** For instance `cilium.io/v2`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Without a namespace for a kind that has none. */
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
  /** Where each leaf of the spec comes from, as with values. */
  readonly origins: PlannedRelease["origins"];
  /** Keys of the add-ons that must be ready before: its own, and whoever brings its kind. */
  readonly after: readonly AddonKey[];
  /** Where the API serves its kind once an operator has defined it at run time. @default nothing: the kind comes with the release */
  readonly served?: string;
}

/** A Secret of Kubernetes in the release's namespace, made of a secret of the stack, which is not part of the plan. */
export interface PlannedSecret {
  readonly name: string;
  /** @default Opaque */
  readonly type?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Name of the stack's secret. @default none: there is nothing secret about it */
  readonly secret?: SecretName;
  /** Texts by key, `<secret>` standing for the secret and `<secret as JSON>` for it as a JSON string. */
  readonly data: Readonly<Record<string, string>>;
}

/** Volumes of an add-on. */
export interface PlannedStorage {
  /** @default none: what was collected goes with the pod */
  readonly volume?: PlannedVolume;
  /** Pods that have one each. */
  readonly count: number;
}

/** A volume of an add-on. */
export interface PlannedVolume {
  readonly sizeGiB: number;
  readonly storageClass: string;
}

/** Longhorn on the machines' disks. */
export interface LonghornFacts {
  /** Copies of each volume. */
  readonly replicas: number;
  readonly overProvisioningPercent: number;
  /** Folder of the machines that volumes are kept in. */
  readonly dataPath: string;
  /** Folder on system disks, which the kubelet sees whatever `dataPath` is: volumes of a running cluster may be there. */
  readonly systemPath: string;
  /** Names of the machines that keep volumes. */
  readonly machines: readonly string[];
  /** Names of all machines it runs on. */
  readonly runsOn: readonly string[];
  /** Whether `machines` are labelled because others keep none. */
  readonly labelled: boolean;
  /** Pools that classes ask for: machines of them that keep volumes bear the pool's name as a tag. */
  readonly taggedPools: readonly string[];
  /** Pools that were chosen and have none of the disks that others have. */
  readonly idlePools: readonly string[];
  /** Classes beside its own, in order of name. */
  readonly classes: readonly PlannedVolumeClass[];
  /** Whether copies must be in different failure domains. */
  readonly separateZones: boolean;
}

/** A class of Longhorn's volumes. */
export interface PlannedVolumeClass {
  readonly name: string;
  readonly replicas: number;
  /** Names of the machines that keep its volumes. */
  readonly machines: readonly string[];
}

/** How requests from outside reach an ingress controller. */
export interface IngressFacts {
  readonly ingress: {
    /** Name of its IngressClass. */
    readonly className: string;
    /** Whether it takes Ingresses that name no class. */
    readonly isDefault: boolean;
    readonly expose: Exposure;
    /** Whether its Service waits for an address that nothing hands out. */
    readonly lacksAddress: boolean;
    /** Its Service of type LoadBalancer. @default none */
    readonly service?: PlannedService;
  };
}

/** Addresses that Services of type LoadBalancer get, and who announces them. */
export interface PlannedAddressPool {
  readonly name: string;
  /** Addresses, ranges as first-last and networks, as written. */
  readonly addresses: readonly string[];
  /** Labels of the Services that get some; none for all. */
  readonly services: Readonly<Record<string, string>>;
  /** Whether machines answer for them on their own network. */
  readonly l2: boolean;
  /** Whether routers are told. */
  readonly bgp: boolean;
}

/** A router that machines speak BGP with. */
export interface PlannedBgpPeer {
  readonly name: string;
  readonly address: string;
  readonly asn: number;
  readonly port: number;
  /** Whether its address is one of Tailscale's. */
  readonly tailscale: boolean;
  /** @default one hop */
  readonly multihop?: number;
  /** Name of the Secret with the password. */
  readonly passwordSecret?: string;
  readonly holdSeconds: number;
  readonly keepAliveSeconds: number;
  readonly connectRetrySeconds?: number;
  readonly gracefulRestartSeconds?: number;
}

/** BGP between machines and routers. */
export interface PlannedBgp {
  readonly localAsn: number;
  /** Whether the stack file chose the pools of the machines. */
  readonly chosen: boolean;
  readonly machines: readonly { readonly name: string; readonly address: string }[];
  readonly peers: readonly PlannedBgpPeer[];
  /** Networks that hold every address of a Service which routers may be told, in CIDR form. */
  readonly prefixes: readonly string[];
  /** Networks of the pods, where each machine's part is announced. */
  readonly podSubnets: readonly string[];
}

/** What Cilium announces, and to whom. */
export interface CiliumFacts {
  /** In order of name. */
  readonly pools: readonly PlannedAddressPool[];
  /** Machines that answer on their own network. */
  readonly l2Machines?: readonly string[];
  readonly bgp?: PlannedBgp;
  readonly gateway?: PlannedGateway;
}

/** A Service of type LoadBalancer. */
export interface PlannedService {
  readonly namespace: string;
  readonly name: string;
  /** What pools of addresses find it by. */
  readonly labels: Readonly<Record<string, string>>;
  /** Those it is to have; none for any. */
  readonly addresses: readonly string[];
}

/** A Gateway that Cilium answers for. */
export interface PlannedGateway {
  readonly name: string;
  readonly namespace: string;
  /** Whether its Service waits for an address that nothing hands out. */
  readonly lacksAddress: boolean;
  readonly service: PlannedService;
}

/** What Grafana shows. */
export interface DashboardFacts {
  /** Dashboards as Grafana has them, by the names of their ConfigMaps. */
  readonly dashboards: readonly { readonly name: string; readonly json: string }[];
}

/** What is decided of volumes that are disks of VMs. */
export interface AttachedFacts {
  /** Datastores of its classes that go with their host. */
  readonly datastores: readonly string[];
  /** Datastores of its classes that hosts share. */
  readonly sharedDatastores: readonly string[];
}

/** What others than Helm read of an add-on, one line for each that has any. */
export interface AddonFacts {
  readonly cilium: CiliumFacts;
  readonly kubePrometheusStack: DashboardFacts;
  readonly longhorn: LonghornFacts;
  readonly proxmoxCsi: AttachedFacts;
  readonly traefik: IngressFacts;
  readonly ingressNginx: IngressFacts;
}

/** A release with what else was decided. */
export type PlannedLonghorn = PlannedRelease & LonghornFacts;

/** The same of kube-prometheus-stack. */
export type PlannedKubePrometheusStack = PlannedRelease & DashboardFacts;

/** Every add-on that is on, each after all that it waits for. */
export type PlannedAddons = {
  readonly [K in AddonKey]?: K extends keyof AddonFacts ? PlannedRelease & AddonFacts[K] : PlannedRelease;
};
