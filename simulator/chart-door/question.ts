import type { ChartSource } from "./charts/chart-source";
import { CHARTS } from "./charts/charts";

/** What a request asks for, by the address it has. */
export type Question =
  | { readonly kind: "index"; readonly charts: readonly ChartSource[] }
  | { readonly kind: "archive"; readonly chart: ChartSource; readonly version: string }
  | { readonly kind: "registry" }
  | { readonly kind: "tags"; readonly chart: ChartSource; readonly repository: string }
  | { readonly kind: "manifest" | "blob"; readonly chart: ChartSource; readonly reference: string };

/** Versions charts are served at. */
const VERSION = /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

/** Reads an address: a publisher's own has just its charts, every other is a mirror of all, in whatever folder. */
export function understand(host: string, path: string): Question | undefined {
  const hostName = host.toLowerCase().replace(/:\d+$/, "");
  const segments = path.split("/").filter((segment) => segment !== "");
  return segments[0] === "v2" ? inRegistry(hostName, segments.slice(1)) : inRepository(hostName, segments);
}

/** Whether this may be a version of a chart: those of some begin with a v, and they have no others. */
export function isVersion(text: string, { lines }: Pick<ChartSource, "lines">): boolean {
  return VERSION.test(text) && text.startsWith("v") === lines.some((line) => line.startsWith("v"));
}

function inRepository(host: string, segments: readonly string[]): Question | undefined {
  const charts = chartsIn("https", [host, ...segments.slice(0, -1)]);
  const file = segments.at(-1);
  if (file === "index.yaml") return charts.length === 0 ? undefined : { kind: "index", charts };
  const [, name, version = ""] = /^(.+?)-(v?\d+\.\d+\.\d+.*)\.tgz$/.exec(file ?? "") ?? [];
  const chart = charts.find((each) => each.name === name);
  return chart && isVersion(version, chart) ? { kind: "archive", chart, version } : undefined;
}

function inRegistry(host: string, segments: readonly string[]): Question | undefined {
  if (segments.length === 0) return publishers(host).some(isIndex) ? undefined : { kind: "registry" };
  const [verb, reference = ""] = segments.slice(-2);
  const repository = segments.slice(0, -2);
  const chart = chartsIn("oci", [host, ...repository.slice(0, -1)]).find(({ name }) => name === repository.at(-1));
  if (!chart) return undefined;
  if (verb === "tags" && reference === "list") return { kind: "tags", chart, repository: repository.join("/") };
  if (verb === "manifests") return { kind: "manifest", chart, reference };
  return verb === "blobs" ? { kind: "blob", chart, reference } : undefined;
}

/** Charts in a folder, which begins with the host: a publisher's name in it, be it a mirror's folder, stands for that publisher. */
function chartsIn(protocol: "https" | "oci", folder: readonly string[]): readonly ChartSource[] {
  const start = folder.findIndex((segment) => publishers(segment).length > 0);
  if (start === -1) return CHARTS;
  const place = folder.slice(start).join("/");
  return CHARTS.filter(({ publisher }) =>
    start === 0 ? publisher === `${protocol}://${place}` : publisher.replace(/^\w+:\/\//, "") === place,
  );
}

function publishers(host: string): ChartSource[] {
  return CHARTS.filter(({ publisher }) => new URL(publisher).host === host);
}

function isIndex({ publisher }: ChartSource): boolean {
  return publisher.startsWith("https:");
}
