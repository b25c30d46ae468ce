import { labelOf } from "../explanation";
import type { Advice } from "../operations/tracker";
import type { Style } from "./style";

/** What policies advise, one line each. */
export function renderAdvice(advice: readonly Advice[], { glyphs, colors, safe }: Style): string[] {
  return advice.map(({ policy, urn, message }) => {
    const label = labelOf(urn);
    return colors.yellow(`${glyphs.warning} ${policy}: ${label === "" ? "" : `${safe(label)}: `}${safe(message)}`);
  });
}

/** `{ advice }`, or nothing where there is none. */
export function adviceJson(advice: readonly Advice[]): { readonly advice?: readonly Advice[] } {
  return advice.length > 0 ? { advice } : {};
}
