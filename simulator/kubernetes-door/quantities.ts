type Amounts = Readonly<Record<string, string>>;

const DECIMAL = ["", "k", "M", "G", "T", "P", "E"];

/**
 * The number a quantity of the API stands for, for instance 0.1 for `100m` and 1024 for `1Ki`.
 *
 * @returns NaN for what is no quantity
 */
export function quantity(text: string): number {
  const [, digits = "", suffix = ""] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text) ?? [];
  if (digits === "") return NaN;
  if (suffix === "m") return Number(digits) / 1000;
  const binary = suffix.endsWith("i");
  const power = DECIMAL.indexOf(binary ? suffix.slice(0, -1).replace("K", "k") : suffix);
  return power < 0 ? NaN : Number(digits) * (binary ? 1024 : 1000) ** power;
}

/** Whether two say the same: the API writes a quantity in a form of its own. */
export function isSameAmount(one: Amounts = {}, other: Amounts = {}): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => quantity(one[name] ?? "0") === quantity(other[name] ?? "0"));
}
