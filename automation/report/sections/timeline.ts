import { duration, ratio } from "../../render/units";
import { count } from "../../render/text";
import type { Content, Markup } from "../markup";
import { markup } from "../markup";
import type { RehearsedReport } from "../model";
import { drawTimeline } from "../timeline-drawing";
import { folded, mark, picture, section, table } from "./parts";

/** The rehearsal in simulated time. */
export function timeline({ rehearsal, timeline: lanes, labels }: RehearsedReport): Markup {
  const { makespanSeconds, criticalPathSeconds, result, engine, stack } = rehearsal;
  const took = `${duration(makespanSeconds)} of simulated time`;
  const bound = `no program could need less than ${duration(criticalPathSeconds)} (ratio ${ratio(makespanSeconds, criticalPathSeconds)})`;
  const by = engine === "pulumi" ? "Pulumi and its providers" : "the embedded engine";
  const lead =
    result === "succeeded" ? `Rehearsed with ${by}: ${took}; ${bound}.` : `Rehearsed with ${by}: it failed after ${took}.`;
  const label = `Timeline of ${stack}: ${count(lanes.lanes.length, "lane")}; arrow keys go from bar to bar`;
  const drawing =
    lanes.lanes.length === 0
      ? markup`<p>Nothing took any time.</p>`
      : markup`<div class="scroll timeline" data-roving>${picture(drawTimeline(lanes), label, "group")}</div><p id="timeline-detail" class="detail needs-script" aria-hidden="true">Point at a bar, or go through them with the arrow keys.</p>`;
  return section("timeline", "Timeline", lead, [
    trouble(rehearsal),
    drawing,
    criticalPath(rehearsal, labels),
    sensitivity(rehearsal),
  ]);
}

function trouble({ violations, diagnostics, missedFaults = [] }: RehearsedReport["rehearsal"]): Content {
  const broken = violations.map(
    ({ rule, urn, message }) => `${rule}${urn === "" ? "" : ` at ${urn.split("::").at(-1) ?? urn}`}: ${message}`,
  );
  const said = diagnostics.map(({ severity, message }) => `${severity} from the program: ${message}`);
  const all = [...broken, ...said, ...missedFaults];
  if (all.length === 0) return "";
  return markup`<ul class="trouble">${all.map((text) => markup`<li>${mark("bad", "✗")} ${text}</li>`)}</ul>`;
}

function criticalPath({ criticalPath: urns, resources }: RehearsedReport["rehearsal"], labels: readonly string[]): Content {
  const path = urns.flatMap((urn) => {
    const index = resources.findIndex((resource) => resource.urn === urn);
    return index < 0 ? [] : [markup`<li><a href="#resource-${index}">${labels[index]}</a></li>`];
  });
  if (path.length === 0) return "";
  return markup`<h3 id="path-title">What its length hangs on</h3><ol class="path" aria-labelledby="path-title">${path}</ol>`;
}

function sensitivity({ sensitivity: scales }: RehearsedReport["rehearsal"]): Content {
  if (scales.length === 0) return "";
  const rows = scales.map(({ factor, makespanSeconds, criticalPathSeconds }) => [
    `×${factor}`,
    duration(makespanSeconds),
    duration(criticalPathSeconds),
    ratio(makespanSeconds, criticalPathSeconds),
  ]);
  return folded(
    "If the assumed durations are others",
    table("With assumed durations scaled", ["factor", "takes", "at least", "ratio"], rows),
  );
}
