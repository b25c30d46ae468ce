import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { shownEvent } from "../../automation/shown-event";

describe("an event of the engine", () => {
  it("shows nothing that is marked a secret, however deep it is", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: { token: "hunter2" } };
    const event = { resOutputsEvent: { metadata: { new: { outputs: { __inputs: { kind: "Secret", data: secret } } } } } };
    assert.equal(
      shownEvent(event),
      '{"resOutputsEvent":{"metadata":{"new":{"outputs":{"__inputs":{"kind":"Secret","data":"[secret]"}}}}}}',
    );
  });
});
