import { count } from "../../render/text";
import type { AddressRun } from "../addresses";
import { fitting } from "../host-drawing";
import type { Content, Markup } from "../markup";
import { markup, px } from "../markup";
import type { Report } from "../model";
import { fill } from "../patterns";
import { picture, section, table } from "./parts";

const WIDTH = 1120;
const HEIGHT = 34;

/** Who has which address, and what of the range is free. */
export function addresses({ addresses: all, plan }: Report): Markup {
  const lead =
    all.range === ""
      ? "The machines bring their own addresses."
      : `${all.range}: ${all.free === 0 ? "none free" : `${all.free} free`}.`;
  const subnets = plan.network.subnets.map(({ subnet }) => subnet).join(" and ");
  const rows = all.rows.map(({ address, owner, purpose }) => [address, owner, purpose]);
  return section("addresses", "Addresses", lead, [
    strip(all.runs),
    table(subnets === "" ? "All addresses" : `Addresses in and around ${subnets}`, ["address", "who", "what"], rows),
  ]);
}

/** The range from left to right, each part as wide as it has addresses. */
function strip(runs: readonly AddressRun[]): Content {
  const total = runs.reduce((sum, run) => sum + run.count, 0);
  if (total === 0) return "";
  let x = 0;
  const parts = runs.map((run) => {
    const width = (run.count / total) * WIDTH;
    const part = drawRun(run, x, width);
    x += width;
    return part;
  });
  const free = runs.filter(({ kind }) => kind === null).reduce((sum, run) => sum + run.count, 0);
  const label = `Range of ${count(total, "address", "addresses")}, ${free} of them free`;
  return markup`<div class="scroll strip">${picture({ width: WIDTH, height: HEIGHT + 18, body: markup`${parts}` }, label)}</div>`;
}

function drawRun({ first, last, count: length, kind, owner }: AddressRun, x: number, width: number): Markup {
  const who = owner ?? kind?.name ?? "free";
  const place = { x: px(x), y: "0", width: px(Math.max(1, width - 2)), height: String(HEIGHT) };
  const box = kind
    ? fill(kind.tone, place)
    : markup`<rect class="free" x="${place.x}" y="0.5" width="${place.width}" height="${HEIGHT - 1}" rx="3"/>`;
  const text = fitting(length === 1 ? who : `${length} ${who}`, width - 10, 11);
  const from = fitting(first, width - 4, 11);
  return markup`<g class="${kind ? `on-${kind.tone}` : "on-free"}"><title>${length === 1 ? first : `${first} to ${last}`}: ${who}</title>${box}<text class="small halo" x="${px(x + 6)}" y="21">${text}</text><text class="small quiet" x="${px(x)}" y="${HEIGHT + 14}">${from.endsWith("…") ? "" : from}</text></g>`;
}
