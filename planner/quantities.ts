/** Powers of a thousand, or of 1,024 with a following i. */
const PREFIXES = ["", "k", "M", "G", "T"];

/**
 * The number that a quantity of Kubernetes stands for: 0.1 for `100m`, 1048576 for `1Mi`.
 *
 * @returns undefined for what is none
 */
export function quantityOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const [, digits, suffix = ""] = /^(\d+(?:\.\d+)?)(m|Ki|k|[MGT]i?)?$/.exec(typeof value === "string" ? value : "") ?? [];
  if (digits === undefined) return undefined;
  if (suffix === "m") return Number(digits) / 1000;
  const power = PREFIXES.indexOf(suffix.replace("i", "").replace("K", "k"));
  return Number(digits) * (suffix.endsWith("i") ? 1024 : 1000) ** power;
}
