import { EXIT, Failure } from "../../automation/failure";

/**
 * A version's section of a changelog (`## 1.2.3`, `## [1.2.3] - 2026-01-31`), without its heading.
 *
 * @throws {Failure} `no-notes` when there is none, or nothing in it
 */
export function notesOf(changelog: string, version: string): string {
  const headings = [...changelog.matchAll(/^## +\[?v?([^\]\s]+)\]?.*$/gm)];
  const at = headings.findIndex(([, name]) => name === version);
  const heading = headings[at];
  const start = heading === undefined ? undefined : heading.index + heading[0].length;
  const text = start === undefined ? "" : changelog.slice(start, headings[at + 1]?.index).trim();
  if (text !== "") return text;
  const named = headings.map(([, name]) => name).join(", ");
  const remedy = `write the section "## ${version}"`;
  throw new Failure("no-notes", `CHANGELOG.md says nothing of ${version}, only of ${named}: ${remedy}`, EXIT.usage);
}
