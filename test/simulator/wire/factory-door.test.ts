import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Datacenter } from "../../../simulator/datacenter/datacenter";
import { FactoryDoor } from "../../../simulator/factory-door/door";
import { LiveTime } from "../../../simulator/wire/live-time";
import { loopbackSite } from "./site";

const SCHEMATIC = "customization:\n  systemExtensions:\n    officialExtensions:\n      - siderolabs/iscsi-tools\n";

describe("the Image Factory of the datacenter", () => {
  const dc = new Datacenter(loopbackSite());
  const time = new LiveTime(dc.clock, 1000);
  const door = new FactoryDoor(dc, time, ["v1.13.9"]);
  const server = createServer(door.handle);
  before(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  after(() => {
    time.stop();
    server.close();
  });

  it("gives a schematic an id, always the same, and knows it from then on", async () => {
    const first = await ask("schematics", SCHEMATIC);
    const { id } = JSON.parse(first.text) as { id: string };
    assert.deepEqual([first.status, /^[0-9a-f]{64}$/.test(id)], [201, true]);
    assert.equal((await ask("schematics", SCHEMATIC)).text, first.text);
    assert.deepEqual(dc.state.schematics[id], ["siderolabs/iscsi-tools"]);
    assert.equal((await ask(`schematics/${id}`)).text, SCHEMATIC);
    assert.equal((await ask(`image/${id}/v1.13.9/nocloud-amd64.qcow2`)).status, 200);
    assert.deepEqual(await ask(`image/${id}/v1.12.0/nocloud-amd64.qcow2`), {
      status: 404,
      text: "version v1.12.0 is not available",
    });
    const extensions = JSON.parse((await ask("version/v1.13.9/extensions/official")).text) as { name: string }[];
    assert.deepEqual(
      extensions.map(({ name }) => name),
      ["siderolabs/iscsi-tools"],
    );
  });

  it("has images of schematics it was given, and versions it builds", async () => {
    const unknown = "0".repeat(64);
    assert.deepEqual(await ask(`image/${unknown}/v1.13.9/nocloud-amd64.qcow2`), {
      status: 404,
      text: `schematic ID ${unknown} not found`,
    });
    assert.equal((await ask("versions")).text, '["v1.13.9"]');
    assert.equal((await ask("nothing")).status, 404);
  });

  for (const [what, schematic, message] of [
    ["keys it does not know", "customisation: {}", /Unrecognized key: "customisation"/],
    ["text that is not YAML", "a: [", /not a schematic|expected object/],
    [
      "extensions without a publisher",
      "customization: { systemExtensions: { officialExtensions: [iscsi] } }",
      /official extension "iscsi" is not available/,
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { status, text } = await ask("schematics", schematic);
      assert.equal(status, 400);
      assert.match(text, message);
    });
  }

  async function ask(path: string, body?: string): Promise<{ status: number; text: string }> {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/${path}`, body === undefined ? {} : { method: "POST", body });
    return { status: response.status, text: await response.text() };
  }
});
