import type { PlannedRelease } from "../plan";
import { originsOf, valueAt } from "./layers";
import type { MergedValues } from "./layers";

/** Values that nothing reads while another one is what it is: a number of replicas of what runs once on each machine, say. */
export interface IdleValues {
  /** Path of what is not read, with all below it. */
  readonly at: string;
  /** What of it is read all the same. */
  readonly except?: string;
  /** @default always: the chart has the value and no template that reads it */
  readonly while?: { readonly path: string; readonly is: string | number | boolean };
}

/** All below `at` while `at.enabled` is false. */
export function unlessEnabled(at: string): IdleValues {
  return { at, except: `${at}.enabled`, while: { path: `${at}.enabled`, is: false } };
}

/** Leaves that do nothing, in order of path. */
export function idleLeaves({ values, leaves }: MergedValues, rules: readonly IdleValues[]): PlannedRelease["idle"] {
  const holding = rules.filter((rule) => rule.while === undefined || valueAt(values, rule.while.path) === rule.while.is);
  return originsOf(leaves).flatMap(({ path, from }) => {
    const rule = holding.find(({ at, except }) => isWithin(path, at) && (except === undefined || !isWithin(path, except)));
    const because = rule?.while ? `${rule.while.path} is ${rule.while.is}` : "none of its templates does";
    return rule ? [{ path, from, because }] : [];
  });
}

function isWithin(path: string, at: string): boolean {
  return path === at || path.startsWith(`${at}.`);
}
