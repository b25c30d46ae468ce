import type { Finding, Severity } from "../../../planner";
import type { Explanation } from "../explanations";
import type { Content, Markup } from "../markup";
import { markup } from "../markup";
import type { Report } from "../model";
import { SEVERITY_CLASSES, SEVERITY_MARKS, mark, section } from "./parts";

const ORDER: readonly Severity[] = ["error", "warning", "info"];

/** What the planner thinks of it, and what the documentation says of each. */
export function findings({ findings: all, explanations }: Report): Markup {
  if (all.length === 0) return section("findings", "Findings", "The planner has nothing to say about this plan.", "");
  const known = new Set(explanations.map(({ code }) => code));
  const open = all.filter(({ acknowledged }) => acknowledged === undefined);
  const acknowledged = all.filter((finding) => finding.acknowledged !== undefined);
  return section("findings", "Findings", "", [
    bySeverity(open).map((each) => article(each, known)),
    acknowledged.length === 0
      ? ""
      : [markup`<h3>Acknowledged in the stack file</h3>`, bySeverity(acknowledged).map((each) => article(each, known))],
    explanations.length === 0 ? "" : [markup`<h3 id="about">What they mean</h3>`, explanations.map((each) => explained(each))],
  ]);
}

function bySeverity(all: readonly Finding[]): Finding[] {
  return ORDER.flatMap((severity) => all.filter((finding) => finding.severity === severity));
}

function article({ code, severity, path, message, remedy, acknowledged }: Finding, known: ReadonlySet<string>): Markup {
  const name: Content = known.has(code) ? markup`<a href="#about-${code}">${code}</a>` : code;
  const kind = acknowledged === undefined ? SEVERITY_CLASSES[severity] : "quiet";
  const end =
    acknowledged === undefined
      ? markup`<p class="remedy">→ ${remedy}</p>`
      : markup`<p class="remedy">✓ acknowledged: ${acknowledged}</p>`;
  return markup`<article class="finding is-${kind}"><p class="finding-head">${mark(kind, SEVERITY_MARKS[severity])} <strong>${severity}</strong> ${name} <span class="quiet">at</span> <code>${path}</code></p><p>${message}</p>${end}</article>`;
}

function explained({ code, body }: Explanation): Markup {
  return markup`<article class="explanation" id="about-${code}" tabindex="-1"><h4><code>${code}</code></h4>${body}</article>`;
}
