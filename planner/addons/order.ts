import type { AddonDefinition } from "./definition";

/** What the order is made of. */
type Ordered = Pick<AddonDefinition, "key" | "needs" | "provides">;

/** Add-ons of a list that one of them waits for. */
export function needed<D extends Ordered>({ key, needs }: Ordered, on: readonly D[]): D[] {
  return on.filter(
    (other) =>
      other.key !== key && needs.some((need) => need === other.key || (other.provides !== undefined && need === other.provides)),
  );
}

/** Each after all that it needs, side by side in order of key. */
export function inOrder<D extends Ordered>(on: readonly D[]): D[] {
  const done: D[] = [];
  const visit = (definition: D, waiting: readonly D[]): void => {
    if (waiting.includes(definition)) throw new Error(`add-ons wait for each other: ${waiting.map(({ key }) => key).join(", ")}`);
    if (done.includes(definition)) return;
    for (const other of needed(definition, on)) visit(other, [...waiting, definition]);
    done.push(definition);
  };
  for (const definition of [...on].sort((a, b) => (a.key < b.key ? -1 : 1))) visit(definition, []);
  return done;
}
