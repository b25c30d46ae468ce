import { isOpen } from "../../../automation/blast-radius/judge";
import type { StackReport } from "./document";

/** Whether nothing of a stack stands in the way of a merge. */
export function passes({ problems, rehearsal, diff }: StackReport): boolean {
  return problems.length === 0 && rehearsal?.result !== "failed" && diff?.dangers.some(isOpen) === false;
}
