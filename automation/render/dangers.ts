import { DANGERS } from "../../config/dangers";
import type { Danger } from "../blast-radius/danger";
import { isOpen } from "../blast-radius/judge";
import { count } from "./text";

/** Dangers that say the same of several things. */
export interface DangerGroup extends Omit<Danger, "of" | "urn"> {
  readonly names: readonly string[];
}

/** Like dangers as one, in their order; those that nobody has consented to come first. */
export function grouped(dangers: readonly Danger[]): DangerGroup[] {
  const groups = new Map<string, { first: Danger; names: string[] }>();
  for (const danger of [...dangers.filter(isOpen), ...dangers.filter((each) => !isOpen(each))]) {
    const { code, of, what, consented } = danger;
    const key = JSON.stringify([code, what, consented, consentFor(danger, "")]);
    const group = groups.get(key) ?? { first: danger, names: [] };
    groups.set(key, group);
    group.names.push(of);
  }
  return [...groups.values()].map(({ first, names }) => ({
    code: first.code,
    what: first.what,
    consequence: first.consequence,
    consented: first.consented,
    names,
    consent: names.length === 1 ? first.consent : consentFor(first, ""),
  }));
}

/** What consents to the same danger of all that are meant. */
function consentFor({ consent, of }: Danger, to: string): string | null {
  return consent?.replace(`, of: ${of},`, `${to},`) ?? null;
}

/** For instance `2 dangers (1 without consent), 3 disruptions`. */
export function verdictOf(dangers: readonly Danger[]): string {
  const grave = dangers.filter(({ code }) => DANGERS[code].severity === "dangerous");
  const open = grave.filter(isOpen).length;
  if (dangers.length === 0) return "nothing dangerous";
  const others = dangers.length - grave.length;
  const disruptive = others === 0 ? "" : `, ${count(others, "disruption")}`;
  if (grave.length === 0) return `nothing dangerous${disruptive}`;
  const consents = open === 0 ? "with consent" : open === grave.length ? "without consent" : `(${open} without consent)`;
  return `${count(grave.length, "danger")} ${consents}${disruptive}`;
}
