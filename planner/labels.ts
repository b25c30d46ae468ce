import type { UnplacedProblem } from "../config/problem";
import { problem } from "../config/problem";
import type { AllocatedPool } from "./seats";

/** Keys of Kubernetes' own prefixes that a kubelet may give its node (NodeRestriction). */
const ALLOWED_KEYS = new Set([
  "kubernetes.io/hostname",
  "kubernetes.io/arch",
  "kubernetes.io/os",
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/os",
  "beta.kubernetes.io/instance-type",
  "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region",
]);

/** Prefixes under which a kubelet may set any key. */
const ALLOWED_PREFIXES = ["node.kubernetes.io", "kubelet.kubernetes.io"];

const RESERVED_PREFIXES = ["kubernetes.io", "k8s.io"];

const ALLOWED =
  "a key without a prefix or with one of your own, under node.kubernetes.io, or topology.kubernetes.io/zone and region";

/** Labels of workers that the API server refuses, and with one of them all others: Talos sets labels as the kubelet does. */
export function judgeLabels(pools: readonly AllocatedPool[]): UnplacedProblem[] {
  // Control planes set theirs as administrators.
  return pools
    .filter(({ role }) => role === "worker")
    .flatMap(({ path, config }) => [
      ...refused(`${path}.labels`, config.labels),
      ...Object.entries(config.machines ?? {}).flatMap(([name, { labels = {} }]) =>
        refused(`${path}.machines.${name}.labels`, labels),
      ),
    ]);
}

function refused(path: string, labels: Readonly<Record<string, string>>): UnplacedProblem[] {
  return Object.entries(labels)
    .filter(([key]) => !isAllowed(key))
    .map(([key, value]) => {
      const remedy = `rename it, for instance to ${key.split("/").at(-1) ?? key}, or set it by hand: kubectl label node <name> ${key}=${value}`;
      return problem(
        `${path}.${key}`,
        value,
        "a label no worker may give itself: with it, Kubernetes refuses all of the machine's labels",
        ALLOWED,
        remedy,
      );
    });
}

function isAllowed(key: string): boolean {
  const [prefix = "", name] = key.split("/");
  if (name === undefined || ALLOWED_KEYS.has(key)) return true;
  return !isUnder(prefix, RESERVED_PREFIXES) || isUnder(prefix, ALLOWED_PREFIXES);
}

function isUnder(prefix: string, domains: readonly string[]): boolean {
  return domains.some((domain) => prefix === domain || prefix.endsWith(`.${domain}`));
}
