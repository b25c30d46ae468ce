import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { rehearse } from "../../simulator";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf, stackFile } from "../stacks";

/** What a rehearsal of add-ons breaks, with arguments of kubelets; the first line of each. */
async function violations(addons: string, argument?: string): Promise<string[]> {
  const args = `{ args: { kubelet: { rotate-server-certificates: "${argument ?? ""}" } } }`;
  const text = stackFile({
    more: `  proxmox-talos:addons: ${addons}
${argument === undefined ? "" : `  proxmox-talos:kubernetes: ${args}\n`}  proxmox-talos:acknowledge:
    - { code: kubelet-approver-missing, reason: what it does is what is tested }
`,
  });
  const rehearsal = await rehearse({
    stack: "test",
    stackText: text,
    projectDir: PROJECT,
    datacenter: datacenterSpec(configOf(text)),
    program: inlineProgram(),
  });
  return rehearsal.violations.map(({ rule, message }) => `${rule}: ${message.split("\n")[0] ?? ""}`);
}

const TIMEOUT = "helm-timeout: Helm release metrics-server timed out after 600 s: its pods never became ready: ";

describe("kubelets of the datacenter", function () {
  this.timeout(30_000);

  it("show certificates that are verified where their machines are approved of", async () => {
    assert.deepEqual(await violations("{ kubeletCsrApprover: {}, metricsServer: {} }"), []);
    assert.deepEqual(await violations("{ metricsServer: {} }"), []);
  });

  it("show none where they ask for one and nobody approves of it", async () => {
    const why = "the kubelet of ctrl-00 has no certificate: nobody approves of what it asks for";
    assert.deepEqual(await violations("{ metricsServer: {} }", "true"), [TIMEOUT + why]);
  });

  it("show none where the approver means other names or addresses", async () => {
    const told = (values: string): string => `{ kubeletCsrApprover: { values: ${values} }, metricsServer: {} }`;
    const why = (machine: string): string =>
      `${TIMEOUT}the kubelet of ${machine} has no certificate: ${machine} at ${machine === "ctrl-00" ? "192.168.1.100" : "192.168.1.103"} is none of those it is approved for`;
    assert.deepEqual(await violations(told("{ providerRegex: ^ctrl-00$ }")), [why("work-00")]);
    assert.deepEqual(await violations(told("{ providerIpPrefixes: [192.168.1.103/32] }")), [why("ctrl-00")]);
    assert.deepEqual(await violations(told("{ providerIpPrefixes: [192.168.1.0/24] }")), []);
  });

  it("show what they made themselves to whoever does not verify it, and to nobody else", async () => {
    const why = "x509: the certificate of ctrl-00's kubelet is signed by unknown authority: its own";
    assert.deepEqual(await violations("{ metricsServer: { values: { args: [] } } }"), [TIMEOUT + why]);
  });
});
