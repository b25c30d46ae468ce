import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { planned } from "../automation/stacks";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { REPORT } from "../tools/ci/report/document";
import type { Report } from "../tools/ci/report/document";
import { Checkout } from "./checkout";
import { sites } from "./suite";

const SMALL = planned("examples/homelab-small.yaml");
const COMMIT = "0123456789abcdef0123456789abcdef01234567";

describe("the steps of CI that have credentials", () => {
  const open = sites();

  it("preview, deploy and look for drift with the real engine", async () => {
    const site = await open(SMALL, { binaries: findBinaries().found, speed: 20 });
    const checkout = new Checkout(site, "192.168.68.51");
    await checkout.add("small", SMALL.text);
    // A state that anybody can read is refused.
    chmodSync(fileURLToPath(site.sandbox.environment["PULUMI_BACKEND_URL"] ?? ""), 0o700);
    const environment = { STACK: "small", LAB_COMMIT: COMMIT };
    const report = (name: string): Report => REPORT.parse(JSON.parse(checkout.read(`ci-report/comment/${name}-small.json`)));

    const preview = await checkout.step(environment, "tools/ci/engine.ts", "preview");
    assert.equal(preview.code, 0, preview.stdout + preview.stderr);
    const previewed = report("preview");
    assert.ok(previewed.kind === "preview" && previewed.result === "succeeded");
    assert.ok(previewed.changes.some(({ operation, name }) => operation === "create" && name === "work-00"));

    const deploy = await checkout.step(environment, "tools/ci/deploy.ts");
    assert.equal(deploy.code, 0, deploy.stdout + deploy.stderr);
    assert.match(checkout.read("deploy.log"), /"nodesReady": 2/);

    const still = await checkout.step(environment, "tools/ci/engine.ts", "drift");
    assert.equal(still.code, 0, still.stdout + still.stderr);
    const worker = site.doors.dc.state.vms.find(({ name }) => name === "work-00");
    assert.ok(worker);
    const memory = String(worker.memoryMiB + 1024);
    await checkout.proxmox("PUT", `/nodes/pve/qemu/${worker.vmId}/config`, { memory });
    const drift = await checkout.step(environment, "tools/ci/engine.ts", "drift");
    assert.equal(drift.code, 1, drift.stdout + drift.stderr);
    const found = report("drift");
    assert.ok(found.kind === "drift" && found.result === "succeeded");
    assert.deepEqual(
      found.changes.map(({ name }) => name),
      ["work-00"],
    );
  });
});
