import type { Verdict } from "../../../planner";
import { ORDER } from "../../render/survival";
import { count } from "../../render/text";
import { duration, gib } from "../../render/units";
import type { Markup } from "../markup";
import { markup } from "../markup";
import type { Report } from "../model";
import { VERDICT_CLASSES, VERDICT_MARKS, mark } from "./parts";

/** A figure that matters, with what it is and where the page says more. */
interface Tile {
  readonly href: string;
  readonly label: string;
  readonly value: string;
  readonly note: string;
  readonly state?: "good" | "fair" | "bad";
  readonly sign?: string;
}

/** The figures one looks for first, then the facts in words. */
export function overview(report: Report): Markup {
  const tiles = [
    machinesTile(report),
    ...memoryTile(report),
    ...failureTile(report),
    ...rehearsalTile(report),
    findingsTile(report),
  ];
  return markup`<section id="overview" aria-label="Overview"><ul class="tiles">${tiles.map(drawTile)}</ul><dl class="facts">${report.facts.map(
    ([label, text]) => markup`<div><dt>${label}</dt><dd>${text}</dd></div>`,
  )}</dl></section>`;
}

function drawTile({ href, label, value, note, state, sign }: Tile): Markup {
  const shown = sign === undefined ? value : markup`${mark(state ?? "", sign)} ${value}`;
  return markup`<li><a class="tile${state === undefined ? "" : ` is-${state}`}" href="#${href}"><span class="tile-label">${label}</span> <span class="tile-value">${shown}</span> <span class="tile-note">${note}</span></a></li>`;
}

function machinesTile({ plan: { machines, hosts, balancers } }: Report): Tile {
  const controlPlanes = machines.filter(({ role }) => role === "controlplane").length;
  const guests = balancers ? `, ${count(balancers.machines.length, "load balancer")}` : "";
  const place = hosts.length === 0 ? "without hosts" : `on ${count(hosts.length, "host")}`;
  const note = `${count(controlPlanes, "control plane")}, ${count(machines.length - controlPlanes, "worker")}${guests}`;
  return { href: "floor", label: `machines ${place}`, value: String(machines.length), note };
}

function memoryTile({ plan: { hosts } }: Report): Tile[] {
  if (hosts.length === 0) return [];
  const sum = (of: (host: (typeof hosts)[number]) => number): number => hosts.reduce((all, host) => all + of(host), 0);
  const [all, given, kept] = [sum((h) => h.memoryMiB), sum((h) => h.allocatedMemoryMiB), sum((h) => h.reservedMemoryMiB)];
  const note = `GiB for VMs, ${gib(kept)} kept for hosts, ${gib(Math.max(0, all - given - kept))} free`;
  return [{ href: "floor", label: "memory", value: `${gib(given)} of ${gib(all)}`, note }];
}

function failureTile({ failures }: Report): Tile[] {
  const of = (verdict: Verdict): number => failures.filter((each) => each.verdict === verdict).length;
  const worst = ORDER.find((verdict) => of(verdict) > 0);
  if (worst === undefined) return [];
  const value = worst === "survives" ? "survives" : `${of(worst)} of ${failures.length}`;
  const note = {
    survives: `all of ${count(failures.length, "failure")}`,
    degraded: "failures leave something missing until the repair",
    lost: "failures cost the cluster its purpose or its data",
  }[worst];
  return [
    { href: "floor", label: "single failures", value, note, state: VERDICT_CLASSES[worst] as "good", sign: VERDICT_MARKS[worst] },
  ];
}

function rehearsalTile({ rehearsed }: Report): Tile[] {
  if (!rehearsed) return [];
  const { result, makespanSeconds, criticalPathSeconds, resources } = rehearsed.rehearsal;
  const failed = result === "failed";
  const idle = resources.every(({ operation }) => operation === "same");
  const tile = { href: "timeline", label: "rehearsal" };
  if (failed) return [{ ...tile, value: "failed", note: "what went wrong is told below", state: "bad", sign: "✗" }];
  if (idle) return [{ ...tile, value: "nothing to do", note: count(resources.length, "resource"), state: "good", sign: "✓" }];
  const note = `until it is ready; ${duration(criticalPathSeconds)} at the very least`;
  return [{ ...tile, value: duration(makespanSeconds), note, state: "good", sign: "✓" }];
}

function findingsTile({ findings }: Report): Tile {
  const open = findings.filter(({ acknowledged }) => acknowledged === undefined);
  const errors = open.filter(({ severity }) => severity === "error").length;
  const warnings = open.filter(({ severity }) => severity === "warning").length;
  const state = errors > 0 ? "bad" : warnings > 0 ? "fair" : "good";
  const sign = { bad: "✗", fair: "!", good: "✓" }[state];
  const value = errors > 0 ? count(errors, "error") : warnings > 0 ? count(warnings, "warning") : "none open";
  const acknowledged = findings.length - open.length;
  const note = [
    `${errors > 0 ? "stops" : "nothing stops"} this plan`,
    ...(acknowledged > 0 ? [`${acknowledged} acknowledged`] : []),
  ];
  return { href: "findings", label: "findings", value, note: note.join(", "), state, sign };
}
