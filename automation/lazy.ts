import { createRequire } from "node:module";

/**
 * Loads a module when it is first needed: planning must not wait for what only rehearsing needs.
 *
 * @param id path relative to this folder, or the name of a package
 */
export function lazy(id: string): unknown {
  return createRequire(__filename)(id);
}
