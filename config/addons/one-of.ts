import type { z } from "zod";
import { whenRight } from "../fields";

/**
 * An object of which exactly one of several keys is there.
 *
 * @param none what is wrong where none is: "no DNS provider"
 */
export function oneOf<T extends z.ZodObject>(schema: T, keys: readonly string[], none: string): T {
  const given = (value: unknown): string[] => keys.filter((key) => Object.hasOwn(value as object, key));
  return schema.refine((value) => given(value).length === 1, {
    when: whenRight(),
    error: ({ input }) => (given(input).length === 0 ? none : `${given(input).join(" and ")} at once`),
  });
}
