import { stringify } from "yaml";
import type { Plan, PlannedRelease, PlannedResource } from "../../planner/plan";
import type { Style } from "./style";
import { displayWidth, hang, pad, wrap } from "./text";

/** Texts and lists are never broken, whatever is in them, and nothing is said by pointing at what was said before. */
const ONE_LINE = {
  collectionStyle: "flow",
  flowCollectionPadding: false,
  lineWidth: 0,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  aliasDuplicateObjects: false,
} as const;

/** Text of several lines that YAML can have as it is: it begins with no blank and ends with one line's end at most. */
const LITERAL = /^[^\s\p{Cc}](?:[^\p{Cc}]|\n)*\n(?:[^\p{Cc}]|\n)*[^\s\p{Cc}]\n?$/u;

/** A line of values and where what it says comes from. */
interface Line {
  readonly indent: string;
  readonly text: string;
  /** Empty for a key with a map below. */
  readonly from: string;
}

/** Every add-on with its chart and merged values, and beside each value where it comes from. */
export function renderAddons({ addons }: Pick<Plan, "addons">, style: Style): string[] {
  const releases = Object.values(addons) as PlannedRelease[];
  if (releases.length === 0) return ["no add-ons"];
  // One width for all, so that the second column stands in one place.
  const lines = releases.map((release) => [...linesOf(release), ...release.resources.flatMap(resourceLines)]);
  const origin = Math.min(Math.floor(style.columns / 2), widest(lines.flat().map(({ from }) => from)));
  const written = lines.flat().filter(({ from }) => from !== "");
  const left = Math.min(style.columns - origin - 2, widest(written.map(({ indent, text }) => indent + text)));
  return releases.flatMap((release, index) => [
    ...(index > 0 ? [""] : []),
    ...renderTitle(release, style),
    ...(lines[index] ?? []).flatMap((line) => renderLine(line, left, origin, style)),
  ]);
}

function renderTitle(
  { name, chart, version, repository, namespace, managedBy }: PlannedRelease,
  { glyphs, colors, safe, columns }: Style,
): string[] {
  const place = repository === undefined ? chart : `${chart} from ${repository}`;
  const text = [
    `${name} ${version}`,
    place,
    `namespace ${namespace}`,
    ...(managedBy === "stack" ? [] : [`managedBy ${managedBy}`]),
  ].join(` ${glyphs.dot} `);
  return hang("", safe(text), columns).map((line) => colors.bold(line));
}

function renderLine({ indent, text, from }: Line, left: number, right: number, { colors, safe, columns }: Style): string[] {
  // What does not fit goes on a little further in; where nothing stands beside it, it may go on to the edge.
  const width = from === "" ? columns : left;
  const margin = indent.slice(0, Math.max(0, width - 14));
  const room = width - margin.length;
  const [first = "", ...rest] = displayWidth(safe(text)) <= room ? [safe(text)] : wrap(safe(text), room - 2);
  const values = [`${margin}${first}`, ...rest.map((part) => `${margin}  ${part}`)];
  const origins = wrap(safe(from), right);
  const paint = from === "base" ? colors.dim : from.startsWith("overlay") ? colors.cyan : colors.green;
  return Array.from({ length: Math.max(values.length, origins.length) }, (_, index) => {
    const [value = "", origin = ""] = [values[index], origins[index]];
    return origin === "" ? value : `${pad(value, left)}  ${paint(origin)}`;
  });
}

/** A custom resource: what it is and is called, and its spec below. */
function resourceLines({ apiVersion, kind, metadata, spec, origins }: PlannedResource): Line[] {
  const name = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
  const title = { indent: "  ", text: `${apiVersion} ${kind} ${name}`, from: "" };
  return [title, ...linesOf({ values: spec, origins }).map((line) => ({ ...line, indent: `  ${line.indent}` }))];
}

function linesOf({ values, origins }: Pick<PlannedRelease, "values" | "origins">): Line[] {
  const from = origins.map((each) => each.from);
  // Origins are in the order in which the values are walked: leaf for leaf.
  const below = (map: Readonly<Record<string, unknown>>, indent: string): Line[] =>
    Object.entries(map).flatMap(([key, value]): Line[] =>
      isBranch(value)
        ? [{ indent, text: `${inYaml(key)}:`, from: "" }, ...below(value, `${indent}  `)]
        : leafLines(inYaml(key), value, indent, from.shift() ?? ""),
    );
  return below(values, "  ");
}

/** One line, or a line for each entry of a list of maps or each line of a long text. */
function leafLines(key: string, value: unknown, indent: string, from: string): Line[] {
  if (typeof value === "string" && LITERAL.test(value)) {
    const body = value.replace(/\n$/, "").split("\n");
    const head = { indent, text: `${key}: ${value.endsWith("\n") ? "|" : "|-"}`, from };
    return [head, ...body.map((text) => ({ indent: `${indent}  `, text, from: "" }))];
  }
  const text = `${key}: ${inYaml(value)}`;
  if (!Array.isArray(value) || value.every((each) => typeof each !== "object")) return [{ indent, text, from }];
  const entries = value.map((each) => ({ indent: `${indent}  `, text: `- ${inYaml(each)}`, from: "" }));
  return [{ indent, text: `${key}:`, from }, ...entries];
}

/** A value in one line, as YAML has it. */
function inYaml(value: unknown): string {
  return stringify(value, ONE_LINE).trimEnd();
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 0;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(displayWidth));
}
