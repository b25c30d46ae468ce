import type { Rehearsal } from "../../simulator";
import { Faults } from "../../simulator/faults/faults";
import type { PlannedFault } from "../../simulator/faults/faults";
import { findBinaries } from "../../simulator/kubernetes-door/binaries";
import { checkLeaving } from "../consent";
import type { ProgressReport } from "../progress";
import type { PlannedStack } from "../stacks";
import { servicesOf } from "./balanced-services";
import type { EngineEvent } from "./pulumi";
import { killGroup, pulumi } from "./pulumi";
import type { Deployment, Exported, Times } from "./report";
import { nameOf, report } from "./report";
import { writeStackFile } from "./sandbox";
import type { Site } from "./site";
import { carryStack, openSite } from "./site";

/** Virtual seconds in a real one: fast enough not to be waited for, slow enough for clients that poll every second. */
const SPEED = 20;

/**
 * Deploys a stack with the real engine and the real providers to a datacenter that speaks the real protocols. Inside of a
 * namespace only.
 *
 * @param from stack to deploy first; only what comes after it is reported
 * @param faults what is to go wrong
 */
export async function rehearseForReal(
  stack: PlannedStack,
  from: PlannedStack | undefined,
  faults: readonly PlannedFault[],
  onProgress: (progress: ProgressReport) => void,
): Promise<Rehearsal> {
  const armed = new Faults();
  const options = { binaries: findBinaries().found, speed: SPEED, faults: armed, becomes: stack.config };
  const site = await openSite(from ? { ...from, stack: stack.stack } : stack, options);
  try {
    if (from) {
      const before = await up(site, armed, from.plan.parallel, ({ done, detail }) => {
        onProgress({ phase: "deploy", before: true, done, detail });
      });
      if (before.run.code !== 0) return report(stack, site, before, [], { faults: armed, planned: [] });
      checkLeaving(await resourcesOf(site), stack.plan);
      carryStack(stack);
      writeStackFile(site.sandbox, stack.text);
    }
    armed.arm(faults);
    const after = await up(site, armed, stack.plan.parallel, ({ done, detail }) => {
      onProgress({ phase: "deploy", done, detail });
    });
    const told = report(stack, site, after, await resourcesOf(site), { faults: armed, planned: faults });
    // Where a run failed, there may be nobody left to ask.
    return after.run.code === 0 ? { ...told, ...(await servicesOf(site)) } : told;
  } finally {
    await site.close();
  }
}

/** The state. */
async function resourcesOf({ sandbox }: Site): Promise<readonly Exported[]> {
  const { output } = await pulumi(sandbox, ["stack", "export"]);
  const exported = JSON.parse(output) as { deployment: { resources?: readonly Exported[] } };
  return exported.deployment.resources ?? [];
}

async function up(
  { doors, sandbox }: Site,
  faults: Faults,
  parallel: number,
  onDone: (progress: { done: number; detail: string }) => void,
): Promise<Deployment> {
  const startedAt = doors.time.now();
  const times = new Map<string, Times>();
  let done = 0;
  const run = await pulumi(sandbox, ["up", "--yes", "--skip-preview", "--parallel", String(parallel)], {
    onStart: ({ pid }) => {
      faults.onKill = () => {
        killGroup(pid);
      };
    },
    onEvent: ({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent) => {
      const now = doors.time.now() - startedAt;
      const begun = resourcePreEvent?.metadata.urn;
      if (begun !== undefined && !times.has(begun)) times.set(begun, { start: now, end: now, outcome: "skipped" });
      const ended = (resOutputsEvent ?? resOpFailedEvent)?.metadata.urn;
      const entry = ended === undefined ? undefined : times.get(ended);
      if (ended === undefined || !entry) return;
      Object.assign(entry, { end: now, outcome: resOpFailedEvent ? "failed" : "done" });
      onDone({ done: ++done, detail: nameOf(ended) });
    },
  });
  return { run, times, seconds: doors.time.now() - startedAt };
}
