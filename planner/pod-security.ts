import { addonNamespaces } from "./addons";
import type { Site } from "./site";

/** Label that says which pod security standard a namespace is held to. */
export const ENFORCE_LABEL = "pod-security.kubernetes.io/enforce";

/** Standards there are, from the one that allows everything to the one that allows least. */
export const POD_SECURITY_STANDARDS = ["privileged", "baseline", "restricted"] as const;

/** The one namespace that Talos exempts from its standard. */
export const EXEMPT_NAMESPACE = "kube-system";

/** Namespaces whose pods may have the machine itself, for an add-on in them needs it; sorted. */
export function privilegedNamespaces(site: Site): string[] {
  const names = addonNamespaces(site).flatMap(({ name, podSecurity }) => (podSecurity === "privileged" ? [name] : []));
  return [...new Set([EXEMPT_NAMESPACE, ...names])].sort();
}
