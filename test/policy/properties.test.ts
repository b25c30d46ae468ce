import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { describe, it } from "mocha";
import { STRICTEST } from "../../policy/facts";
import { packPolicies } from "../../policy/pack/policies";
import { propertiesOf } from "../../policy/pack/properties";
import { TYPES } from "../../policy/types";
import { SECRET, UNKNOWN } from "../../policy/values";
import { argsOf } from "./pack";

/** What Pulumi's own pack does with a request before a policy sees it, and with what a policy gives back. */
const load = createRequire(__filename);
const { deserializeProperties, serializeProperties } = load("@pulumi/policy/deserialize") as {
  deserializeProperties: (struct: Struct, marked: boolean) => Record<string, unknown>;
  serializeProperties: (properties: object) => Promise<object>;
};
const { unknownCheckingProxy, unknownStringValue } = load("@pulumi/policy/proxy") as {
  unknownCheckingProxy: (properties: object) => Record<string, unknown>;
  unknownStringValue: string;
};

/** The signature of a secret in the engine's format. */
const SIGNATURE = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

function secret(value: JavaScriptValue): Record<string, JavaScriptValue> {
  return { ...SIGNATURE, value };
}

/** Properties as a policy is handed them: marked for one that repairs, opened for all others. */
function handed(properties: Record<string, JavaScriptValue>, marked: boolean): Record<string, unknown> {
  return unknownCheckingProxy(deserializeProperties(Struct.fromJavaScript(properties), marked));
}

const PROPERTIES: Record<string, JavaScriptValue> = {
  __defaults: [],
  list: [1, { name: "a" }, unknownStringValue],
  nested: { known: true, later: unknownStringValue },
  later: unknownStringValue,
  hidden: secret("hunter2"),
  partly: { user: "admin", password: secret("hunter2") },
};

describe("properties handed over by Pulumi", () => {
  it("are read as far as they are known, however deep, with secrets opened", () => {
    assert.deepEqual(propertiesOf(handed(PROPERTIES, false)), {
      list: [1, { name: "a" }, UNKNOWN],
      nested: { known: true, later: UNKNOWN },
      later: UNKNOWN,
      hidden: "hunter2",
      partly: { user: "admin", password: "hunter2" },
    });
  });

  it("keep their secrets where a policy repairs", () => {
    const { hidden, partly, later } = propertiesOf(handed(PROPERTIES, true));
    assert.deepEqual({ hidden, partly, later }, { hidden: SECRET, partly: { user: "admin", password: SECRET }, later: UNKNOWN });
  });

  it("have their secrets marked by the policy that repairs, and nothing else changed", async () => {
    const properties = {
      metadata: { name: "s" },
      data: secret("x"),
      stringData: { user: "admin", token: secret("hunter2"), later: unknownStringValue },
    };
    assert.deepEqual(await repaired(TYPES.secret, properties), {
      metadata: { name: "s" },
      data: secret("x"),
      stringData: { user: secret("admin"), token: secret("hunter2"), later: unknownStringValue },
    });
    const initialization = { userAccount: { username: "debian", password: "hunter2" } };
    assert.deepEqual(await repaired(TYPES.vm, { initialization }), {
      initialization: { userAccount: { username: "debian", password: secret("hunter2") } },
    });
  });

  it("are left alone where all is marked, or nothing is to be", async () => {
    assert.equal(await repaired(TYPES.secret, { stringData: secret({ user: "admin" }) }), undefined);
    assert.equal(await repaired(TYPES.namespace, { metadata: { name: "s" } }), undefined);
  });
});

async function repaired(type: string, properties: Record<string, JavaScriptValue>): Promise<object | undefined> {
  const policy = packPolicies(STRICTEST).find(({ name }) => name === "encrypted-secrets");
  assert.ok(policy && "remediateResource" in policy && policy.remediateResource);
  assert.equal(policy.enforcementLevel, "remediate");
  const result = await policy.remediateResource(argsOf({ type, name: "s", props: handed(properties, true) }));
  return result ? serializeProperties(result) : undefined;
}
