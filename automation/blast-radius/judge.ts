import { DANGERS, DANGER_CODES } from "../../config/dangers";
import { judgeAddresses } from "./addresses";
import { judgeIdentity, judgeImages, judgeNetworks, judgePki, judgeVersions } from "./cluster";
import type { Consent } from "./consent";
import { judged, unused } from "./consent";
import type { Change, Danger, Found, Judge } from "./danger";
import { judgeDisks } from "./disks";
import { judgeHandedOver, judgeNamespaces, judgeObjects, judgeReleases } from "./kubernetes";
import { judgeLeft, judgeMembers, judgeMigrations, judgeVms } from "./machines";
import { judgePolicies } from "./policies";
import { judgeProtection, judgeRefusals, judgeSecrets, judgeStack } from "./rest";
import { judgePending, judgeRestarts } from "./restarts";

const JUDGES: readonly Judge[] = [
  judgePki,
  judgeIdentity,
  judgeMembers,
  judgeVms,
  judgeDisks,
  judgeAddresses,
  judgeNetworks,
  judgeReleases,
  judgeNamespaces,
  judgeHandedOver,
  judgeVersions,
  judgeRestarts,
  judgePending,
  judgeMigrations,
  judgeLeft,
  judgeImages,
  judgeObjects,
  judgeProtection,
  judgePolicies,
  judgeSecrets,
];

/** All that is dangerous about a change. */
export interface BlastRadius {
  /** The gravest first. */
  readonly dangers: readonly Danger[];
  readonly unusedConsents: readonly Consent[];
}

/** Judges a change. Pure: the same change gives the same dangers, in the same order. */
export function judge(change: Change, options: readonly Consent[] = []): BlastRadius {
  const consents = [...(change.after?.config.consent ?? []), ...options];
  const found = findings(change);
  return {
    dangers: found.map((each) => judged(each, consents)).sort((a, b) => gravity(a) - gravity(b) || inOrder(a.of, b.of)),
    unusedConsents: unused(consents, found),
  };
}

/** Whether a danger stops a change: it is one, and nobody means it. */
export function isOpen({ code, consented }: Pick<Danger, "code" | "consented">): boolean {
  return DANGERS[code].severity === "dangerous" && consented === null;
}

function findings(change: Change): Found[] {
  if (!change.before) return [];
  if (!change.after) return judgeStack(change);
  const found = JUDGES.flatMap((each) => each(change));
  // One thing is told once: what is refused because of it is no news.
  const told = found.filter(({ code }) => ["disk-deleted", "disk-shrunk", "longhorn-uninstalled"].includes(code));
  const isNews = ({ urn, what }: Found): boolean =>
    !told.some((each) => each.urn === urn) &&
    !(what.startsWith("network-change:") && found.some(({ code }) => code === "network-changed"));
  return [...found, ...judgeRefusals(change).filter(isNews)];
}

function gravity({ code }: Danger): number {
  return DANGER_CODES.indexOf(code);
}

/** By name, whatever the language of whoever asks. */
function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
