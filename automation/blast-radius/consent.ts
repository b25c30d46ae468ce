import { CONSENTABLE, DANGERS, DANGER_CODES } from "../../config/dangers";
import type { DangerCode } from "../../config/dangers";
import { nearest } from "../../config/problem";
import { EXIT, Failure } from "../failure";
import { CONSEQUENCES } from "./consequences";
import type { Danger, Found } from "./danger";

/** Somebody's word that a danger is meant. */
export interface Consent {
  readonly danger: DangerCode;
  /** @default all dangers of the code */
  readonly of?: string | undefined;
  readonly reason: string;
}

/**
 * Reads `--consent <danger[:name]>`.
 *
 * @throws {Failure} `usage` for a danger nobody knows, or one that this does not consent to
 */
export function consentOf(option: string): Consent {
  const [code = "", ...rest] = option.split(":");
  const allowed = [...CONSENTABLE, ...DANGER_CODES.filter((each) => DANGERS[each].consent === "option")];
  const danger = allowed.find((each) => each === code);
  if (danger === undefined) {
    const meant = nearest(code, allowed);
    const hint = meant === undefined ? `one of ${allowed.join(", ")}` : `did you mean ${meant}?`;
    throw new Failure("usage", `--consent ${option}: nothing of the kind can be consented to; ${hint}`, EXIT.usage);
  }
  return { danger, ...(rest.length > 0 ? { of: rest.join(":") } : {}), reason: "--consent" };
}

/** A danger with what follows from it, and whether somebody means it. */
export function judged(found: Found, consents: readonly Consent[]): Danger {
  const { code, of, urn, what, besides } = found;
  const { follows } = CONSEQUENCES[code];
  const entry = consents.find((each) => matches(each, found));
  const consented = found.consented ?? (DANGERS[code].severity === "dangerous" ? entry?.reason : undefined) ?? null;
  const way = wayOf(found);
  return {
    code,
    of,
    urn,
    what,
    consequence: follows,
    consent: way === null || besides === undefined ? way : `${way}; ${besides}`,
    consented,
  };
}

/** Consents that no danger needs: they would let a later one pass unseen. */
export function unused(consents: readonly Consent[], dangers: readonly Found[]): Consent[] {
  return consents.filter((consent) => !dangers.some((danger) => matches(consent, danger)));
}

function matches({ danger, of }: Consent, found: Pick<Found, "code" | "of">): boolean {
  return danger === found.code && (of === undefined || of === found.of);
}

/** What consents to a danger, or what to do in its place. */
function wayOf({ code, of, what }: Found): string | null {
  const { instead } = CONSEQUENCES[code];
  switch (DANGERS[code].consent) {
    case "entry":
      return `consent: [{ danger: ${code}, of: ${of}, reason: … }]`;
    case "option":
      return `--consent ${code}${instead === undefined ? "" : `; ${instead}`}`;
    case "switch":
      return code === "longhorn-uninstalled"
        ? "addons.longhorn.allowUninstall: true, in an update of its own before"
        : `disks.${/^disk (\S+)/.exec(what)?.[1] ?? ""}: { …, remove: true }`;
    case "none":
      return `nothing; ${instead ?? "set it back"}`;
    case "needless":
      return null;
  }
}
