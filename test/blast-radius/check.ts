import assert from "node:assert/strict";
import { isOpen } from "../../automation/blast-radius/judge";
import type { DiffReport } from "../../automation/blast-radius/report";
import { DANGERS } from "../../config/dangers";
import type { Edit } from "./edits";

/** What a report says, as the table of edits has it. */
export function saidBy({
  resources,
  dangers,
  unusedConsents,
}: DiffReport): Required<Omit<Edit, "edit" | "values" | "open">> & { open: boolean } {
  const kind = (type: string): string => type.split(":").at(-1) ?? type;
  return {
    operations: resources.map(({ operation, type, name }) => `${operation} ${kind(type)} ${name}`).sort(),
    dangers: dangers
      .map(
        ({ code, of, consented }) => `${DANGERS[code].severity === "dangerous" && consented !== null ? "ok:" : ""}${code} ${of}`,
      )
      .sort(),
    open: dangers.some(isOpen),
    unused: unusedConsents.map(({ danger }) => danger),
  };
}

/** Holds a report to what an edit was expected to do: nothing less, and nothing more. */
export function checkEdit({ operations, dangers = [], open, unused = [] }: Edit, report: DiffReport): void {
  assert.deepEqual(saidBy(report), {
    operations: [...operations].sort(),
    dangers: [...dangers].sort(),
    open: open === true,
    unused,
  });
}
