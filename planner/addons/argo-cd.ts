import { ARGO_CD_DEFAULTS as DEFAULTS } from "../../config/addons/argo-cd";
import { argoCdResources } from "./argo-cd-resources";
import { judgeArgoCd } from "./argo-cd-judgement";
import { argoCdSecrets } from "./argo-cd-secrets";
import type { AddonContext, AddonDefinition, ResourceKind } from "./definition";
import { unlessEnabled } from "./idle";
import type { Values } from "./layers";
import type { Sourced } from "./sourced";

type Context = AddonContext<"argoCd">;

/** What its objects are called by, whatever the release is. */
const NAME = "argocd";
/** Machines that three pods of Redis insist on. */
const REDIS_MACHINES = 3;

/** Parts by the key of their values: the name of their pods, and what each asks for; assumed for ten applications and for a hundred. */
const PARTS = {
  controller: {
    name: "argocd-application-controller",
    homelab: { cpu: "100m", memory: "256Mi" },
    prod: { cpu: "250m", memory: "1Gi" },
  },
  server: { name: "argocd-server", homelab: { cpu: "25m", memory: "64Mi" }, prod: { cpu: "50m", memory: "128Mi" } },
  repoServer: {
    name: "argocd-repo-server",
    homelab: { cpu: "25m", memory: "128Mi" },
    prod: { cpu: "100m", memory: "256Mi" },
  },
  applicationSet: {
    name: "argocd-applicationset-controller",
    homelab: { cpu: "10m", memory: "64Mi" },
    prod: { cpu: "50m", memory: "128Mi" },
  },
  notifications: {
    name: "argocd-notifications-controller",
    homelab: { cpu: "10m", memory: "32Mi" },
    prod: { cpu: "25m", memory: "64Mi" },
  },
} as const;

/** The same of its cache, each pod of it; the proxies before three of them ask for less. */
const CACHE = {
  homelab: { cpu: "10m", memory: "32Mi" },
  prod: { cpu: "50m", memory: "128Mi" },
  proxy: { cpu: "25m", memory: "64Mi" },
} as const;

/** What is said of the only pod of a cache that has three. */
const ONE_REDIS = { at: "redis.resources", while: { path: "redis-ha.enabled", is: true } } as const;

/** Those of which several pods may run; another pod of the controller would take clusters over, not stand by. */
const SEVERAL = ["server", "repoServer", "applicationSet"] as const;

/** Applications as repositories have them. */
export const argoCd: AddonDefinition<"argoCd"> = {
  key: "argoCd",
  chart: "argo-cd",
  publisher: "https://argoproj.github.io/argo-helm",
  podSecurity: "baseline",
  brings: { by: "release", kinds: { Application: kind("applications"), AppProject: kind("appprojects") } },
  needs: ["network"],
  metrics: [
    { service: "argocd-application-controller-metrics", port: 8082 },
    { service: "argocd-server-metrics", port: 8083 },
    { service: "argocd-repo-server-metrics", port: 8084 },
  ],
  judge: judgeArgoCd,
  plan: (context) => ({
    base: base(context),
    overlays: { homelab: requests(context, "homelab"), prod: prod(context) },
    secrets: argoCdSecrets(context),
    resources: argoCdResources(context),
    idle: [unlessEnabled("dex"), unlessEnabled("notifications"), unlessEnabled("redis-ha"), ONE_REDIS],
    facts: {},
  }),
};

function kind(plural: string): ResourceKind {
  return { apiVersion: "argoproj.io/v1alpha1", plural, scope: "Namespaced" };
}

function base(context: Context): Values {
  const { setting } = context;
  const metrics = { metrics: { enabled: true } };
  const copies = { replicas: replicas(context) };
  return {
    fullnameOverride: NAME,
    global: { domain: setting("domain").asked },
    configs: { ssh: { extraHosts: setting("knownHosts").asked } },
    controller: metrics,
    server: { ...metrics, ...copies },
    repoServer: { ...metrics, ...copies },
    applicationSet: copies,
    // It would know nobody until somebody told it of an identity provider.
    dex: { enabled: false },
    "redis-ha": { enabled: redisHa(context) },
  };
}

function requests(context: Context, environmentClass: "homelab" | "prod"): Values {
  const cache = { resources: { requests: CACHE[environmentClass] } };
  return {
    ...Object.fromEntries(
      Object.entries(PARTS).map(([part, each]) => [part, { resources: { requests: each[environmentClass] } }]),
    ),
    ...(redisHa(context).value
      ? { "redis-ha": { redis: cache, haproxy: { resources: { requests: CACHE.proxy } } } }
      : { redis: cache }),
  };
}

function prod(context: Context): Values {
  const all = requests(context, "prod");
  const count = replicas(context).value;
  const several = SEVERAL.map((part): [string, Values] => [
    part,
    {
      resources: { requests: PARTS[part].prod },
      topologySpreadConstraints: context.spread.constraints({ "app.kubernetes.io/name": PARTS[part].name }),
      // A budget that keeps the only pod where it is lets no machine be drained.
      ...(count > 1 ? { pdb: { enabled: true, maxUnavailable: 1 } } : {}),
    },
  ]);
  return { ...all, ...Object.fromEntries(several) };
}

function replicas({ setting, spread }: Context): Sourced<number> {
  const { homelab, prod } = DEFAULTS.replicas;
  return setting("replicas").byClass({ homelab, prod: spread.upTo(prod) });
}

function redisHa({ setting, schedulable }: Context): Sourced<boolean> {
  return setting("redisHa").byClass({ homelab: false, prod: schedulable.length >= REDIS_MACHINES });
}
