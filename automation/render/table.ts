import { displayWidth, pad } from "./text";

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** @default left */
  readonly align?: "left" | "right";
}

/** Rows under aligned headings, two spaces between columns; nothing is padded behind the last one. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const titled = columns.some((column) => column.title !== "");
  const all = titled ? [columns.map((column) => column.title), ...rows] : rows;
  const widths = columns.map((_, index) => Math.max(0, ...all.map((row) => displayWidth(row[index] ?? ""))));
  return all.map((row) =>
    columns
      .map((column, index) => pad(row[index] ?? "", widths[index] ?? 0, column.align))
      .join("  ")
      .trimEnd(),
  );
}
