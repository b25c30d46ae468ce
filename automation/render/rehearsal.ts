import type { Plan } from "../../planner/plan";
import type { Rehearsal } from "../../simulator/report";
import type { Advice } from "../operations/tracker";
import { renderChanges } from "./changes";
import { renderFindings, summarizeFindings } from "./findings";
import { renderHosts } from "./hosts";
import { renderHeader } from "./plan";
import { renderAdvice } from "./policy-advice";
import type { Style } from "./style";
import { table } from "./table";
import { hang } from "./text";
import { kind, renderTimeline } from "./timeline";
import { duration, ratio } from "./units";

/** A rehearsal as a picture: what was built, when, how fast it could have been, and what went wrong. */
export function renderRehearsal(plan: Plan, rehearsal: Rehearsal, style: Style, advice: readonly Advice[] = []): string[] {
  const blocks = [
    renderHeader(plan, style),
    renderHosts(plan, style),
    renderTimeline(rehearsal, style),
    renderChanges(rehearsal.resources, style),
    renderFigures(rehearsal, style),
    // Whoever acknowledged a finding knows it: `lab plan` still shows them all.
    renderFindings(
      plan.findings.filter(({ acknowledged }) => acknowledged === undefined),
      style,
    ),
    renderAdvice(advice, style),
    renderTrouble(rehearsal, style),
    [summarizeFindings(plan.findings, style), verdict(rehearsal, style)],
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : ["", ...block]));
}

function renderFigures(rehearsal: Rehearsal, style: Style): string[] {
  const { summary, sensitivity, makespanSeconds, criticalPathSeconds, services = [] } = rehearsal;
  if (sensitivity.length === 0) return [];
  const operations = (["create", "update", "replace", "delete", "same"] as const).map(
    (operation) => `${summary[operation]} ${operation}`,
  );
  const facts = [
    ["engine", rehearsal.engine === "pulumi" ? "Pulumi and its providers; time they take themselves passes faster, too" : ""],
    ["resources", operations.join(", ")],
    ["makespan", `${duration(makespanSeconds)} of simulated time`],
    [
      "critical path",
      `${duration(criticalPathSeconds)}, the least any program could need; ratio ${ratio(makespanSeconds, criticalPathSeconds)}`,
    ],
    ["it hangs on", pathOf(rehearsal).join(` ${style.glyphs.arrow} `)],
    ["addresses", services.map(addressesOf).join(", ")],
  ] as const;
  const rows = sensitivity.map(({ factor, makespanSeconds: makespan, criticalPathSeconds: bound }) => [
    `${style.glyphs.times}${factor}`,
    duration(makespan),
    duration(bound),
    ratio(makespan, bound),
  ]);
  return [
    ...facts
      .filter(([, text]) => text !== "")
      .flatMap(([label, text]) => hang(label.padEnd(15), style.safe(text), style.columns)),
    "",
    ...table(
      [
        { title: "assumed durations" },
        { title: "makespan", align: "right" },
        { title: "critical path", align: "right" },
        { title: "ratio", align: "right" },
      ],
      rows,
    ),
  ];
}

/** As kubectl shows it. */
function addressesOf({ namespace, name, addresses }: NonNullable<Rehearsal["services"]>[number]): string {
  return `${namespace}/${name} ${addresses.join(" and ") || "<pending>"}`;
}

/** The resources behind the critical path, in its order. */
function pathOf({ criticalPath, resources }: Rehearsal): string[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return criticalPath.flatMap((urn) => {
    const resource = byUrn.get(urn);
    return resource ? [`${kind(resource)} ${resource.name}`] : [];
  });
}

/** Rules that were broken and errors that the program reported. */
function renderTrouble(
  { violations, diagnostics, missedFaults = [] }: Rehearsal,
  { glyphs, colors, safe, columns }: Style,
): string[] {
  const broken = violations.flatMap(({ rule, urn, message }) => [
    colors.red(`${glyphs.bad} ${rule}${urn === "" ? "" : ` at ${urn.split("::").at(-1) ?? urn}`}`),
    ...hang("  ", safe(message), columns),
  ]);
  const reported = diagnostics.flatMap(({ severity, message }) => [
    (severity === "error" ? colors.red : colors.yellow)(
      `${severity === "error" ? glyphs.bad : glyphs.warning} ${severity} from the program`,
    ),
    ...message.split("\n").flatMap((line) => hang("  ", safe(line), columns)),
  ]);
  const missed = missedFaults.flatMap((message) => hang(`${glyphs.warning} `, safe(message), columns).map(colors.yellow));
  return [...broken, ...reported, ...missed];
}

function verdict({ result, makespanSeconds, resources }: Rehearsal, { glyphs, colors }: Style): string {
  if (result === "failed") return colors.red(`${glyphs.bad} rehearsal failed`);
  const idle = resources.every(({ operation }) => operation === "same");
  const outcome = idle ? "nothing to do" : `ready after ${duration(makespanSeconds)}`;
  return colors.green(`${glyphs.ok} rehearsal succeeded: ${outcome}`);
}
