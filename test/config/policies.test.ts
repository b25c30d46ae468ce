import assert from "node:assert/strict";
import { parseStackFile } from "../../config/parse";
import { configOf, stackFile } from "../stacks";

const allowing = (namespace: string): string =>
  stackFile({
    more: `  proxmox-talos:policies: { privileged-namespaces: { namespaces: ["${namespace}"], reason: a driver needs it } }`,
  });

describe("namespaces that policies allow", () => {
  it("may be whatever Kubernetes calls one: up to 63 characters, a digit first", () => {
    for (const namespace of ["a", "1st", "x".repeat(63)]) {
      assert.deepEqual(configOf(allowing(namespace)).policies["privileged-namespaces"]?.namespaces, [namespace]);
    }
  });

  it("are refused otherwise", () => {
    for (const namespace of ["", "-a", "a-", "Shop", "a.b", "x".repeat(64)])
      assert.ok(!parseStackFile(allowing(namespace), "test.yaml").ok, namespace);
  });
});
