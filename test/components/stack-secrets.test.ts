import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { neededSecrets } from "../../config/secrets";
import { rehearse } from "../../simulator";
import type { Recording } from "../../simulator/door/recording";
import { SecretMarkers } from "../../simulator/secrets";
import { SecretValue, plain } from "../../simulator/values";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf, stackFile } from "../stacks";

const SECRET = "kubernetes:core/v1:Secret";

const stack = (secrets: string): string =>
  stackFile({ more: `  proxmox-talos:addons: { loki: {} }\n  proxmox-talos:secrets: { ${secrets} }\n` });

const BEFORE = stack(
  "monitoring: { kept: { keys: [password], values: { user: admin } }, gone: { keys: [a] }, more: { keys: [a] } }, shop: { api: { keys: [token] } }",
);
const AFTER = stack(
  "monitoring: { kept: { keys: [password], values: { user: admin } }, more: { keys: [a, b], labels: { app: x } } }, shop: { api: { keys: [token] } }",
);

/** The second of two runs. */
async function changed() {
  let recording: Recording | undefined;
  const spec = (text: string) => ({
    stackText: text,
    datacenter: datacenterSpec(configOf(text)),
    secrets: neededSecrets(configOf(text)),
  });
  const rehearsal = await rehearse({
    stack: "test",
    ...spec(AFTER),
    from: spec(BEFORE),
    projectDir: PROJECT,
    program: inlineProgram(),
    onRecording: (all) => {
      recording = all;
    },
  });
  assert.ok(recording);
  return { rehearsal, recording };
}

describe("Secrets of the stack file", function () {
  this.timeout(30_000);

  it("come before releases of their namespace, hide what is secret, and go when the file no longer has them", async () => {
    const { rehearsal, recording } = await changed();
    assert.deepEqual([rehearsal.violations, rehearsal.diagnostics, rehearsal.result], [[], [], "succeeded"]);

    const secrets = rehearsal.resources.filter(({ type }) => type === SECRET);
    assert.deepEqual(secrets.map(({ name, operation }) => `${operation} ${name}`).sort(), [
      "delete monitoring/gone",
      "replace monitoring/more",
      "same monitoring/kept",
      "same shop/api",
    ]);

    const { registrations } = recording;
    const registered = (type: string, name: string) => {
      const found = registrations.find((each) => each.type.endsWith(`:${type}`) && each.name === name);
      assert.ok(found, `${type} ${name}`);
      return found;
    };
    const kept = registered("Secret", "monitoring/kept");
    assert.deepEqual(kept.inputs["metadata"], { name: "kept", namespace: "monitoring" });
    const texts = kept.inputs["stringData"];
    // The provider's package hides all of it.
    assert.ok(texts instanceof SecretValue);
    const { user, password } = plain(texts) as Record<string, string>;
    assert.equal(user, "admin");
    assert.match(password ?? "", SecretMarkers.pattern);
    assert.deepEqual(registered("Secret", "monitoring/more").inputs["metadata"], {
      name: "more",
      namespace: "monitoring",
      labels: { app: "x" },
    });
    assert.ok(!SecretMarkers.pattern.test(JSON.stringify(rehearsal)));

    const loki = registered("Release", "loki");
    for (const name of ["kept", "more"])
      assert.ok(loki.dependencies.includes(registered("Secret", `monitoring/${name}`).urn), name);
    // What only others read keeps nobody waiting.
    const api = registered("Secret", "shop/api");
    assert.ok(!loki.dependencies.includes(api.urn));
    assert.ok(api.dependencies.includes(registered("Namespace", "shop").urn));
    assert.equal(api.deletedWith, registrations.find(({ type }) => type === "talos:machine/bootstrap:Bootstrap")?.urn);
  });
});
