import type { UnplacedProblem } from "../config/problem";
import { problem } from "../config/problem";
import { addonNamespaces } from "./addons";
import type { PlannedExternal, PlannedNamespace } from "./plan";
import type { Site } from "./site";

/** Namespaces every cluster has, with the Services Kubernetes and Talos keep there: kube-system is exempt from pod security on Talos. */
const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  default: ["kubernetes"],
  "kube-system": ["kube-dns"],
  "kube-public": [],
  "kube-node-lease": [],
};

/** Services outside of the cluster, in order of name. */
export function planExternals({ externals }: Pick<Site, "externals">): PlannedExternal[] {
  return Object.entries(externals)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { namespace, host, port }]) => ({ name, namespace, host, port }));
}

/** Names that the cluster's own Services have. */
export function judgeExternals({ externals }: Pick<Site, "externals">): UnplacedProblem[] {
  return Object.entries(externals)
    .filter(([name, { namespace }]) => ownServices(namespace).includes(name))
    .map(([name, { namespace }]) =>
      problem(
        `externals.${name}`,
        name,
        `the name of the cluster's own Service in namespace ${namespace}`,
        `any other name, or another namespace than ${namespace}`,
        `rename it, for instance to external-${name}`,
      ),
    );
}

/** Each namespace once that something needs, privileged or retained as soon as one of its add-ons needs that. */
export function planNamespaces(site: Site): PlannedNamespace[] {
  const wanted: PlannedNamespace[] = [
    ...addonNamespaces(site),
    ...(site.talos.etcdBackup
      ? [{ name: site.talos.etcdBackup.namespace, podSecurity: "baseline" as const, protect: false }]
      : []),
    // Somebody else's as well: applications read Secrets, and have a name for what is outside.
    ...[...Object.values(site.externals).map(({ namespace }) => namespace), ...Object.keys(site.secrets)].map((namespace) => ({
      name: namespace,
      podSecurity: "baseline" as const,
      protect: true,
    })),
  ];
  return wanted
    .filter(({ name }, index) => wanted.findIndex((other) => other.name === name) === index && !isBuiltIn(name))
    .map((each) => (wanted.some(({ name, retain }) => retain && name === each.name) ? { ...each, retain: true as const } : each))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isBuiltIn(namespace: string): boolean {
  return Object.hasOwn(BUILT_IN, namespace);
}

function ownServices(namespace: string): readonly string[] {
  return isBuiltIn(namespace) ? (BUILT_IN[namespace] ?? []) : [];
}
