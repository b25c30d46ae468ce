import type { RehearsedResource } from "../../../simulator/report";
import { duration } from "../../render/units";
import { count } from "../../render/text";
import type { Look } from "../graph-drawing";
import { NODE, drawGraph } from "../graph-drawing";
import type { Content, Markup } from "../markup";
import { data, markup } from "../markup";
import type { RehearsedReport } from "../model";
import { PHASES, isComponent, nounOf } from "../resource-kinds";
import { fill } from "../patterns";
import { folded, picture, section, table } from "./parts";

/** What waits for what, like resources drawn as one; then all of them as a list. */
export function graph({ rehearsal, graph: drawn, labels }: RehearsedReport): Markup {
  const { resources, criticalPath, stack } = rehearsal;
  const look = { critical: new Set(criticalPath), labels };
  const label = `Resources of ${stack}: ${count(drawn.groups.length, "group")}; arrow keys go from one to the next, Enter opens it`;
  const lead =
    "What waits for what, from top to bottom. Like resources of a component are one box: open it to see them. Point at one, and all it hangs on and all that hangs on it stay lit. Providers are left out.";
  return section("graph", "Resource graph", lead, [
    legend(),
    markup`<div class="scroll graph" data-roving>${picture(drawGraph(drawn, resources, look), label, "group")}</div>`,
    markup`<p id="graph-detail" class="detail needs-script" role="status"></p>`,
    data("graph-data", {
      node: NODE,
      groups: drawn.groups.map(({ members }) => members),
      names: resources.map((resource, index) => (isComponent(resource) ? "" : labels[index])),
      dependencies: drawn.dependencies,
    }),
    folded(`All ${count(resources.length, "resource")} as a list`, list(resources, look), "resources"),
  ]);
}

function legend(): Markup {
  const entries = PHASES.map((phase, index) => {
    const sample = fill(index + 1, { x: "0", y: "0", width: "26", height: "16" });
    return markup`<li><svg class="drawing" width="26" height="16" aria-hidden="true">${sample}</svg> ${phase}</li>`;
  });
  return markup`<ul class="legend" aria-label="Legend">${entries}<li><span class="sample-critical" aria-hidden="true"></span> critical path</li></ul>`;
}

/** Components within each other, each with a table of its own resources. */
function list(resources: readonly RehearsedResource[], look: Look): Content {
  const children = new Map<string | null, number[]>();
  for (const [index, { parent }] of resources.entries()) children.set(parent, [...(children.get(parent) ?? []), index]);
  const positions = new Map(resources.map(({ urn }, index) => [urn, index]));
  const below = (parent: string | null): Content => {
    const own = (children.get(parent) ?? []).flatMap((index) => {
      const resource = resources[index];
      return resource ? [{ index, resource }] : [];
    });
    const leaves = own.filter(({ resource }) => !isComponent(resource));
    const components = own.filter(({ resource }) => isComponent(resource));
    const name = resources[positions.get(parent ?? "") ?? -1];
    return [
      leaves.length === 0 ? "" : resourceTable(name ? title(name) : "Resources", leaves, { ...look, positions }),
      components.length === 0
        ? ""
        : markup`<ul class="tree">${components.map(({ resource, index }) => markup`<li id="resource-${index}"><strong>${title(resource)}</strong>${below(resource.urn)}</li>`)}</ul>`,
    ];
  };
  return below(null);
}

function title(resource: RehearsedResource): string {
  return `${nounOf(resource, 1)} ${resource.name}`;
}

function resourceTable(
  component: string,
  leaves: readonly { readonly index: number; readonly resource: RehearsedResource }[],
  { critical, labels, positions }: Look & { readonly positions: ReadonlyMap<string, number> },
): Markup {
  const rows = leaves.map(({ resource, index }): readonly Content[] => {
    const waits = resource.dependencies.flatMap((urn) => labels[positions.get(urn) ?? -1] ?? []);
    const { outcome, operation, changes } = resource;
    const done = `${operation}${outcome === "done" ? "" : `, ${outcome}`}`;
    const what = changes.length === 0 ? done : `${done}: ${changes.map(({ path }) => path).join(", ")}`;
    const name = `${labels[index] ?? ""}${critical.has(resource.urn) ? " (critical)" : ""}`;
    return [name, what, duration(resource.startSeconds), duration(resource.endSeconds), waits.join(", ")];
  });
  const ids = leaves.map(({ index }) => `resource-${index}`);
  return table(`Resources of ${component}`, ["resource", "operation", "from", "to", "waits for"], rows, ids);
}
