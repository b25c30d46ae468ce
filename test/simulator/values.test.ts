import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { SecretMarkers, blot } from "../../simulator/secrets";
import { SecretValue, canonical, findInClear, fingerprint, fromWire, plain, redact, toWire } from "../../simulator/values";
import type { Properties } from "../../simulator/values";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const wireSecret = (value: unknown): object => ({ [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", value });

describe("property values", () => {
  it("carry secrets through the wire format and back", () => {
    const wire = { a: wireSecret({ b: [1, "x", null] }), c: true };
    const value = fromWire(wire) as Properties;
    assert.ok(value["a"] instanceof SecretValue);
    assert.deepEqual(toWire(value), wire);
    assert.deepEqual(plain(value), { a: { b: [1, "x", null] }, c: true });
  });

  it("take an output value for its content and keep its secretness", () => {
    const output = (secret: boolean): object => ({ [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", value: "v", secret });
    assert.equal(fromWire(output(false)), "v");
    assert.ok(fromWire(output(true)) instanceof SecretValue);
  });

  it("show no secret when redacted, kept or printed", () => {
    const value: Properties = { token: new SecretValue("hunter2"), nested: [{ key: new SecretValue("hunter2") }] };
    for (const text of [JSON.stringify(redact(value)), JSON.stringify(fingerprint(value)), JSON.stringify(value)]) {
      assert.ok(!text.includes("hunter2"), text);
    }
    assert.deepEqual(redact(value), { token: "[secret]", nested: [{ key: "[secret]" }] });
  });

  it("differ when kept exactly if the secret differs", () => {
    const kept = (secret: string): string => canonical(fingerprint({ a: new SecretValue(secret) }));
    assert.equal(kept("x"), kept("x"));
    assert.notEqual(kept("x"), kept("y"));
  });

  it("are searched for markers everywhere but inside secrets", () => {
    const marker = new SecretMarkers("seed").marker("label");
    assert.deepEqual(
      findInClear({ a: [{ b: `x ${marker} y` }], c: new SecretValue(marker), [marker]: 1 }, SecretMarkers.pattern),
      ["a.0.b", `.${marker}`],
    );
    assert.equal(blot(`one ${marker}, two ${marker}`), "one [secret], two [secret]");
  });

  it("have markers that follow from seed and label alone", () => {
    assert.equal(new SecretMarkers("s").marker("l"), new SecretMarkers("s").marker("l"));
    assert.notEqual(new SecretMarkers().marker("l"), new SecretMarkers().marker("l"));
  });
});
