import type { RehearsedResource } from "../../simulator/report";
import type { Drawing } from "./host-drawing";
import { fitting } from "./host-drawing";
import type { Markup } from "./markup";
import { markup, px } from "./markup";
import { nounOf, toneOf } from "./resource-kinds";
import type { Group, ResourceGraph } from "./resource-graph";
import type { Box } from "./treemap";
import { fill } from "./patterns";

/** Sizes that the script of the page needs as well, to open groups. */
export const NODE = { width: 176, height: 40, gapX: 18, gapY: 34, line: 17, mostLines: 24 } as const;

/** How resources are shown. */
export interface Look {
  /** URNs on the critical path. */
  readonly critical: ReadonlySet<string>;
  /** What each resource is called. */
  readonly labels: readonly string[];
}

/** Groups side by side before a layer goes on below. */
const PER_LINE = 6;

/** The graph from top to bottom: what waits is below what it waits for. */
export function drawGraph(graph: ResourceGraph, resources: readonly RehearsedResource[], look: Look): Drawing {
  const boxes = placesOf(graph);
  const width = widthOf(graph);
  const height = Math.max(0, ...boxes.map(({ y, height: own }) => y + own)) + 8;
  const edges = graph.edges.map(([from, to]) => drawEdge(from, to, boxes));
  const nodes = graph.layers.flat().map((id) => drawGroup(graph.groups[id], boxes[id], resources, look));
  return { width, height, body: markup`<g class="edges" aria-hidden="true">${edges}</g>${nodes}` };
}

/** As wide as the longest line, with room for what is drawn around a box. */
function widthOf({ layers }: ResourceGraph): number {
  const longest = Math.min(PER_LINE, Math.max(0, ...layers.map(({ length }) => length)));
  return longest * (NODE.width + NODE.gapX);
}

/** A box for each group, all of a layer's centred. */
export function placesOf(graph: ResourceGraph): Box[] {
  const { groups, layers } = graph;
  const width = widthOf(graph);
  const boxes: Box[] = groups.map(() => ({ x: 0, y: 0, width: NODE.width, height: NODE.height }));
  let y = 4;
  for (const layer of layers) {
    for (let first = 0; first < layer.length; first += PER_LINE) {
      const line = layer.slice(first, first + PER_LINE);
      const left = (width - line.length * (NODE.width + NODE.gapX) + NODE.gapX) / 2;
      for (const [index, id] of line.entries()) {
        boxes[id] = { x: left + index * (NODE.width + NODE.gapX), y, width: NODE.width, height: NODE.height };
      }
      y += NODE.height + (first + PER_LINE < layer.length ? NODE.gapY / 3 : NODE.gapY);
    }
  }
  return boxes;
}

function drawEdge(from: number, to: number, boxes: readonly Box[]): Markup {
  const [start, end] = [boxes[from], boxes[to]];
  if (!start || !end) return markup``;
  return markup`<path data-from="${from}" data-to="${to}" d="${curve(start, end)}"/>`;
}

/** From the bottom of one box to the top of another. */
function curve(start: Box, end: Box): string {
  const [x1, y1, x2, y2] = [start.x + start.width / 2, start.y + start.height, end.x + end.width / 2, end.y];
  const bend = Math.max(14, (y2 - y1) / 2);
  return `M${px(x1)} ${px(y1)}C${px(x1)} ${px(y1 + bend)} ${px(x2)} ${px(y2 - bend)} ${px(x2)} ${px(y2)}`;
}

function drawGroup(
  group: Group | undefined,
  box: Box | undefined,
  resources: readonly RehearsedResource[],
  { critical, labels }: Look,
): Markup {
  if (!group || !box) return markup``;
  const { id, members, component, sample } = group;
  const tone = toneOf(sample);
  const one = members.length === 1;
  const isCritical = members.some((member) => critical.has(resources[member]?.urn ?? ""));
  const failed = members.some((member) => resources[member]?.outcome === "failed");
  const title = one ? (labels[members[0] ?? 0] ?? "") : `${members.length} ${nounOf(sample, members.length)}`;
  const label = `${title} of ${component}${isCritical ? ", on the critical path" : ""}${failed ? ", failed" : ""}`;
  const state = `${isCritical ? " critical" : ""}${failed ? " failed" : ""}`;
  const filled = fill(tone, { x: "0", y: "0", width: String(NODE.width), height: String(NODE.height) });
  const shown = fitting(`${failed ? "✗ " : ""}${title}`, NODE.width - (one ? 16 : 32), 12);
  const chevron = one ? "" : markup`<path class="chevron" d="M${NODE.width - 20} 16l5 5 5-5"/>`;
  return markup`<g class="node on-${tone}${state}" data-group="${id}" role="img" transform="translate(${px(box.x)} ${px(box.y)})"><title>${label}</title>${filled}<text class="strong halo" x="10" y="17">${shown}</text><text class="small halo" x="10" y="32">${fitting(component, NODE.width - 16, 11)}</text>${chevron}<g class="members"></g></g>`;
}
