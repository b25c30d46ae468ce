/**
 * FNV-1a of a text, an unsigned 32-bit number. It tells texts apart in names and addresses; it protects nothing, and the planner has
 * no crypto module.
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
