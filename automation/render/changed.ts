/** For instance `2 create, 1 same`. */
export function changed(summary: Readonly<Record<string, number>>): string {
  return Object.entries(summary)
    .map(([op, n]) => `${n} ${op}`)
    .join(", ");
}
