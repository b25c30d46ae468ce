import { labelOf } from "../explanation";
import type { Change } from "../operations/changes";
import { DONE } from "../operations/verbs";
import type { Style } from "./style";
import { truncate } from "./text";

/** So many properties of a resource are named. */
const SHOWN = 6;

/** One line for each change that is more than one of a component's: what is done to which resource, and to what of it. */
export function renderChanges(changes: readonly Change[], { columns, glyphs, colors, safe }: Style): string[] {
  return changes
    .filter(({ custom }) => custom)
    .map(({ operation, urn, type, properties }) => {
      const [sign = " "] = DONE[operation] ?? [];
      const color = { create: colors.green, delete: colors.red, replace: colors.red }[operation] ?? colors.yellow;
      const label = labelOf(urn) || (type.split(":").at(-1) ?? type);
      const more = properties.length > SHOWN ? `, ${properties.length - SHOWN} more` : "";
      const detail = operation === "update" && properties.length > 0 ? `: ${properties.slice(0, SHOWN).join(", ")}${more}` : "";
      return color(truncate(`${safe(sign === "±" ? "+-" : sign)} ${safe(label)}${safe(detail)}`, columns, glyphs.ellipsis));
    });
}
