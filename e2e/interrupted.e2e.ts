import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { existsSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { killGroup, pulumi, stepsOf } from "../automation/real-engine/pulumi";
import type { Site } from "../automation/real-engine/site";

import type { PlannedStack } from "../automation/stacks";
import { planned } from "../automation/stacks";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { labUp } from "./lab-up";
import { sites } from "./suite";

/** How often the engine is killed; each time takes half a minute. */
const KILLS = Number(process.env["E2E_KILLS"] ?? 4);
/** The first operation of a small stack comes about here, and the last one about so much later. */
const FIRST_MS = 3500;
const SPAN_MS = 14_000;

const STACK = "examples/homelab-small.yaml";

describe("an update that is killed", () => {
  const open = sites();
  for (let index = 0; index < KILLS; index++) {
    // Spread over the whole update rather than drawn: a run can be repeated.
    const afterMs = FIRST_MS + Math.round((SPAN_MS * (index + 0.5)) / KILLS);

    it(`after ${(afterMs / 1000).toFixed(1)} s is finished by lab up: nothing twice, nothing lost`, async () => {
      const stack = planned(STACK);
      const site = await open(stack, { binaries: findBinaries().found });
      await killed(site, afterMs);
      await finished(site, stack);
    });
  }

  it("while it writes its state is finished by lab up, too: from the state before, and with a file's description empty", async () => {
    const stack = planned(STACK);
    const site = await open(stack, { binaries: findBinaries().found });
    await killed(site, FIRST_MS + SPAN_MS / 2);
    const { dir, stack: name } = site.sandbox;
    const state = join(dir, "state", ".pulumi", "stacks", "proxmox-talos", `${name}.json`);
    truncateSync(state, Math.floor(statSync(state).size / 2));
    truncateSync(`${state}.attrs`);
    const preview = await pulumi(site.sandbox, ["preview"]);
    assert.match(preview.output, /failed to load checkpoint: EOF/);
    await finished(site, stack);
    assert.ok(existsSync(`${state}.cut-off`));
  });
});

/** Has `lab up` finish the update, and sees that all is there, once. */
async function finished(site: Site, stack: PlannedStack): Promise<void> {
  assert.equal(await labUp(site, stack), undefined);
  const again = await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"]);
  assert.deepEqual([again.code, stepsOf(again).map(({ op, urn }) => `${op} ${urn}`)], [0, []]);
  const { vms, clusters } = site.doors.dc.state;
  assert.deepEqual(vms.map(({ name }) => name).sort(), stack.plan.machines.map(({ name }) => name).sort());
  assert.equal(clusters.length, 1);
  const bootstraps = site.doors.talos.calls.filter(({ call, code }) => call.endsWith("/Bootstrap") && code === status.OK);
  assert.equal(bootstraps.length, 1);
  const creations = site.doors.proxmox.calls.filter(
    ({ method, endpoint }) => method === "POST" && endpoint === "/nodes/:node/qemu",
  );
  assert.equal(creations.length, vms.length);
}

/** Runs an update and kills the engine with all of its providers. */
async function killed(site: Site, afterMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const kill =
    ({ pid }: ChildProcess) =>
    (): void => {
      killGroup(pid);
    };
  await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"], {
    onStart: (child) => (timer = setTimeout(kill(child), afterMs)),
  });
  clearTimeout(timer);
}
