import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { policiesOf } from "../../automation/policies";
import { renderRehearsal } from "../../automation/render/rehearsal";
import { createStyle } from "../../automation/render/style";
import { rehearse } from "../../simulator";
import type { Rehearsal } from "../../simulator";
import { inlineProgram } from "../inline-program";
import { lab } from "../lab";
import { PROJECT, configOf, planOf, stackFile } from "../stacks";

describe("lab rehearse --policy", function () {
  this.timeout(60_000);
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-policy-"));
    file = join(folder, "lab.yaml");
    const text = stackFile({ proxmox: "insecure: true", more: "  proxmox-talos:addons: { cilium: {}, metricsServer: {} }" });
    writeFileSync(file, text.replace("environment: dev", "environment: prod"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** A text rehearsed with its policies, in this process. */
  async function judged(text: string): Promise<{ rehearsal: Rehearsal; advice: ReturnType<typeof policiesOf>["advice"] }> {
    const config = configOf(text);
    const { judge, advice } = policiesOf(config);
    const rehearsal = await rehearse({
      stack: "lab",
      stackText: text,
      projectDir: PROJECT,
      datacenter: datacenterSpec(config),
      program: inlineProgram(),
      judge: (_known, asked) => judge(asked),
    });
    return { rehearsal, advice };
  }

  it("stops before anything is touched where a mandatory policy is broken, and has what is only advised beside it", async () => {
    const { code, stdout } = await lab("rehearse", file, "--policy", "--json");
    const { result, resources, violations, advice } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([code, result, resources], [1, "failed", []]);
    assert.deepEqual(violations, [
      {
        rule: "verified-tls",
        urn: "urn:pulumi:lab::proxmox-talos::proxmox-talos:index:Platform$proxmox-talos:proxmox:ProxmoxCluster$pulumi:providers:proxmoxve::lab",
        message:
          "insecure is true: whoever answers in place of Proxmox gets the API token; give the hosts certificates that this machine trusts, and take proxmox.insecure away",
      },
    ]);
    assert.deepEqual(
      (advice as { policy: string; urn: string }[]).map(({ policy, urn }) => `${policy} ${urn.split("::").at(-1) ?? ""}`),
      ["verified-kubelets metrics-server"],
    );
  });

  it("goes by what the stack file says of policies, and says why", async () => {
    const said =
      "  proxmox-talos:policies: { verified-tls: { level: advisory, reason: certificates come on Monday }, verified-kubelets: { level: disabled, reason: nobody scales by them } }\n";
    const { rehearsal, advice } = await judged(`${readFileSync(file, "utf8").trimEnd()}\n${said}`);
    assert.deepEqual([rehearsal.result, rehearsal.violations], ["succeeded", []]);
    assert.deepEqual(
      advice.map(({ policy, message }) => `${policy}: ${message}`),
      [
        "verified-tls: insecure is true: whoever answers in place of Proxmox gets the API token; accepted: certificates come on Monday",
      ],
    );
  });

  it("shows both to people", async () => {
    const text = readFileSync(file, "utf8");
    const { rehearsal, advice } = await judged(text);
    const plan = planOf(text, "lab");
    const style = createStyle({ columns: 100, unicode: true, color: false });
    const shown = renderRehearsal(plan, rehearsal, style, advice).join("\n");
    assert.match(shown, /\n! verified-kubelets at metrics-server\n {2}values\.args has --kubelet-insecure-tls/);
    assert.match(shown, /\n✗ verified-tls at lab\n {2}insecure is true/);
  });

  it("is for the embedded engine", async () => {
    const { code, stdout } = await lab("rehearse", file, "--policy", "--engine", "pulumi", "--json");
    assert.equal(code, 2);
    assert.match(stdout, /--policy is for the embedded engine/);
  });
});
