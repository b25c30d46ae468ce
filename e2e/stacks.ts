import assert from "node:assert/strict";
import { parseDocument } from "yaml";
import { look } from "../automation/identity";
import type { Run } from "../automation/real-engine/pulumi";
import { plannedText } from "../automation/stacks";
import type { PlannedStack } from "../automation/stacks";

/** The same stack with something else in its file. */
export function edited(stack: PlannedStack, edit: (document: ReturnType<typeof parseDocument>) => void): PlannedStack {
  const document = parseDocument(stack.text);
  edit(document);
  return plannedText(stack, document.toString());
}

/** A run that ended well; what it said last otherwise. */
export function succeeded(run: Run): Run {
  assert.equal(run.code, 0, run.output.split("\n").slice(-60).join("\n"));
  return run;
}

/** Node.js reads whom to trust when it starts, and this process is older than the authority. */
export const trusting: typeof look = (access) => look({ ...access, insecure: true });
