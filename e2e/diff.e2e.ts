import assert from "node:assert/strict";
import type { Run } from "../automation/real-engine/pulumi";
import { pulumi, stepsOf } from "../automation/real-engine/pulumi";
import { writeStackFile } from "../automation/real-engine/sandbox";
import type { Site } from "../automation/real-engine/site";
import { carryStack, openSite } from "../automation/real-engine/site";
import { sideOf } from "../automation/blast-radius/sides";
import { PROJECT_DIR, plannedText } from "../automation/stacks";
import type { PlannedStack } from "../automation/stacks";
import { compare } from "../simulator";
import type { ComparedResource } from "../simulator";
import { schematicId } from "../simulator/datacenter/image-factory";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { BASE, EDITS, fileOf, written } from "../test/blast-radius/edits";
import type { Values } from "../test/blast-radius/edits";
import { succeeded } from "./stacks";

/** What is deployed: the test repository's stack with an add-on and addresses, so that there is more to change. */
const DEPLOYED = written(BASE, {
  // The sandbox has stand-ins of its own.
  "proxmoxve:apiToken": undefined,
  "addons.metricsServer": {},
  "addons.cilium": { loadBalancerPools: { main: { addresses: ["192.168.1.200-192.168.1.209"] } }, l2: {} },
  "topology.workers.store.disks.logs": { sizeGiB: 10, slot: 2 },
  "topology.workers.store.diskLimits": { readIops: 500 },
});

/** Edits of the test repository that mean something by themselves, and to what is deployed; guards refuse the others in a preview. */
const CHOSEN = [
  "a worker more",
  "more memory for a pool",
  "a larger system disk",
  "no limits for disks",
  "a disk let go of in so many words",
  "another datastore for a pool",
  "another host for a pool",
  "other ids for a pool",
  "labels of nodes",
  "a rule for devices, for which Talos restarts",
  "a patch release of Kubernetes",
  "an older Talos",
  "an extension of Talos",
  "the API behind a name",
  "another network for pods",
  "a setting of it",
  "another namespace for it",
  "the add-on out of the file",
  "Longhorn",
  "a control plane less",
  "none any more",
];

describe("lab diff and the real engine's preview", function () {
  const base = stackOf(DEPLOYED);
  let site: Site;

  before(async () => {
    site = await openSite(base, { binaries: findBinaries().found });
    const run = succeeded(await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"]));
    console.log(`      deployed in ${run.seconds.toFixed(1)} s`);
    // What is protected is refused before it is shown.
    succeeded(await pulumi(site.sandbox, ["state", "unprotect", "--all", "--yes"]));
  });
  after(() => site.close());

  for (const edit of CHOSEN) {
    it(`say the same of ${edit}`, async () => {
      const stack = editedBy(edit);
      carryStack(stack);
      writeStackFile(site.sandbox, stack.text);
      const run = succeeded(await pulumi(site.sandbox, ["preview"]));
      const { resources } = await compare({
        stack: base.stack,
        before: sideOf(base, PROJECT_DIR),
        after: sideOf(stack, PROJECT_DIR),
      });
      const [real, embedded] = [previewed(run), compared(resources)];
      console.log(`      ${real.length} operations, previewed in ${run.seconds.toFixed(1)} s`);
      assert.deepEqual(real, embedded);
    });
  }

  it("end with images of the new flavour where an extension of Talos was added", async () => {
    const stack = editedBy("an extension of Talos");
    writeStackFile(site.sandbox, stack.text);
    succeeded(await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"]));
    const wanted = schematicId(stack.plan.talos.schematics[0]?.yaml ?? "");
    const { imageSchematics } = site.doors.dc.state;
    const names = [...new Set(stack.plan.images.map(({ fileName }) => fileName))];
    assert.deepEqual(
      names.map((name) => Object.entries(imageSchematics).find(([volume]) => volume.endsWith(`/${name}`))?.[1]),
      names.map(() => wanted),
    );
  });
});

function editedBy(edit: string): PlannedStack {
  const values = EDITS.find((each) => each.edit === edit)?.values;
  assert.ok(values, `there is no edit ${edit}`);
  return stackOf(written(DEPLOYED, values));
}

function stackOf(values: Values): PlannedStack {
  return plannedText({ stack: "lab", path: "", file: "Pulumi.lab.yaml", text: "" }, fileOf(values));
}

/** What the engine would do, without components, each resource once. */
function previewed(run: Run): string[] {
  const all = stepsOf(run).filter((step) => (step.new ?? step.old)?.custom === true);
  // While it is not known how the cluster will be reached, a preview has everything in it updated: it could ask nobody.
  const isUnknown = all.some(({ type }) => type === "talos:cluster/kubeconfig:Kubeconfig");
  const steps = all.filter(({ op, type }) => !(isUnknown && op === "update" && type.startsWith("kubernetes:")));
  return [
    ...new Set(steps.map(({ op, urn, type }) => `${operationOf(op)} ${type} ${urn.split("::").slice(3).join("::")}`)),
  ].sort();
}

/** A replacement is several steps to the engine. */
function operationOf(op: string): string {
  return /replace/.test(op) ? "replace" : op;
}

function compared(resources: readonly ComparedResource[]): string[] {
  return resources
    .filter(({ operation }) => operation !== "same")
    .map(({ operation, type, name }) => `${operation} ${type} ${name}`)
    .sort();
}
