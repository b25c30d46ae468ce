import { HOURS_PER_MONTH } from "../costs/costs";
import type { Finding, Plan } from "../plan";
import { survivals } from "../survival/survival";
import type { Survival } from "../survival/survival";
import { finding } from "./catalog";

/** What is promised beyond this is out of reach while one failure takes everything away until somebody has repaired it. */
export const SLA_NEEDS_HA_ABOVE = 99.9;

/** Whether what was promised to users can be kept when one thing fails. */
export function judgeSla(plan: Plan): Finding[] {
  const { availabilityPercent } = plan;
  if (availabilityPercent === undefined || availabilityPercent <= SLA_NEEDS_HA_ABOVE) return [];
  const lost = survivals(plan).filter(({ verdict }) => verdict === "lost");
  if (lost.length === 0) return [];
  return [
    finding(
      "sla-single-failure",
      "sla.availabilityPercent",
      `${availabilityPercent}% leave ${minutes(availabilityPercent)} minutes of outage a month, and a single failure takes longer: ${lost.map(text).join("; ")}`,
      "see `lab survive` and `lab advise`: 3 control planes on 3 hosts behind an address that none of them owns; or promise less",
    ),
  ];
}

function text({ scenario: { kind, name }, effects }: Survival): string {
  const parts = effects.filter(({ verdict }) => verdict === "lost").map(({ part }) => part);
  return `without ${kind === "domain" ? "failure domain" : kind} ${name}, ${parts.join(", ")}`;
}

/** Minutes of a month that it may be away, with one decimal at most. */
function minutes(percent: number): number {
  return Number((((100 - percent) / 100) * HOURS_PER_MONTH * 60).toFixed(1));
}
