import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../automation/real-engine/pulumi";
import { pulumi } from "../automation/real-engine/pulumi";
import type { Site } from "../automation/real-engine/site";
import { openSite } from "../automation/real-engine/site";
import { PROJECT_DIR, planned } from "../automation/stacks";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { succeeded } from "./stacks";

const PACK = ["--policy-pack", join(PROJECT_DIR, "policy")];

/** The signature of a secret in a state. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** What of the program's resources somebody wants otherwise, by `<type> <name>`. */
type Wishes = Readonly<Record<string, { readonly opts?: string; readonly props?: string }>>;

const UNSAFE: Wishes = {
  "proxmoxve:index/vmLegacy:VmLegacy ctrl-00": { opts: "protect: false", props: "memory: { dedicated: 65536, floating: 0 }" },
  "proxmoxve:index/vmLegacy:VmLegacy work-00": { props: 'tags: ["talos"]' },
  "proxmoxve:index/vmLegacy:VmLegacy ctrl-01": { props: "rebootAfterUpdate: true" },
  "talos:machine/secrets:Secrets homelab-cluster": { opts: "protect: false" },
};

const IN_CLEAR: Wishes = {
  // Bridged providers know which of their properties are secrets, and mark them again. This one does not.
  "pulumi:providers:kubernetes homelab-cluster": { props: "kubeconfig: pulumi.unsecret(props.kubeconfig)" },
};

/** Puts a program around the project's own, which the planner knows nothing of. */
function wrapProgram({ sandbox }: Site, wishes: Wishes): void {
  const path = join(sandbox.projectDir, "index.ts");
  rmSync(path);
  const cases = Object.entries(wishes).map(
    ([key, { opts = "", props = "" }]) =>
      `  if (\`\${type} \${name}\` === "${key}") return { props: { ...props, ${props} }, opts: { ...opts, ${opts} } };`,
  );
  const lines = [
    'import * as pulumi from "@pulumi/pulumi";',
    "pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {",
    ...cases,
    "});",
    `module.exports = require(${JSON.stringify(join(PROJECT_DIR, "index.ts"))});`,
  ];
  writeFileSync(path, lines.join("\n"));
}

/** What the pack says, each `<policy> <enforcement> <resource>`, in order. */
function violationsOf({ events }: Run): string[] {
  return events
    .flatMap(({ policyEvent }) => (policyEvent ? [policyEvent] : []))
    .map(({ policyName, enforcementLevel, resourceUrn = "" }) => `${policyName} ${enforcementLevel} ${lastOf(resourceUrn)}`)
    .sort();
}

/** What the pack has repaired, each `<policy> <resource>`. */
function repairsOf({ events }: Run): string[] {
  return events.flatMap(({ policyRemediationEvent: each }) => (each ? [`${each.policyName} ${lastOf(each.resourceUrn)}`] : []));
}

function lastOf(urn = ""): string {
  return urn.split("::").at(-1) ?? "";
}

describe("the policy pack in the real engine", function () {
  let site: Site;
  before(async () => {
    site = await openSite(planned("homelab"), { binaries: findBinaries().found });
  });
  after(() => site.close());

  it("has nothing to say about homelab", async () => {
    const run = succeeded(await pulumi(site.sandbox, ["preview", ...PACK]));
    assert.match(run.output, /proxmox-talos@v0\.1\.0/);
    assert.deepEqual([violationsOf(run), repairsOf(run)], [[], []]);
    console.log(`      previewed in ${run.seconds.toFixed(1)} s`);
  });

  it("refuses what a program around the project's own wants otherwise, and only warns of what a lab may", async () => {
    wrapProgram(site, UNSAFE);
    const run = await pulumi(site.sandbox, ["preview", ...PACK]);
    assert.notEqual(run.code, 0);
    assert.deepEqual(violationsOf(run), [
      "host-memory-reserve advisory ctrl-00",
      "no-restart-in-update advisory ctrl-01",
      "protected-control-planes mandatory ctrl-00",
      "protected-identity mandatory homelab-cluster",
      "vm-marks mandatory work-00",
    ]);
  });

  it("is as hard as its configuration says", async () => {
    const file = join(site.sandbox.dir, "policies.json");
    const names = ["protected-control-planes", "protected-identity"];
    const advisory = Object.fromEntries(names.map((name) => [name, "advisory"]));
    writeFileSync(file, JSON.stringify({ ...advisory, "vm-marks": { enforcementLevel: "disabled" } }));
    const run = succeeded(await pulumi(site.sandbox, ["preview", ...PACK, "--policy-pack-config", file]));
    assert.equal(violationsOf(run).filter((each) => each.includes(" advisory ")).length, 4);
  });

  it("is as hard as the stack file says", async () => {
    const file = join(site.sandbox.projectDir, "Pulumi.homelab.yaml");
    const text = readFileSync(file, "utf8");
    const names = ["protected-control-planes", "protected-identity", "vm-marks"];
    const said = names.map((name) => `    ${name}: { level: advisory, reason: it is being mended }\n`).join("");
    writeFileSync(
      file,
      text.replace(/^config:\n/m, (line) => `${line}  proxmox-talos:policies:\n${said}`),
    );
    const run = succeeded(await pulumi(site.sandbox, ["preview", ...PACK]));
    writeFileSync(file, text);
    assert.deepEqual(
      violationsOf(run).filter((each) => each.includes(" mandatory ")),
      [],
    );
    assert.match(run.output, /accepted: it is being mended/);
  });

  it("marks a secret that the program leaves in the clear, so that the state never has it", async () => {
    wrapProgram(site, IN_CLEAR);
    const run = succeeded(await pulumi(site.sandbox, ["up", "--yes", "--skip-preview", ...PACK]));
    assert.deepEqual([violationsOf(run), repairsOf(run)], [[], ["encrypted-secrets homelab-cluster"]]);
    const { output } = await pulumi(site.sandbox, ["stack", "export"]);
    const { deployment } = JSON.parse(output) as {
      deployment: { resources: { urn: string; inputs?: Record<string, unknown> }[] };
    };
    const provider = deployment.resources.find(({ urn }) => urn.endsWith("$pulumi:providers:kubernetes::homelab-cluster"));
    assert.ok(Object.hasOwn(provider?.inputs?.["kubeconfig"] as object, SIGNATURE));
    assert.ok(!output.includes("certificate-authority-data"));
  });
});
