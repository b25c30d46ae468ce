import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { rehearse } from "../../simulator";
import type { Rehearsal } from "../../simulator";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf, hosts, stackFile } from "../stacks";

/** A rehearsal of a small stack with an ingress controller. */
async function rehearsed(addons: string): Promise<Rehearsal> {
  const text = stackFile({ hosts: hosts(1), more: `  proxmox-talos:addons: ${addons}\n` });
  const datacenter = datacenterSpec(configOf(text));
  return rehearse({ stack: "ingress", stackText: text, projectDir: PROJECT, program: inlineProgram(), datacenter });
}

describe("an ingress controller", () => {
  it("runs at ports of its machines where its namespace lets it, and is refused anywhere else", async () => {
    const { violations, resources } = await rehearsed("{ traefik: { expose: hostPort } }");
    assert.deepEqual(violations, []);
    const namespace = resources.find(({ type, name }) => type.endsWith(":Namespace") && name === "traefik");
    assert.deepEqual(namespace?.inputs["metadata"], {
      name: "traefik",
      labels: { "pod-security.kubernetes.io/enforce": "privileged" },
    });
    // What the planner does not know of.
    const forbidden = await rehearsed("{ traefik: { expose: nodePort, values: { ports: { web: { hostPort: 80 } } } } }");
    assert.deepEqual(
      forbidden.violations.map(({ rule, message }) => `${rule}: ${message}`),
      [
        'pod-security: Helm release traefik: pods of traefik are forbidden in traefik: they violate PodSecurity "baseline:latest" (hostPort)',
      ],
    );
  });
});
