import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { SecretMarkers } from "../../../simulator/secrets";
import { SecretValue } from "../../../simulator/values";
import { addonsIn, at, valuesOf } from "../../addons";
import { hosts, planOf, stackFile } from "../../stacks";
import { recordedRehearsal } from "../../simulator/recorded";

const TEXT = stackFile({
  hosts: hosts(1),
  more: "  proxmox-talos:addons: { tailscaleOperator: { oauthClientId: k123CNTRL } }\n",
});

describe("the Tailscale operator", () => {
  it("is called after its cluster and has the tags that the chart's policy examples are written for", () => {
    const paths = [
      "operatorConfig.hostname",
      "operatorConfig.defaultTags",
      "proxyConfig.defaultTags",
      "apiServerProxyConfig.mode",
    ];
    const { tailscaleOperator } = addonsIn("homelab");
    assert.deepEqual(valuesOf(tailscaleOperator, paths), ["observed-operator", ["tag:k8s-operator"], "tag:k8s", "false"]);
    const asked = addonsIn("prod", {
      tailscaleOperator: { oauthClientId: "k1", proxyTags: ["tag:a", "tag:b"], apiServerProxy: true },
    }).tailscaleOperator;
    assert.equal(at(asked, "proxyConfig.defaultTags"), '"tag:a,tag:b" < stack addons.tailscaleOperator.proxyTags');
    assert.equal(at(asked, "apiServerProxyConfig.mode"), '"true" < stack addons.tailscaleOperator.apiServerProxy');
  });

  it("has a namespace that lets its proxies in, and a Secret whose content the plan does not know", () => {
    const { addons, namespaces } = planOf(TEXT);
    assert.deepEqual(namespaces, [{ name: "tailscale", podSecurity: "privileged", protect: false }]);
    assert.deepEqual(addons.tailscaleOperator?.secrets, [
      {
        name: "operator-oauth",
        secret: "tailscaleOauthClientSecret",
        data: { client_id: "k123CNTRL", client_secret: "<secret>" },
      },
    ]);
  });

  it("gets its Secret before its release, from a secret of the stack that shows nowhere", async () => {
    const { rehearsal, recording } = await recordedRehearsal(TEXT);
    assert.deepEqual([rehearsal.violations, rehearsal.diagnostics], [[], []]);
    const find = (type: string, name: string) =>
      recording?.registrations.find((each) => each.type.endsWith(type) && each.name === name);
    const secret = find(":Secret", "tailscale-operator-operator-oauth");
    assert.ok(secret?.inputs["stringData"] instanceof SecretValue);
    const content = secret.inputs["stringData"].value as Record<string, string>;
    assert.equal(content["client_id"], "k123CNTRL");
    assert.match(content["client_secret"] ?? "", SecretMarkers.pattern);
    assert.ok(find(":Release", "tailscale-operator")?.dependencies.includes(secret.urn));
    assert.ok(!SecretMarkers.pattern.test(JSON.stringify(rehearsal)));
  }).timeout(30_000);
});
