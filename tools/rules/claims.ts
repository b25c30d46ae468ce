import { DEFAULT_VERSIONS } from "../../config/versions";
import type { Citation, Component } from "../../planner/observability/inventory/component";
import { METRICS } from "../../planner/observability/metrics";
import type { Exporter } from "../../planner/observability/rule";
import { plain } from "./sources";
import type { Sources } from "./sources";

/** Texts that must stand in a file of a repository at a version. */
interface Claim {
  readonly repository: string;
  readonly version: string;
  readonly file: string;
  readonly texts: readonly string[];
}

/** What the inventory says of one metric, of one label, or of why this version of an exporter is the one that runs. */
export interface Subject {
  readonly exporter: Exporter;
  readonly kind: "metric" | "label" | "version";
  readonly name: string;
  readonly claims: readonly Claim[];
}

/** What came of it: both lists are empty where all of it is so. */
export interface Verdict extends Subject {
  /** What is not as it says. */
  readonly wrong: readonly string[];
  /** What nobody could tell, and why. */
  readonly unknown: readonly string[];
}

/** All that the inventory says. */
export function subjects(metrics: Readonly<Partial<Record<Exporter, Component>>> = METRICS): Subject[] {
  return (Object.entries(metrics) as [Exporter, Component][]).flatMap(([exporter, component]) => [
    ...versionOf(exporter, component),
    ...(["metric", "label"] as const).flatMap((kind) =>
      Object.entries(component[`${kind}s`]).map(([name, citation]) => ({
        exporter,
        kind,
        name,
        claims: claimsOf(name, citation, component),
      })),
    ),
  ]);
}

/** Reads the files. */
export function judge(subject: Subject, sources: Sources): Verdict {
  const wrong: string[] = [];
  const unknown: string[] = [];
  for (const { repository, version, file, texts } of subject.claims) {
    const found = sources.read(repository, version, file);
    const at = `${repository} ${version}`;
    if ("unknown" in found) unknown.push(`${at}: ${found.unknown}`);
    else if ("absent" in found) wrong.push(`${at}: ${found.absent}`);
    else wrong.push(...texts.filter((text) => !found.text.includes(plain(text))).map((text) => `${at}: ${file} has no ${text}`));
  }
  return { ...subject, wrong, unknown: [...new Set(unknown)] };
}

function claimsOf(name: string, citation: Citation, { repository, version }: Component): Claim[] {
  const quotes = typeof citation === "string" ? { [citation]: [`"${name}"`] } : citation;
  return Object.entries(quotes).map(([file, texts]) => ({ repository, version, file, texts }));
}

/** A version that another repository decides. */
function versionOf(exporter: Exporter, { version, pinnedBy }: Component): Subject[] {
  if (!("file" in pinnedBy)) return [];
  const { stack, repository, file, text } = pinnedBy;
  const claims = [{ repository, version: DEFAULT_VERSIONS[stack], file, texts: [text] }];
  return [{ exporter, kind: "version", name: version, claims }];
}
