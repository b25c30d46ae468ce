import { gib } from "../../render/units";
import { ORDER } from "../../render/survival";
import { count } from "../../render/text";
import type { Failure } from "../failures";
import type { DrawnDomain, DrawnHost, FloorPlan } from "../floor-plan";
import { drawnMachines } from "../floor-plan";
import { headOf } from "../floor-plan-svg";
import { drawHost, drawMachine } from "../host-drawing";
import type { Content, Markup } from "../markup";
import { data, markup } from "../markup";
import type { Report } from "../model";
import { fill } from "../patterns";
import { VERDICT_CLASSES, VERDICT_MARKS, folded, mark, picture, section, table } from "./parts";

const KINDS: readonly (readonly [Failure["kind"], string])[] = [
  ["host", "a host"],
  ["pair", "two hosts"],
  ["domain", "a failure domain"],
  ["datastore", "a datastore"],
  ["machine", "a machine"],
];

/** More failures of a kind than this are chosen from a list; hosts have a switch each all the same. */
const MOST_BUTTONS = 16;

/** The sign on switches: a ring with a stroke in it. */
const POWER = markup`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="M8 2v5.5M4.4 4.1a5 5 0 1 0 7.2 0" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/></svg>`;

/** The floor plan with what fails in it: buttons change the drawing, and all of it is there in words, too. */
export function floor(report: Report): Markup {
  const { floor: drawn, failures, plan } = report;
  const lead =
    "Areas are memory, all on one scale. Choose what is to fail: what goes with it turns grey, and what has room elsewhere appears there.";
  return section("floor", "Floor plan", plan.hosts.length === 0 ? "Areas are memory." : lead, [
    toolbars(failures),
    markup`<div class="stage"><div class="domains" role="group" aria-label="Hosts" data-roving>${drawn.domains.map(domain)}${existing(drawn)}</div>${panel()}</div>${legend(drawn)}`,
    markup`<p id="announcement" role="status" class="unseen"></p>`,
    folded("Every failure in words", failures.map(inWords), "failures"),
    folded("All machines as a table", machinesTable(report), "machines"),
    data("failure-data", failures.map(forScript)),
  ]);
}

function toolbars(failures: readonly Failure[]): Markup {
  const bars = KINDS.flatMap(([kind, noun]) => {
    const own = failures.filter((failure) => failure.kind === kind);
    if (own.length === 0) return [];
    return own.length > MOST_BUTTONS ? chooser(noun, own) : toolbar(noun, own);
  });
  return markup`<div class="toolbars needs-script">${bars}</div>`;
}

function toolbar(noun: string, failures: readonly Failure[]): Markup {
  const buttons = failures.map(({ id, name, verdict }) => {
    const sign = mark(VERDICT_CLASSES[verdict], VERDICT_MARKS[verdict]);
    return markup`<button type="button" class="failure" data-failure="${id}" aria-pressed="false">${sign} ${name} <span class="unseen">${verdict}</span></button>`;
  });
  return markup`<div class="toolbar" role="toolbar" aria-label="What if ${noun} fails" data-roving><span class="toolbar-label" aria-hidden="true">What if ${noun} fails?</span>${buttons}</div>`;
}

/** Where there are many of a kind, one of which the worst come first. */
function chooser(noun: string, failures: readonly Failure[]): Markup {
  const sorted = ORDER.flatMap((verdict) => failures.filter((failure) => failure.verdict === verdict));
  const options = sorted.map(
    ({ id, name, verdict }) => markup`<option value="${id}">${VERDICT_MARKS[verdict]} ${name}: ${verdict}</option>`,
  );
  return markup`<div class="toolbar"><label class="toolbar-label">What if ${noun} fails? <select data-choose-failure><option value="">nothing fails</option>${options}</select></label></div>`;
}

/** Where the page says what comes of the failure that was chosen. */
function panel(): Markup {
  return markup`<aside id="verdict" class="verdict needs-script" aria-label="What the failure does"><p class="hint">Nothing fails at the moment. Press one of the buttons; <kbd>Esc</kbd> brings everything back.</p></aside>`;
}

function domain({ name, hosts }: DrawnDomain): Markup {
  const level = name === null ? "h3" : "h4";
  const cards = hosts.map((host) => card(host, level));
  if (name === null) return markup`<div class="cards">${cards}</div>`;
  return markup`<section class="domain-frame" aria-label="Failure domain ${name}"><h3><span class="quiet">failure domain</span> ${name}</h3><div class="cards">${cards}</div></section>`;
}

