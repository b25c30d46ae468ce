import type { PlannedHost } from "../../planner";
import { gib, overcommit } from "../render/units";
import { count } from "../render/text";
import type { DrawnHost, DrawnMachine } from "./floor-plan";
import type { Markup } from "./markup";
import { attribute, markup, px } from "./markup";
import { fill } from "./patterns";
import type { Box } from "./treemap";

/** What a letter takes on average, in parts of the size of its type: on the wide side, for fonts differ. */
const LETTER = 0.61;
const TYPE_SIZE = 12;
const SMALL_SIZE = 11;

/** A bar with the line of text over it. */
const GAUGE_HEIGHT = 30;

/** A line drawn where memory ends reaches a little further. */
const GAP = 8;

/** A drawing without its frame. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly body: Markup;
}

/** One gauge: what is used of a capacity. */
interface Gauge {
  readonly label: string;
  readonly used: number;
  readonly capacity: number;
  readonly figure: string;
  /** Name of the scenario in which it is away. */
  readonly scenario?: string;
}

/** A host's memory with its VMs in it, then bars for processor and datastores. */
export function drawHost(drawn: DrawnHost): Drawing {
  const { host, machines, memory, reserved, free, overMiB } = drawn;
  const bottom = Math.max(memory.height, reserved.y + reserved.height);
  const gauges = gaugesOf(host);
  const body = markup`<g class="memory"${attribute("data-host", host.name)}>${[
    plain("free", free, `${gib(host.memoryMiB - host.reservedMemoryMiB - host.allocatedMemoryMiB)} GiB free`),
    plain("reserved", reserved, `${gib(host.reservedMemoryMiB)} GiB kept for the host`),
    machines.map(drawMachine),
    overMiB > 0 ? drawOver(memory, bottom, overMiB) : "",
  ]}<g class="ghosts"></g></g>${gauges.map((gauge, index) => drawGauge(gauge, memory.width, bottom + GAP + index * GAUGE_HEIGHT))}`;
  return { width: memory.width, height: bottom + GAP + gauges.length * GAUGE_HEIGHT, body };
}

/** A machine as a box, with as much text as has room in it. */
export function drawMachine(machine: DrawnMachine & { readonly box: Box }): Markup {
  const { name, kind, box } = machine;
  const top = box.y + Math.min(16, box.height / 2 + 4);
  const texts = linesIn(machine).map(
    (line, index) =>
      markup`<text class="halo ${index === 0 ? "strong" : "small"}" x="${px(box.x + 6)}" y="${px(top + index * 16)}">${line}</text>`,
  );
  return markup`<g class="vm on-${kind.tone}" data-machine="${name}"><title>${describe(machine)}</title>${fill(kind.tone, placed(box))}${texts}</g>`;
}

/** The name, then whatever else has room. */
function linesIn({ name, kind, vmId, address, memoryMiB, cores, box }: DrawnMachine & { readonly box: Box }): string[] {
  const width = box.width - 10;
  const first = fitting(name, width - 14, TYPE_SIZE);
  if (first === "" || box.height < 15) return [];
  const fits = (line: string): boolean => line !== "" && line.length * SMALL_SIZE * LETTER <= width;
  const size = [`${gib(memoryMiB)} GiB · ${count(cores, "vCPU")}`, `${gib(memoryMiB)} GiB`].find(fits) ?? "";
  const shown = [size, address, vmId === null ? "" : `VM ${vmId}`].filter(fits);
  return [`${kind.mark} ${first}`, ...shown.slice(0, Math.max(0, Math.floor((box.height - 20) / 16)))];
}

/** A machine in one line. */
export function describe({ name, kind, vmId, address, cores, memoryMiB, diskGiB }: DrawnMachine): string {
  const id = vmId === null ? "no VM" : `VM ${vmId}`;
  return [name, kind.name, id, address, `${gib(memoryMiB)} GiB`, count(cores, "vCPU"), `${diskGiB} GiB of disks`].join(", ");
}

/** A box's place as attributes have it. */
export function placed({ x, y, width, height }: Box): { x: string; y: string; width: string; height: string } {
  return { x: px(x), y: px(y), width: px(width), height: px(height) };
}

/** Free memory and the reserve, named where there is room. */
function plain(kind: "free" | "reserved", box: Box, label: string): Markup | "" {
  if (box.height <= 0) return "";
  const { x, y, width, height } = placed(box);
  const hatch =
    kind === "reserved"
      ? markup`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="url(#pattern-reserved)"/>`
      : "";
  const text =
    box.height < 15 || label.length * SMALL_SIZE * LETTER > box.width - 12
      ? ""
      : markup`<text class="small quiet halo" x="${px(box.x + 6)}" y="${px(box.y + Math.min(16, box.height / 2 + 4))}">${label}</text>`;
  return markup`<g class="${kind}-part on-${kind}"><title>${label}</title><rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="3"/>${hatch}${text}</g>`;
}

function drawOver({ width, height }: Box, bottom: number, overMiB: number): Markup {
  return markup`<g><rect x="0" y="${px(height)}" width="${px(width)}" height="${px(bottom - height)}" fill="url(#pattern-over)"/><path class="over" d="M0 ${px(height)}H${px(width)}"/><text class="small over-text halo" x="${px(width - 6)}" y="${px(Math.max(12, height - 4))}" text-anchor="end">${gib(overMiB)} GiB too much</text></g>`;
}

function gaugesOf(host: PlannedHost): Gauge[] {
  const { name, vcpus, threads, datastores } = host;
  const load = vcpus > threads ? `, ${overcommit(vcpus, threads)}` : "";
  return [
    { label: "CPU", used: vcpus, capacity: threads, figure: `${vcpus} vCPU on ${threads}${load}` },
    ...datastores.map(({ name: datastore, allocatedGiB, sizeGiB, shared }) => ({
      label: datastore,
      used: allocatedGiB,
      capacity: sizeGiB,
      figure: `${allocatedGiB} of ${sizeGiB} GiB`,
      scenario: shared ? datastore : `${datastore} on ${name}`,
    })),
  ];
}

/** What goes beyond the capacity is hatched, and the capacity marked. */
function drawGauge({ label, used, capacity, figure, scenario }: Gauge, width: number, top: number): Markup {
  const scale = width / Math.max(capacity, used, 1);
  const within = Math.min(used, capacity) * scale;
  const end = capacity * scale;
  const y = px(top + 17);
  const over =
    used > capacity
      ? markup`<rect x="${px(end)}" y="${y}" width="${px(width - end)}" height="8" fill="url(#pattern-over)"/><path class="over" d="M${px(end)} ${px(top + 14)}v14"/>`
      : "";
  const name = fitting(label, width - figure.length * SMALL_SIZE * LETTER - 8, SMALL_SIZE);
  return markup`<g class="gauge"${attribute("data-datastore", scenario)}><title>${label}: ${figure}</title><text class="small quiet" x="0" y="${px(top + 12)}">${name}</text><text class="small" x="${px(width)}" y="${px(top + 12)}" text-anchor="end">${figure}</text><rect class="track" x="0.5" y="${y}" width="${px(width - 1)}" height="8" rx="4"/>${within > 0 ? markup`<rect class="used" x="0.5" y="${y}" width="${px(Math.max(2, within - 1))}" height="8" rx="4"/>` : ""}${over}</g>`;
}

/** The text, cut where it has no room; nothing where three letters have none. */
export function fitting(text: string, width: number, size: number): string {
  const letters = Math.floor(width / (size * LETTER));
  if (text.length <= letters) return text;
  return letters < 4 ? "" : `${text.slice(0, letters - 1)}…`;
}
