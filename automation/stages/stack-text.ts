import { isAlias, isMap, isScalar, isSeq, parseDocument, stringify } from "yaml";
import type { Node, Pair, YAMLMap } from "yaml";
import { NAMESPACE } from "../../config/schema";
import { isPart } from "../../planner";
import type { Part } from "../../planner";
import { EXIT, Failure } from "../failure";

/** Longest line that a map is written on. */
const LINE = 118;

/** A piece of text that another one takes the place of. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Writes values into a stack file and leaves all else as it stands, comments and layout included: only what changes is written anew,
 * so that a patch shows that and nothing else.
 *
 * @param added by concern, without namespace: merged into what is there
 * @param replaced maps that another one takes the place of, by path
 * @throws {Failure} `not-editable` for a value that other places share (an alias)
 */
export function editStackText(text: string, added: Part, replaced: Readonly<Record<string, Part>> = {}): string {
  const config = configOf(text);
  const whole = Object.entries(replaced).map(([path, value]) => replacement(text, valueAt(config, path.split(".")), value, path));
  const others = editsOf(text, config, added, "");
  // Where a map ends together with one inside of it, what is added to the outer one comes after what is added to the inner one.
  return [...whole, ...others]
    .reverse()
    .sort((a, b) => b.start - a.start)
    .reduce((result, { start, end, text: piece }) => result.slice(0, start) + piece + result.slice(end), text);
}

function configOf(text: string): YAMLMap {
  const { contents } = parseDocument(text, { stringKeys: true });
  const config = isMap(contents) ? contents.get("config", true) : undefined;
  if (!isMap(config)) throw notEditable("config");
  return config;
}

/** What differs of a map and what is missing in it, at any depth. */
function editsOf(text: string, map: YAMLMap, wanted: Part, path: string): Splice[] {
  const missing: [string, unknown][] = [];
  const edits = Object.entries(wanted).flatMap(([key, value]): Splice[] => {
    const pair = pairOf(map, key);
    const own = path === "" ? key : `${path}.${key}`;
    if (!pair) {
      missing.push([path === "" ? `${NAMESPACE}:${key}` : key, value]);
      return [];
    }
    if (isMap(pair.value) && isPart(value)) return editsOf(text, pair.value, value, own);
    return isScalar(pair.value) && pair.value.value === value ? [] : [replacement(text, pair.value as Node | null, value, own)];
  });
  return [...edits, ...(missing.length > 0 ? [insertion(text, map, missing, path)] : [])];
}

/** The pair of a key; those of concerns may have the namespace. */
function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((each) => [key, `${NAMESPACE}:${key}`].includes(String(isScalar(each.key) ? each.key.value : each.key)));
}

function valueAt(map: YAMLMap, path: readonly string[]): Node | null {
  const [key = "", ...rest] = path;
  const value = pairOf(map, key)?.value as Node | null | undefined;
  if (rest.length === 0) return value ?? null;
  if (!isMap(value)) throw notEditable(path.join("."));
  return valueAt(value, rest);
}

function replacement(text: string, node: Node | null, value: unknown, path: string): Splice {
  if (!node?.range || isAlias(node)) throw notEditable(path);
  return { start: node.range[0], end: endOf(text, node), text: flow(value) };
}

function insertion(text: string, map: YAMLMap, pairs: readonly [string, unknown][], path: string): Splice {
  const last = map.items.at(-1);
  if (map.flow || !last) {
    if (!map.range) throw notEditable(path);
    const list = pairs.map(([key, value]) => `${key}: ${flow(value)}`).join(", ");
    const end = last ? endOf(text, (last.value ?? last.key) as Node) : map.range[0] + 1;
    if (last) return { start: end, end, text: `, ${list}` };
    return { start: end, end: map.range[1] - 1, text: ` ${list} ` };
  }
  const [first] = map.items as [Pair];
  const start = (first.key as Node).range?.[0] ?? 0;
  const indent = start - (text.lastIndexOf("\n", start - 1) + 1);
  const value = endOf(text, (last.value ?? last.key) as Node);
  const lineEnd = text.indexOf("\n", value);
  const at = lineEnd < 0 ? text.length : lineEnd;
  const gap = path === "" && isSpaced(text, map) ? "\n" : "";
  return { start: at, end: at, text: pairs.map(([key, each]) => `${gap}\n${block(key, each, indent)}`).join("") };
}

/** Where a value ends: comments and empty lines after it are not part of it. */
function endOf(text: string, node: Node): number {
  if (isMap(node) && !node.flow) {
    const last = node.items.at(-1);
    if (last) return endOf(text, (last.value ?? last.key) as Node);
  }
  if (isSeq(node) && !node.flow && node.items.length > 0) return endOf(text, node.items.at(-1) as Node);
  const end = node.range?.[1] ?? 0;
  // A text of several lines has the last one's end.
  return text[end - 1] === "\n" ? end - 1 : end;
}

/** Whether concerns have empty lines between them. */
function isSpaced(text: string, { items }: YAMLMap): boolean {
  return items.slice(1).some(({ key }) => /\n[ \t]*\n([ \t]*#.*\n)*[ \t]*$/.test(text.slice(0, (key as Node).range?.[0] ?? 0)));
}

/** A pair in lines, its value on one where it is short enough. */
function block(key: string, value: unknown, indent: number): string {
  const space = " ".repeat(indent);
  const line = `${space}${key}: ${flow(value)}`;
  if (line.length <= LINE || !isPart(value)) return line;
  return [`${space}${key}:`, ...Object.entries(value).map(([inner, each]) => block(inner, each, indent + 2))].join("\n");
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: true }).trimEnd();
}

function notEditable(path: string): Failure {
  const message = `${path} cannot be edited: it is no map of its own, or shared with other places by an alias; write the change by hand`;
  return new Failure("not-editable", message, EXIT.failed);
}