function card(drawn: DrawnHost, level: "h3" | "h4"): Markup {
  const { host } = drawn;
  const [name, figures] = headOf(drawn);
  const title = level === "h3" ? markup`<h3>${name}</h3>` : markup`<h4>${name}</h4>`;
  const label = `${name}: ${gib(host.allocatedMemoryMiB)} of ${gib(host.memoryMiB)} GiB for ${count(host.machines.length, "VM")}, ${gib(host.reservedMemoryMiB)} GiB kept for the host, ${host.vcpus} vCPUs on ${count(host.threads, "thread")}`;
  return markup`<article class="host" data-host-card="${name}"><header>${title}<button type="button" class="power needs-script" data-failure="host:${name}" aria-pressed="false" aria-label="Switch ${name} off" title="Switch ${name} off">${POWER}</button></header><p class="figures">${figures}</p>${picture(drawHost(drawn), label)}</article>`;
}

function existing({ existing: machines, width }: FloorPlan): Content {
  if (machines.length === 0) return "";
  const height = Math.max(...machines.map(({ box }) => box.y + box.height));
  const label = `Machines that are no VMs: ${machines.map(({ name }) => name).join(", ")}`;
  const drawing = picture({ width, height, body: markup`${machines.map(drawMachine)}` }, label);
  return markup`<div class="cards"><article class="host"><header><h3>no VMs</h3></header><p class="figures">${count(machines.length, "machine")} without a Proxmox host</p>${drawing}</article></div>`;
}

function legend({ kinds }: FloorPlan): Markup {
  const sample = (body: Content): Markup => markup`<svg class="drawing" width="26" height="16" aria-hidden="true">${body}</svg>`;
  const box = { x: "0", y: "0", width: "26", height: "16" };
  const entries = [
    ...kinds.map(({ name, tone, mark: sign }) => markup`<li>${sample(fill(tone, box))} ${sign} ${name}</li>`),
    markup`<li>${sample(markup`<rect class="reserved" width="26" height="16" rx="3"/><rect width="26" height="16" fill="url(#pattern-reserved)"/>`)} kept for the host</li>`,
    markup`<li>${sample(markup`<rect class="free" x=".5" y=".5" width="25" height="15" rx="3"/>`)} free</li>`,
  ];
  return markup`<ul class="legend" aria-label="Legend">${entries}</ul>`;
}

function inWords({ id, title, verdict, effects, room, cure }: Failure): Markup {
  const rows = effects.map(
    ({ part, verdict: each, message }) =>
      markup`<div><dt>${mark(VERDICT_CLASSES[each], VERDICT_MARKS[each])} ${part}<span class="unseen"> ${each}</span></dt><dd>${message}</dd></div>`,
  );
  const rest = room === "" ? "" : markup`<div><dt>${mark("quiet", "⌂")} room</dt><dd>${room}</dd></div>`;
  const cures =
    cure.length === 0
      ? ""
      : markup`<div><dt>${mark("accent", "+")} cure</dt><dd><ul>${cure.map((text) => markup`<li>${text}</li>`)}</ul></dd></div>`;
  const none = effects.length === 0 ? markup`<p>Nothing of this stack is touched.</p>` : "";
  return markup`<article class="outcome is-${VERDICT_CLASSES[verdict]}" data-outcome="${id}"><h3>${mark(VERDICT_CLASSES[verdict], VERDICT_MARKS[verdict])} ${title}</h3>${none}<dl>${rows}${rest}${cures}</dl></article>`;
}

function machinesTable({ plan }: Report): Markup {
  const rows = [...drawnMachines(plan).values()].map(({ name, kind, vmId, address, cores, memoryMiB, diskGiB }) => {
    const host = [...plan.machines, ...(plan.balancers?.machines ?? [])].find((machine) => machine.name === name)?.host ?? "none";
    return [name, kind.name, host, vmId, address, cores, gib(memoryMiB), diskGiB];
  });
  return table("All machines", ["machine", "pool", "host", "VM", "address", "vCPUs", "memory GiB", "disks GiB"], rows);
}

/** What the script of the page needs of a failure; places as lists, for there may be very many. */
function forScript({ id, kind, name, title, hosts, machines, ghosts, effects }: Failure): unknown {
  const tenth = (value: number): number => Math.round(value * 10) / 10;
  return {
    id,
    ...(kind === "datastore" ? { datastore: name } : {}),
    says: [title, ...effects.map(({ part, message }) => `${part}: ${message}`)].join(". "),
    hosts,
    machines,
    ghosts: ghosts.map(({ machine, host, tone, restarts, x, y, width, height }) => {
      return [machine, host, tone, restarts ? 1 : 0, ...[x, y, width, height].map(tenth)];
    }),
  };
}
