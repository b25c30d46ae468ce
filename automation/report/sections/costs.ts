import type { Markup } from "../markup";
import { markup } from "../markup";
import type { CostTable } from "../costs";
import { section, table } from "./parts";

/** What it costs. */
export function costs({ columns, rows, notes }: CostTable): Markup {
  return section("costs", "Costs", "", [table("What it costs", columns, rows), notes.map((note) => markup`<p>${note}</p>`)]);
}
