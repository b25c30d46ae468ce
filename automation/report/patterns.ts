import type { ColourName } from "./palette";
import type { Markup } from "./markup";
import { markup } from "./markup";

/** Lines of a tile of eight by eight pixels for each fill, so that fills are told apart without their colours; none for the control plane. */
const TILES: readonly (string | undefined)[] = [
  undefined,
  "M-2 2 2-2M0 8 8 0M6 10 10 6",
  "M2 2h1M6 6h1",
  "M-2 6 2 10M0 0 8 8M6-2 10 2",
  "M0 4h8",
  "M4 0v8",
  "M0 4h8M4 0v8",
  "M-2 2 2-2M0 8 8 0M6 10 10 6M-2 6 2 10M0 0 8 8M6-2 10 2",
];

/** Definitions that a document with drawings holds once. */
export function patterns(): Markup {
  const tiles = TILES.flatMap((path, tone) => (path === undefined ? [] : [tile(`tone-${tone}`, "lines", path)]));
  const reserved = tile("reserved", "hatch", "M-2 2 2-2M0 8 8 0M6 10 10 6");
  const over = tile("over", "hatch-over", "M-2 6 2 10M0 0 8 8M6-2 10 2");
  return markup`<defs>${tiles}${reserved}${over}</defs>`;
}

function tile(name: string, kind: string, path: string): Markup {
  return markup`<pattern id="pattern-${name}" width="8" height="8" patternUnits="userSpaceOnUse"><path class="${kind}" d="${path}"/></pattern>`;
}

/** A filled box with its pattern over it. */
export function fill(tone: number, box: { x: string; y: string; width: string; height: string }): Markup {
  const place = markup`x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="3"`;
  const over = TILES[tone] === undefined ? "" : markup`<rect ${place} fill="url(#pattern-tone-${tone})"/>`;
  return markup`<rect class="tone-${tone}" ${place}/>${over}`;
}

/** Rules for everything drawn; `colour` says how a colour is written, as a value or as a custom property. */
export function drawingRules(colour: (name: ColourName) => string): string {
  return `
.drawing text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: ${colour("ink")}; }
.drawing .small { font-size: 11px; }
.drawing .strong { font-weight: 650; }
.drawing .quiet { fill: ${colour("dim")}; }
.drawing .halo { paint-order: stroke; stroke-width: 3px; stroke-linejoin: round; }
${TILES.map((_, tone) => `.tone-${tone} { fill: ${colour(`tone-${tone}`)}; } .on-${tone} .halo { stroke: ${colour(`tone-${tone}`)}; }`).join("\n")}
.on-reserved .halo { stroke: ${colour("sunken")}; } .on-free .halo { stroke: ${colour("card")}; }
.vm rect { stroke: ${colour("card")}; stroke-width: 2; }
.lines { fill: none; stroke: ${colour("ink")}; stroke-opacity: .17; stroke-width: 1.2; }
.hatch { fill: none; stroke: ${colour("edge")}; stroke-width: 1; }
.hatch-over { fill: none; stroke: ${colour("bad")}; stroke-width: 2; }
.free { fill: ${colour("card")}; stroke: ${colour("edge")}; stroke-dasharray: 2 4; }
.reserved { fill: ${colour("sunken")}; }
.track { fill: ${colour("sunken")}; stroke: ${colour("line")}; }
.used { fill: ${colour("edge")}; }
.over { stroke: ${colour("bad")}; stroke-width: 2; fill: none; }
.drawing .over-text { fill: ${colour("bad")}; font-weight: 650; }
.frame { fill: ${colour("card")}; stroke: ${colour("line")}; }
.domain { fill: none; stroke: ${colour("edge")}; stroke-dasharray: 7 4; }
.sheet { fill: ${colour("page")}; }
`.trim();
}
