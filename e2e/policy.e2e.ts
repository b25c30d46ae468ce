import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../automation/real-engine/pulumi";
import { pulumi } from "../automation/real-engine/pulumi";
import type { Site } from "../automation/real-engine/site";
import { openSite } from "../automation/real-engine/site";
import { PROJECT_DIR, planned } from "../automation/stacks";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { succeeded } from "./stacks";

/** What the pack says, each `<policy> <enforcement> <resource>`, in order. */
function violationsOf({ events }: Run): string[] {
  return events
    .flatMap(({ policyEvent }) => (policyEvent ? [policyEvent] : []))
    .map(
      ({ policyName, enforcementLevel, resourceUrn = "" }) =>
        `${policyName} ${enforcementLevel} ${resourceUrn.split("::").at(-1) ?? ""}`,
    )
    .sort();
}

/** Puts a program around the project's own, as somebody would who wants something else of it. */
function wrapProgram({ sandbox }: Site, transformation: string): void {
  const path = join(sandbox.projectDir, "index.ts");
  rmSync(path);
  const lines = [
    'import * as pulumi from "@pulumi/pulumi";',
    `pulumi.runtime.registerStackTransformation(${transformation});`,
    `module.exports = require(${JSON.stringify(join(PROJECT_DIR, "index.ts"))});`,
  ];
  writeFileSync(path, lines.join("\n"));
}

const PACK = ["--policy-pack", join(PROJECT_DIR, "policy")];

const CONTROL_PLANE_UNPROTECTED = `({ type, name, props, opts }) =>
  type === "proxmoxve:index/vmLegacy:VmLegacy" && name === "ctrl-00" ? { props, opts: { ...opts, protect: false } } : undefined`;

describe("the policy pack in the real engine", function () {
  let site: Site;
  before(async () => {
    site = await openSite(planned("homelab"), { binaries: findBinaries().found });
  });
  after(() => site.close());

  it("has nothing to say about homelab", async () => {
    const run = await pulumi(site.sandbox, ["preview", ...PACK]);
    console.log(run.output.split("\n").slice(-30).join("\n"), run.seconds);
    succeeded(run);
    assert.match(run.output, /proxmox-talos@v0\.1\.0/);
    assert.deepEqual(violationsOf(run), []);
  });

  it("refuses a control plane that a transform unprotects", async () => {
    wrapProgram(site, CONTROL_PLANE_UNPROTECTED);
    const run = await pulumi(site.sandbox, ["preview", ...PACK]);
    console.log(run.output.split("\n").slice(-30).join("\n"));
    assert.notEqual(run.code, 0);
    assert.deepEqual(violationsOf(run), ["protected-control-planes mandatory ctrl-00"]);
  });
});
