import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { neededSecrets } from "../../config/secrets";
import { rehearse } from "../../simulator";
import type { Recording } from "../../simulator/door/recording";
import { SecretMarkers } from "../../simulator/secrets";
import { SecretValue } from "../../simulator/values";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf, stackFile } from "../stacks";

const TAILSCALE = stackFile({ more: "  proxmox-talos:talos: { tailscale: { pools: [main], tags: [tag:k8s] } }\n" });

async function run(text: string, secrets = neededSecrets(configOf(text)), main = "index.ts") {
  let recording: Recording | undefined;
  const rehearsal = await rehearse({
    stack: "test",
    stackText: text,
    projectDir: PROJECT,
    datacenter: datacenterSpec(configOf(text)),
    secrets,
    program: inlineProgram(main),
    onRecording: (all) => {
      recording = all;
    },
  });
  return { rehearsal, recording };
}

describe("the secret of a part of the stack", function () {
  this.timeout(30_000);

  it("reaches the machines that need it, as a secret and nothing else", async () => {
    const { rehearsal, recording } = await run(TAILSCALE);
    assert.deepEqual([rehearsal.violations, rehearsal.diagnostics, rehearsal.result], [[], [], "succeeded"]);
    const applied = (machine: string) =>
      recording?.registrations.find(({ type, name }) => type.endsWith(":ConfigurationApply") && name === machine);
    const secretOf = (machine: string): string => {
      const input = applied(machine)?.inputs["machineConfigurationInput"];
      assert.ok(input instanceof SecretValue);
      return input.value as string;
    };
    assert.ok(!secretOf("ctrl-00").includes("TS_AUTHKEY"));
    const document = parse(secretOf("work-00").split("\n---\n").at(-1) ?? "") as Record<string, string | string[]>;
    assert.deepEqual([document["kind"], document["name"]], ["ExtensionServiceConfig", "tailscale"]);
    assert.match((document["environment"] ?? []).at(0) ?? "", /^TS_AUTHKEY=rehearsal-secret-[0-9a-f]{32}$/);
    // The patches beside it stay readable.
    const patches = applied("work-00")?.inputs["configPatches"] as unknown[];
    assert.ok(patches.every((patch) => typeof patch === "string"));
    assert.ok(!SecretMarkers.pattern.test(JSON.stringify(rehearsal)));
    // Together they are one document, as Talos merges it; a preview shows all of it but the key.
    const whole = (applied("work-00")?.outputs["machineConfiguration"] as SecretValue).value as string;
    const merged = whole.split("\n---\n").filter((each) => each.includes("ExtensionServiceConfig"));
    assert.equal(merged.length, 1);
    assert.match(merged[0] ?? "", /TS_AUTHKEY=rehearsal-secret[^]*TS_HOSTNAME=lab-work-00/);
  });

  it("stops a program that lacks it, and says how it is set", async () => {
    const { rehearsal } = await run(TAILSCALE, []);
    assert.equal(rehearsal.result, "failed");
    const message = rehearsal.diagnostics.map((each) => each.message).join("\n");
    assert.match(message, /tailscale:authKey: missing: talos\.tailscale needs it/);
    assert.match(message, /pulumi config set --secret tailscale:authKey/);
  });
});
