import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readConfiguration } from "../../simulator/datacenter/machine-config";

describe("a machine configuration", () => {
  const isSchedulable = (type: string, more: object): boolean =>
    readConfiguration(JSON.stringify({ machine: { type, ...more }, cluster: { allowSchedulingOnControlPlanes: true } }))
      .schedulable;
  const registering = (effect: string): object => ({
    kubelet: { extraConfig: { registerWithTaints: [{ key: "tier", value: "a", effect }] } },
  });

  it("keeps pods off a worker by the taints it registers with, never by those it would have to give itself", () => {
    assert.equal(isSchedulable("worker", registering("NoSchedule")), false);
    assert.equal(isSchedulable("worker", registering("NoExecute")), false);
    assert.equal(isSchedulable("worker", registering("PreferNoSchedule")), true);
    assert.equal(isSchedulable("worker", { nodeTaints: { tier: "a:NoSchedule" } }), true);
  });

  it("keeps pods off a control plane by the taints that Talos gives it", () => {
    assert.equal(isSchedulable("controlplane", { nodeTaints: { tier: "a:NoSchedule" } }), false);
    assert.equal(isSchedulable("controlplane", { nodeTaints: { tier: "a:PreferNoSchedule" } }), true);
  });

  it("lets pods ask Talos on control planes alone, with roles that there are", () => {
    const read = (type: string, roles: string[]) =>
      readConfiguration(
        JSON.stringify({
          machine: {
            type,
            features: { kubernetesTalosAPIAccess: { enabled: true, allowedRoles: roles, allowedKubernetesNamespaces: ["a"] } },
          },
          cluster: {},
        }),
      ).talosAccess;
    assert.deepEqual(read("controlplane", ["os:reader"]), { roles: ["os:reader"], namespaces: ["a"] });
    assert.throws(() => read("worker", ["os:reader"]), /can only be enabled on control plane machines/);
    assert.throws(() => read("controlplane", ["os:etcd"]), /invalid role "os:etcd" in allowed roles/);
  });
});
