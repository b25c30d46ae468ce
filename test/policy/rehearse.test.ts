import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { lab } from "../lab";
import { stackFile } from "../stacks";

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

  it("shows both to people", async () => {
    const { stdout } = await lab("rehearse", file, "--policy");
    assert.match(stdout, /! verified-kubelets at metrics-server\n {2}values\.args has --kubelet-insecure-tls/);
    assert.match(stdout, /✗ verified-tls at lab\n {2}insecure is true/);
  });

  it("is for the embedded engine", async () => {
    const { code, stdout } = await lab("rehearse", file, "--policy", "--engine", "pulumi", "--json");
    assert.equal(code, 2);
    assert.match(stdout, /--policy is for the embedded engine/);
  });
});
