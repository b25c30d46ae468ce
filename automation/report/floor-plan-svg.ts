import type { Plan } from "../../planner";
import { count } from "../render/text";
import { gib } from "../render/units";
import type { DrawnDomain, DrawnHost, FloorPlan } from "./floor-plan";
import { floorPlanOf } from "./floor-plan";
import type { Drawing } from "./host-drawing";
import { drawHost, drawMachine, fitting } from "./host-drawing";
import type { Markup } from "./markup";
import { Markup as Piece, markup, px } from "./markup";
import { shade } from "./palette";
import { drawingRules, fill, patterns } from "./patterns";

const PAD = 14;
const GAP = 16;
/** Name and figures of a host. */
const HEAD = 40;
const DOMAIN_HEAD = 24;
const TITLE = 64;
const LEGEND_LINE = 22;
const FEW_PER_ROW = 4;
const MANY_PER_ROW = 6;

/** The floor plan alone, as an SVG document that needs nothing else: light or dark like whatever shows it. */
export function floorPlanSvg(plan: Plan): string {
  const floor = floorPlanOf(plan);
  const perRow = floor.dense ? MANY_PER_ROW : FEW_PER_ROW;
  const across = Math.min(perRow, Math.max(1, plan.hosts.length));
  const room = across * (floor.width + 4 * PAD + GAP);
  const blocks = [...floor.domains.map((domain) => drawDomain(domain, perRow)), ...existingOf(floor)];
  const { placedBlocks, width, height } = shelves(blocks, room);
  const title = `${plan.stack}: ${count(plan.hosts.length, "host")}, ${count(plan.machines.length, "machine")}`;
  const legend = drawLegend(floor, width);
  const total = TITLE + height + legend.height + GAP;
  const document = markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width + 2 * GAP)} ${px(total)}" width="${px(width + 2 * GAP)}" height="${px(total)}" role="img" aria-labelledby="title description" class="drawing"><title id="title">${title}</title><desc id="description">${summaryOf(plan)}</desc><style>${new Piece(styleOf())}</style>${patterns()}<rect class="sheet" width="100%" height="100%"/><text class="title strong" x="${GAP}" y="34">${plan.stack}</text><text class="quiet" x="${GAP}" y="54">${subtitleOf(plan)}</text><g transform="translate(${GAP} ${TITLE})">${placedBlocks}</g><g transform="translate(${GAP} ${px(TITLE + height)})">${legend.body}</g></svg>`;
  return `${document.text}\n`;
}

/** Rules with colours in them instead of custom properties: not everything that shows an SVG knows these. */
function styleOf(): string {
  const rules = (theme: "light" | "dark"): string =>
    `${drawingRules((name) => shade(name, theme))}\n.drawing .title { font-size: 22px; }`;
  return `${rules("light")}\n@media (prefers-color-scheme: dark) {\n${rules("dark")}\n}`;
}

function subtitleOf({ clusterName, versions }: Plan): string {
  return `TalosCluster ${clusterName} · Talos ${versions.talos} · Kubernetes ${versions.kubernetes}`;
}

/** The drawing in words, for whoever does not see it. */
export function summaryOf({ hosts, machines }: Plan): string {
  const each = hosts.map(({ name, memoryMiB, allocatedMemoryMiB, machines: here }) => {
    return `${name} has ${gib(memoryMiB)} GiB, ${gib(allocatedMemoryMiB)} of them for ${count(here.length, "VM")}`;
  });
  const others = machines.filter(({ host }) => host === null).map(({ name }) => name);
  return [...each, ...(others.length > 0 ? [`no VMs are ${others.join(", ")}`] : [])].join("; ");
}

/** A host's name and figures in two lines. */
export function headOf({ host }: DrawnHost): readonly [string, string] {
  const { name, address, cores, threads, memoryMiB, allocatedMemoryMiB } = host;
  const processor = cores === threads ? count(cores, "core") : `${cores} cores/${threads} threads`;
  return [name, `${address} · ${processor} · ${gib(allocatedMemoryMiB)} of ${gib(memoryMiB)} GiB`];
}

