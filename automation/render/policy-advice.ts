import type { Advice } from "../operations/tracker";
import type { Style } from "./style";
import { hang } from "./text";

/** What policies say that stop nothing here. */
export function renderAdvice(advice: readonly Advice[], { glyphs, colors, safe, columns }: Style): string[] {
  return advice.flatMap(({ policy, urn, message }) => [
    colors.yellow(`${glyphs.warning} ${policy} at ${urn.split("::").at(-1) ?? urn}`),
    ...hang("  ", safe(message), columns),
  ]);
}

/** `{ advice }`, or nothing where there is none. */
export function adviceJson(advice: readonly Advice[]): { readonly advice?: readonly Advice[] } {
  return advice.length > 0 ? { advice } : {};
}
