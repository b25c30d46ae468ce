import { ARGO_CD_DEFAULTS as DEFAULTS } from "../../config/addons/argo-cd";
import type { AddonConfig, AddonContext, AddonResource } from "./definition";
import { decidedBy } from "./layers";
import type { Values } from "./layers";
import type { Origin } from "./sourced";

type Config = AddonConfig<"argoCd">;
type Project = Config["projects"][string];
type Application = Config["applications"][string];

/** What Argo CD calls the cluster it runs in. */
export const ARGO_CD_HERE = "in-cluster";

/** Anything that is in no namespace. */
const ANYTHING = [{ group: "*", kind: "*" }];

/** Projects and applications. */
export function argoCdResources({ config }: Pick<AddonContext<"argoCd">, "config">): AddonResource[] {
  const { projects, applications } = config;
  return [
    ...Object.entries(projects).map(([name, each]) => resource("AppProject", "projects", name, projectSpec(each, config))),
    ...Object.entries(applications).map(([name, each]) =>
      resource("Application", "applications", name, applicationSpec(each, config)),
    ),
  ];
}

function resource(kind: string, at: string, name: string, spec: Values): AddonResource {
  const origin: Origin = { layer: "stack", path: `addons.argoCd.${at}.${name}` };
  return { kind, name, spec: decidedBy(origin, spec) };
}

function projectSpec({ description, repositories, destinations, clusterResources }: Project, config: Config): Values {
  return {
    description,
    sourceRepos: repositories.map((name) => urlOf(name, config)),
    destinations: destinations.map(({ cluster = ARGO_CD_HERE, namespace }) => ({ name: cluster, namespace })),
    clusterResourceWhitelist: (clusterResources ?? DEFAULTS.clusterResources) ? ANYTHING : undefined,
  };
}

function applicationSpec(application: Application, config: Config): Values {
  const { project = DEFAULTS.project, repository, path, ref = DEFAULTS.ref, cluster = ARGO_CD_HERE, namespace } = application;
  const { sync = DEFAULTS.sync, prune = DEFAULTS.prune } = application;
  return {
    project,
    source: { repoURL: urlOf(repository, config), path, targetRevision: ref },
    // By name: the address of a cluster may change, and a name says more.
    destination: { name: cluster, namespace: namespace ?? config.namespace },
    // What somebody changes by hand is put back: the repository is what counts.
    syncPolicy: sync === "automatic" ? { automated: { prune, selfHeal: true } } : undefined,
  };
}

/** A repository's URL as Argo CD wants it: registries without a scheme. */
export function argoCdUrl(url: string): string {
  return url.replace(/^oci:\/\//, "");
}

function urlOf(name: string, { repositories }: Config): string {
  return argoCdUrl(repositories[name]?.url ?? "");
}