function card(drawn: DrawnHost): Drawing {
  const { width, height, body } = drawHost(drawn);
  const [name, figures] = headOf(drawn);
  const cut = fitting(figures, width, 11) || figures;
  return {
    width: width + 2 * PAD,
    height: height + HEAD + 2 * PAD,
    body: markup`<rect class="frame" x="0.5" y="0.5" width="${px(width + 2 * PAD - 1)}" height="${px(height + HEAD + 2 * PAD - 1)}" rx="10"/><text class="strong" x="${PAD}" y="26">${name}</text><text class="small quiet" x="${PAD}" y="43"><title>${figures}</title>${cut}</text><g transform="translate(${PAD} ${PAD + HEAD})">${body}</g>`,
  };
}

function drawDomain({ name, hosts }: DrawnDomain, perRow: number): Drawing {
  const inset = name === null ? 0 : PAD;
  const head = name === null ? 0 : DOMAIN_HEAD;
  const cards = hosts.map(card);
  const across = Math.min(perRow, cards.length);
  const { placedBlocks, width, height } = shelves(cards, across * ((cards[0]?.width ?? 0) + GAP));
  const frame =
    name === null
      ? ""
      : markup`<rect class="domain" x="0.5" y="0.5" width="${px(width + 2 * inset - 1)}" height="${px(height + head + 2 * inset - GAP)}" rx="12"/><text class="quiet" x="${inset}" y="24">${name}</text>`;
  return {
    width: width + 2 * inset,
    height: height + head + 2 * inset - GAP,
    body: markup`${frame}<g transform="translate(${inset} ${head + inset})">${placedBlocks}</g>`,
  };
}

function existingOf({ existing, width }: FloorPlan): Drawing[] {
  if (existing.length === 0) return [];
  const height = Math.max(...existing.map(({ box }) => box.y + box.height));
  const body = markup`<rect class="frame" x="0.5" y="0.5" width="${px(width + 2 * PAD - 1)}" height="${px(height + HEAD + 2 * PAD - 1)}" rx="10"/><text class="strong" x="${PAD}" y="26">no VMs</text><text class="small quiet" x="${PAD}" y="43">${count(existing.length, "machine")} by themselves</text><g transform="translate(${PAD} ${PAD + HEAD})">${existing.map(drawMachine)}</g>`;
  return [{ width: width + 2 * PAD, height: height + HEAD + 2 * PAD, body }];
}

/** Drawings beside each other as long as there is room, then below. */
function shelves(blocks: readonly Drawing[], room: number): { placedBlocks: Markup[]; width: number; height: number } {
  let [x, y, shelf, width] = [0, 0, 0, 0];
  const placedBlocks = blocks.map((block) => {
    if (x > 0 && x + block.width > room) [x, y, shelf] = [0, y + shelf + GAP, 0];
    const piece = markup`<g transform="translate(${px(x)} ${px(y)})">${block.body}</g>`;
    [x, shelf, width] = [x + block.width + GAP, Math.max(shelf, block.height), Math.max(width, x + block.width)];
    return piece;
  });
  return { placedBlocks, width, height: y + shelf + GAP };
}

function drawLegend({ kinds }: FloorPlan, width: number): Drawing {
  const entries: [Markup, string][] = [
    ...kinds.map(({ name, tone, mark }): [Markup, string] => [
      fill(tone, { x: "0", y: "0", width: "22", height: "14" }),
      `${mark} ${name}`,
    ]),
    [
      markup`<rect class="reserved" width="22" height="14" rx="3"/><rect width="22" height="14" fill="url(#pattern-reserved)"/>`,
      "kept for the host",
    ],
    [markup`<rect class="free" x="0.5" y="0.5" width="21" height="13" rx="3"/>`, "free"],
  ];
  const blocks = entries.map(([sample, label]): Drawing => ({
    width: 34 + label.length * 6.2,
    height: LEGEND_LINE - GAP,
    body: markup`${sample}<text class="small" x="29" y="11">${label}</text>`,
  }));
  const { placedBlocks, height } = shelves(blocks, Math.max(width, 200));
  return { width, height, body: markup`${placedBlocks}` };
}
