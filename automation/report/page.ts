import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Content } from "./markup";
import { Markup, markup } from "./markup";
import type { Report } from "./model";
import { properties } from "./palette";
import { drawingRules, patterns } from "./patterns";
import { addresses } from "./sections/addresses";
import { costs } from "./sections/costs";
import { findings } from "./sections/findings";
import { floor } from "./sections/floor";
import { graph } from "./sections/graph";
import { overview } from "./sections/overview";
import { timeline } from "./sections/timeline";

/** What runs before the page is drawn, so that it does not flicker. */
const FIRST = ["start.js"] as const;

/** What makes the page answer, in the order in which it is needed. */
const SCRIPTS = ["theme.js", "roving.js", "what-if.js", "timeline.js", "graph.js", "print.js"] as const;

/** Rules that everything else relies on first, then each part's, then what other surroundings change. */
const STYLES = ["page.css", "overview.css", "sections.css", "floor.css", "drawings.css", "narrow.css", "print.css"] as const;

/** Two hosts with VMs in them. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="2" y="3" width="28" height="12" rx="3" fill="#1f4fbf"/><rect x="2" y="17" width="28" height="12" rx="3" fill="#14693a"/><path d="M6 9h8M6 23h8" stroke="#fff" stroke-width="3"/><circle cx="25" cy="9" r="2" fill="#fff"/><circle cx="25" cy="23" r="2" fill="#fff"/></svg>`;

/** The report as one page that needs nothing else: no network, no other file. */
export function reportPage(report: Report): string {
  const { plan, rehearsed, costs: money } = report;
  const style = styleSheet();
  const [first, scripts] = [sources(FIRST), sources(SCRIPTS)];
  const sections: [id: string, title: string, body: Content][] = [
    ["floor", "Floor plan", floor(report)],
    ...(rehearsed
      ? ([
          ["timeline", "Timeline", timeline(rehearsed)],
          ["graph", "Resource graph", graph(rehearsed)],
        ] satisfies [string, string, Content][])
      : []),
    ["addresses", "Addresses", addresses(report)],
    ...(money ? ([["costs", "Costs", costs(money)]] satisfies [string, string, Content][]) : []),
    ["findings", "Findings", findings(report)],
  ];
  const links = sections.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`);
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(style, [first, scripts])}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="proxmox-talos">
<title>${plan.stack}: ${plan.clusterName}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
<style>${new Markup(style)}</style>
<script>${new Markup(first)}</script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<svg class="definitions" width="0" height="0" aria-hidden="true">${patterns()}</svg>
<header class="top">
<div class="title"><h1>${plan.stack}</h1><p>TalosCluster ${plan.clusterName} <span class="tag">${plan.environment}</span></p></div>
<nav aria-label="Sections"><ul>${links}</ul></nav>
<button type="button" class="theme needs-script" aria-pressed="false" data-theme-button>Dark</button>
</header>
<main id="main" tabindex="-1">
${overview(report)}
${sections.map(([, , body]) => body)}
</main>
<footer><p>Made from the stack file alone: nothing here was measured on hardware.${rehearsed ? " Times are simulated." : ""}</p></footer>
<script>${new Markup(scripts)}</script>
</body>
</html>
`;
  return page.text;
}

/** No network at all, and no style or script but those that are in the page. */
function policy(style: string, scripts: readonly string[]): string {
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${scripts.map(hash).join(" ")}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function styleSheet(): string {
  const dark = properties("dark");
  return [
    `:root { color-scheme: light dark; ${properties("light")} }`,
    `@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { ${dark} } }`,
    `:root[data-theme="dark"] { color-scheme: dark; ${dark} }`,
    `:root[data-theme="light"] { color-scheme: light; }`,
    `@media print { :root, :root[data-theme="dark"], :root:not([data-theme="light"]) { color-scheme: light; ${properties("light")} } }`,
    drawingRules((name) => `var(--${name})`),
    ...STYLES.map(read),
  ].join("\n");
}

/** Each file in a scope of its own. */
function sources(names: readonly string[]): string {
  return names.map((name) => `(() => {\n${read(name)}})();`).join("\n");
}

function read(name: string): string {
  return readFileSync(join(__dirname, "client", name), "utf8");
}
