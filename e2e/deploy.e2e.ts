import assert from "node:assert/strict";
import { requirements } from "../automation/real-engine/requirements";
import { changesOf, pulumi, stepsOf } from "../automation/real-engine/pulumi";
import type { Run } from "../automation/real-engine/pulumi";
import { openSite } from "../automation/real-engine/site";
import type { Site } from "../automation/real-engine/site";
import { planned } from "../automation/stacks";
import { findBinaries } from "../simulator/kubernetes-door/binaries";

for (const stack of ["homelab", "prod"]) {
  describe(`${stack}, deployed by the real engine`, () => {
    let site: Site;

    before(async () => {
      site = await openSite(planned(stack), { binaries: findBinaries().found });
      for (const { name, found } of requirements()) console.log(`      ${name}: ${found ?? "missing"}`);
    });
    after(() => site.close());

    it("is previewed before anything exists, every resource of it", async () => {
      const run = succeeded(await pulumi(site.sandbox, ["preview"]));
      const types = stepsOf(run).map(({ type }) => type);
      assert.ok(types.includes("kubernetes:helm.sh/v3:Release"));
      assert.equal(site.doors.dc.state.vms.length, 0);
    });

    it("comes up whole", async () => {
      const run = succeeded(await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"]));
      console.log(`      ${run.seconds.toFixed(1)} s`, changesOf(run));
      const { machines } = planned(stack).plan;
      assert.deepEqual(site.doors.dc.state.vms.map(({ name }) => name).sort(), machines.map(({ name }) => name).sort());
      assert.ok(site.doors.dc.state.vms.every(({ stage }) => stage === "running"));
    });

    it("has nothing left to do when it is brought up again", async () => {
      const run = succeeded(await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"]));
      assert.deepEqual(stepsOf(run), []);
    });
  });
}

function succeeded(run: Run): Run {
  assert.equal(run.code, 0, run.output.split("\n").slice(-60).join("\n"));
  return run;
}
