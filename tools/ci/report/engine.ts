import type { LabAnswer } from "../lab";
import { failureOf } from "../lab";
import type { DriftReport } from "./document";

/** What `lab preview` and `lab refresh` list, under `changes` or `drifted`. */
interface EngineDocument {
  readonly result?: unknown;
  readonly changes?: readonly Change[];
  readonly drifted?: readonly Change[];
}

type Change = DriftReport["changes"][number];

/** What came of a command that asked the real engine. That something drifted fails the command, and is no problem of it. */
export function engineReport(answer: LabAnswer): Pick<DriftReport, "result" | "problem" | "changes"> {
  const { changes, drifted } = (answer.document ?? {}) as EngineDocument;
  const found = changes ?? drifted;
  if (found === undefined) return { result: "failed", problem: failureOf(answer), changes: [] };
  return {
    result: "succeeded",
    problem: null,
    changes: found.map(({ operation, type, name, properties }) => ({ operation, type, name, properties })),
  };
}
