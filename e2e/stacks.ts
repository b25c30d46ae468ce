import assert from "node:assert/strict";
import { parseDocument } from "yaml";
import { look } from "../automation/identity";
import type { Run } from "../automation/real-engine/pulumi";
import { pulumi } from "../automation/real-engine/pulumi";
import { writeStackFile } from "../automation/real-engine/sandbox";
import type { Site } from "../automation/real-engine/site";
import { plannedText } from "../automation/stacks";
import type { PlannedStack } from "../automation/stacks";
import { openWorkspace } from "../automation/workspace";
import type { ApiClient } from "../simulator/kubernetes-door/api-client";

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

/** Brings a site to what a stack file says. */
export function up({ sandbox }: Site, { text }: PlannedStack): Promise<Run> {
  writeStackFile(sandbox, text);
  return pulumi(sandbox, ["up", "--yes", "--skip-preview"]);
}

/** A client of the one cluster of a site. */
export function clusterClient({ doors }: Site): ApiClient {
  const running = doors.kubernetes?.clusters[0]?.client;
  assert.ok(running, "no Kubernetes API runs");
  return running;
}

/** Destroys a site's stack as `lab destroy` does, which takes no stack but the project's own. */
export async function destroyed({ doors, sandbox }: Site): Promise<void> {
  const workspace = await openWorkspace(sandbox.stack, sandbox.projectDir);
  await workspace.unhook();
  await workspace.unprotect((await workspace.resources()).filter(({ protect }) => protect).map(({ urn }) => urn));
  await workspace.destroy(() => undefined, new AbortController().signal);
  assert.deepEqual(doors.dc.state.vms, []);
}
