import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, it } from "mocha";
import { parse } from "yaml";
import { loadStack } from "../../config/load";
import { configOf, stackFile, stackText } from "../stacks";

/** Gives the process a configuration as the engine does: every value as text, secrets decrypted and named. */
function engine(values: Record<string, unknown>, secrets: string[] = []): void {
  const texts = Object.entries(values).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts) as Record<string, string>, secrets);
}

function values(text: string): Record<string, unknown> {
  return (parse(text) as { config: Record<string, unknown> }).config;
}

/** The report that loading ends with. */
function refusal(): string {
  try {
    loadStack();
  } catch (error) {
    assert.ok(pulumi.RunError.isInstance(error), "anything else is shown with a stack trace");
    return error.message;
  }
  return assert.fail("loaded");
}

describe("loading", () => {
  afterEach(() => {
    engine({});
  });

  it("gives the program what parsing gives the command line", () => {
    engine({ ...values(stackFile()), "kubernetes:context": "other" });
    assert.deepEqual(loadStack().config, configOf(stackFile()));
  });

  it("brings the stack files of the folder along, where the stack's own is among them", () => {
    const folder = mkdtempSync(join(tmpdir(), "lab-"));
    try {
      engine(values(stackFile()));
      assert.deepEqual(loadStack(folder).neighbours, []);
      writeFileSync(join(folder, "Pulumi.prod.yaml"), stackText("prod"));
      assert.deepEqual(loadStack(folder).neighbours, []);
      writeFileSync(join(folder, `Pulumi.${pulumi.getStack()}.yaml`), stackFile());
      assert.deepEqual(loadStack(folder).neighbours, [{ file: "Pulumi.prod.yaml", config: configOf(stackText("prod")) }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("ends with the report of all problems when the configuration is not valid", () => {
    engine({ ...values(stackFile()), "proxmox-talos:talos": { version: 1 }, "proxmox-talos:addon": "text" });
    assert.match(refusal(), /2 problems[^]*talos\.version: not text[^]*unknown key proxmox-talos:addon[^]*did you mean addons/);
  });

  it("refuses a secret of the project's own without reading or showing it", () => {
    engine({ ...values(stackFile()), "proxmox-talos:metadata": { name: "hunter2!" } }, ["proxmox-talos:metadata"]);
    const report = refusal();
    assert.match(report, /metadata: an encrypted value/);
    assert.ok(!report.includes("hunter2"));
  });

  it("hands out the token as a secret, and nothing when there is none", async () => {
    engine({ ...values(stackFile()), "proxmoxve:apiToken": "root@pam!lab=hunter2" }, ["proxmoxve:apiToken"]);
    const { config, apiToken } = loadStack();
    assert.ok(apiToken && (await pulumi.isSecret(apiToken)));
    assert.ok(!JSON.stringify(config).includes("hunter2"));
    engine(values(stackFile()));
    assert.equal(loadStack().apiToken, undefined);
  });

  it("hands out what parts of the stack need as secrets, and refuses to go on without", async () => {
    const joined = values(stackFile({ more: "  proxmox-talos:talos: { tailscale: { tags: [tag:k8s] } }\n" }));
    engine({ ...joined, "tailscale:authKey": "tskey-hunter2" }, ["tailscale:authKey"]);
    const { secrets } = loadStack();
    assert.deepEqual(Object.keys(secrets), ["tailscaleAuthKey"]);
    assert.ok(secrets.tailscaleAuthKey && (await pulumi.isSecret(secrets.tailscaleAuthKey)));
    engine(joined);
    assert.match(
      refusal(),
      /tailscale:authKey: missing: talos\.tailscale needs it[^]*pulumi config set --secret tailscale:authKey/,
    );
  });
});
