import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { status } from "@grpc/grpc-js";
import { killGroup, pulumi, stepsOf } from "../automation/real-engine/pulumi";
import type { Site } from "../automation/real-engine/site";
import { API_TOKEN } from "../automation/real-engine/site";
import { planned } from "../automation/stacks";
import type { PlannedStack } from "../automation/stacks";
import type { Fault } from "../simulator/faults/faults";
import { FAULTS, Faults, plannedFault } from "../simulator/faults/faults";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { STRANGER } from "../simulator/proxmox-door/stranger";
import { labUp } from "./lab-up";
import { edited } from "./stacks";
import { sites } from "./suite";

/** How one fault ended. */
interface Outcome {
  readonly fault: string;
  /** What the first attempt said; null where it went through. */
  readonly message: string | null;
  /** Attempts that it took, the first among them. */
  readonly attempts: number;
  survived: boolean;
}

const outcomes: Outcome[] = [];

describe("a fault of the datacenter", () => {
  const open = sites();
  after(report);

  for (const fault of FAULTS) {
    const { name, what } = fault;
    it(`is survived: ${what} (${name})`, async () => {
      const stack = stackFor(fault);
      const faults = new Faults([plannedFault(name, seedFor(fault))]);
      const site = await open(stack, { binaries: findBinaries().found, faults });
      const first = fault.effect.kind === "killed" ? await killed(site, faults) : (await labUp(site, stack))?.message;
      assert.deepEqual([...new Set(faults.struck)], [name], "the fault never happened");
      faults.arm([]);
      const outcome: Outcome = { fault: name, message: first ?? null, attempts: first === undefined ? 1 : 2, survived: false };
      outcomes.push(outcome);
      if (first !== undefined) {
        tells(first);
        mended(site, fault);
        assert.equal(await labUp(site, stack), undefined);
      }
      await converged(site, stack);
      outcome.survived = true;
    });
  }
});

/** What breaks down as a whole needs a stack that has more than one of it; nobody waits ten minutes for a machine that is dead. */
function stackFor({ effect, name }: Fault): PlannedStack {
  const stack = planned(effect.kind === "outage" ? "examples/two-mini-pcs.yaml" : "examples/homelab-small.yaml");
  if (!["swallowed", "expired"].includes(effect.kind) && name !== "bootstrap-lost") return stack;
  return edited(stack, (document) => {
    document.setIn(["config", "proxmox-talos:talos", "timeoutMinutes"], 1);
  });
}

/** The seed has the fault happen where it hurts: to the last machine, not to the first, and in the middle of all. */
function seedFor({ effect }: Fault): number {
  return effect.kind === "swallowed" ? 1 : effect.kind === "killed" ? 1 : 0;
}

/** One line that says what is wrong and what to do, and nothing that is a secret. */
function tells(message: string): void {
  assert.doesNotMatch(message, /\n\s+at |undefined|\[object Object\]/);
  assert.ok(!message.includes(API_TOKEN.split("=")[1] ?? "-"));
}

/** What is away comes back, and whoever is in the way is moved out of it: what the message asks its reader for. */
function mended({ doors }: Site, { name }: Fault): void {
  doors.outages.mend();
  const { state } = doors.dc;
  const strangers = state.vms.filter((vm) => vm.name === STRANGER);
  assert.equal(strangers.length, name.startsWith("vm-id-") ? 1 : 0);
  // Nobody has touched it.
  for (const { vmId } of strangers) assert.deepEqual(state.settings[`vm:${vmId}`], { name: STRANGER });
  // One that is still being made is no affair of anybody's: lab up waits for it.
  const isBroken = name === "endpoint-lost";
  const broken = state.vms.filter(({ vmId }) => isBroken && state.settings[`vm:${vmId}`]?.["lock"] === "create");
  assert.equal(broken.length, isBroken ? 1 : 0);
  for (const { vmId } of [...strangers, ...broken]) Reflect.deleteProperty(state.settings, `vm:${vmId}`);
  state.vms = state.vms.filter((vm) => !strangers.includes(vm) && !broken.includes(vm));
}

async function killed(site: Site, faults: Faults): Promise<string> {
  const { output } = await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"], {
    onStart: ({ pid }) => {
      faults.onKill = () => {
        killGroup(pid);
      };
    },
  });
  faults.onKill = () => undefined;
  return output.split("\n")[0] ?? "";
}

/** All is there, once, and there is nothing left to do. */
async function converged({ doors, sandbox }: Site, { plan }: PlannedStack): Promise<void> {
  const again = await pulumi(sandbox, ["preview"]);
  assert.deepEqual(
    [again.code, stepsOf(again).map(({ op, urn, detailedDiff }) => `${op} ${urn} ${JSON.stringify(detailedDiff)}`)],
    [0, []],
  );
  const { vms, clusters } = doors.dc.state;
  assert.deepEqual(vms.map(({ name }) => name).sort(), plan.machines.map(({ name }) => name).sort());
  assert.deepEqual(
    clusters.map(({ nodes }) => nodes.length),
    [plan.machines.length],
  );
  const bootstraps = doors.talos.calls.filter(({ call, code }) => call.endsWith("/Bootstrap") && code === status.OK);
  assert.ok(bootstraps.length <= 1);
}

/** The table of what was tried; as JSON, too, where a file is named for it. */
function report(): void {
  for (const { fault, message, survived } of outcomes) {
    const how = message === null ? "at once" : `by lab up after: ${message.slice(0, 160)}`;
    console.log(`      ${fault.padEnd(20)} ${survived ? "survived" : "LOST    "} ${how}`);
  }
  const survived = outcomes.filter((outcome) => outcome.survived).length;
  const summary = { tried: outcomes.length, survived, lost: outcomes.length - survived };
  console.log(`      ${summary.tried} faults tried, ${summary.survived} survived, ${summary.lost} lost`);
  const file = process.env["E2E_FAULTS_JSON"];
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ ...summary, faults: outcomes }, null, 2)}\n`);
}
