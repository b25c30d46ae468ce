import type { Change, RehearsedResource } from "../../simulator/report";
import type { Style } from "./style";
import { hang, truncate } from "./text";
import { kind } from "./timeline";

/** Values longer than this are cut: whoever wants them whole takes `--json`. */
const VALUE_WIDTH = 60;
/** What is left of the part that two long values share. */
const CONTEXT = 12;

/** What is shown of a resource. */
type ChangedResource = Pick<RehearsedResource, "type" | "name" | "operation" | "changes" | "replacedBy">;

/** What becomes of things that are there already: each update value by value, each replacement and deletion by name. */
export function renderChanges(resources: readonly ChangedResource[], style: Style): string[] {
  const isNew = resources.every(({ operation }) => operation === "create");
  return isNew ? [] : changeLines(resources, style);
}

/** What becomes of every resource, what goes first. */
export function changeLines(touched: readonly ChangedResource[], style: Style): string[] {
  const { colors, safe, columns } = style;
  const paint = { create: colors.green, update: colors.yellow, replace: colors.red, delete: colors.red, same: safe };
  const order = ["delete", "replace", "update", "create"] as const;
  return order.flatMap((operation) =>
    touched
      .filter((each) => each.operation === operation)
      .flatMap((each) => [
        paint[operation](safe(`${operation} ${kind(each)} ${each.name}${because(each)}`)),
        ...each.changes.flatMap((change) => hang("  ", safe(line(change, style)), columns)),
      ]),
  );
}

function because({ replacedBy }: ChangedResource): string {
  return replacedBy.length === 0 ? "" : ` because of ${replacedBy.map((each) => each.split("::").at(-1) ?? each).join(", ")}`;
}

function line({ path, before, after }: Change, { glyphs }: Style): string {
  const [was, is] = [before, after].map((value) => (typeof value === "string" ? value : JSON.stringify(value))) as [
    string,
    string,
  ];
  const from = start(was, is);
  const shown = (text: string): string =>
    truncate(from === 0 ? text : `${glyphs.ellipsis}${text.slice(from)}`, VALUE_WIDTH, glyphs.ellipsis);
  if (before === null) return `${path}: ${truncate(is, VALUE_WIDTH, glyphs.ellipsis)}`;
  return `${path}: ${shown(was)} ${glyphs.arrow} ${after === null ? "(none)" : shown(is)}`;
}

/** Where to begin with two texts that are cut: shortly before they differ, for what they share says nothing. */
function start(a: string, b: string): number {
  if (Math.max(a.length, b.length) <= VALUE_WIDTH) return 0;
  const at = Array.from(a).findIndex((character, index) => character !== b[index]);
  return Math.max(0, (at < 0 ? 0 : at) - CONTEXT);
}
