import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { differences, exchangesIn } from "../e2e/agreement";
import type { Exchange } from "../simulator";
import { datacenterSpec } from "../automation/datacenter-spec";
import { planned } from "../automation/stacks";
import { rehearse } from "../simulator";
import { inlineProgram } from "./inline-program";
import { PROJECT } from "./stacks";

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

describe("agreement of two engines", () => {
  it("sees what is asked for differently, wherever it is", () => {
    const asked = register("a", { size: 1, list: ["x", "y"] });
    const changes: [Exchange, string][] = [
      [register("a", { size: 2, list: ["x", "y"] }), "object.size"],
      [register("a", { size: 1, list: ["x", "z"] }), "object.list.1"],
      [register("a", { size: 1, list: ["x"] }), "object.list"],
      [register("a", { size: { ...SECRET, value: 1 }, list: ["x", "y"] }), "object.size"],
      [{ ...asked, request: { ...asked.request, protect: false } }, "protect"],
      [{ ...asked, request: { ...asked.request, dependencies: ["urn:b"] } }, "dependencies"],
      [{ ...asked, request: { ...asked.request, parent: "urn:other" } }, "parent"],
    ];
    for (const [change, path] of changes) {
      assert.deepEqual(
        differences([asked], [change]).map((each) => each.path),
        [path],
      );
    }
    assert.deepEqual(differences([asked], [asked]), []);
    assert.deepEqual(differences([asked], []), [
      { request: "RegisterResource urn:a", path: "", real: "asked", embedded: undefined },
    ]);
    assert.deepEqual(differences([], [asked])[0]?.embedded, "asked");
  });

  it("takes what descends from an answer for the same, on each side by its own answer", () => {
    const real = [register("a", {}, { token: "real-token-1" }), register("b", { file: "/x/real-token-1.img" })];
    const embedded = [register("a", {}, { token: "stand-in-1" }), register("b", { file: "/x/stand-in-1.img" })];
    assert.deepEqual(differences(real, embedded), []);
    const other = [register("a", {}, { token: "stand-in-1" }), register("b", { file: "/x/stand-in-2.img" })];
    assert.deepEqual(
      differences(real, other).map(({ path }) => path),
      ["object.file"],
    );
  });

  it("knows a document that another text goes on after, though parts of it have names of their own", () => {
    const side = (token: string, rest: string): Exchange[] => {
      const document = `machine:\n  token: ${token}\n`;
      return [
        register("a", {}, { token }),
        register("b", {}, { document: `${document}${token === "real-token-1" ? "" : "  cluster: {}\n"}` }),
        register("c", { text: `${token === "real-token-1" ? document.trimEnd() : `${document}  cluster: {}`}\n---\n${rest}` }),
      ];
    };
    assert.deepEqual(differences(side("real-token-1", "kind: A"), side("stand-in-1", "kind: A")), []);
    assert.deepEqual(
      differences(side("real-token-1", "kind: A"), side("stand-in-1", "kind: B")).map(({ path }) => path),
      ["object.text"],
    );
  });

  it("takes nothing for the same because it happens to have the same value as an answer of both", () => {
    const real = [register("a", {}, { zone: "zone-number-1" }), register("b", { zone: "zone-number-1" })];
    const embedded = [register("a", {}, { zone: "zone-number-1" }), register("b", { zone: "zone-number-2" })];
    assert.equal(differences(real, embedded).length, 1);
  });

  it("knows functions by what they are asked, though that descends from a resource", () => {
    const call = (secret: string, returned: string): Exchange => ({
      method: "Invoke",
      request: { tok: "f", args: { secret } },
      response: { return: { text: returned } },
    });
    const real = [
      register("a", {}, { key: "real-secret" }),
      call("real-secret", "real-answer"),
      register("b", { text: "real-answer" }),
    ];
    const embedded = [
      register("a", {}, { key: "stand-in-s" }),
      call("stand-in-s", "stand-in-a"),
      register("b", { text: "stand-in-a" }),
    ];
    assert.deepEqual(differences(real, embedded), []);
    assert.equal(differences(real, [...embedded.slice(0, 2), register("b", { text: "stand-in-s" })]).length, 1);
  });

  it("reads the log of the CLI, in which protobuf writes names its own way and leaves defaults out", () => {
    const path = join(mkdtempSync(join(tmpdir(), "agreement-")), "grpc.json");
    const line = (progress: string, extra: object): string =>
      JSON.stringify({
        method: "/pulumirpc.ResourceMonitor/RegisterResource",
        request: {
          type: "t",
          name: "a",
          object: { camelCase: 1 },
          propertyDependencies: { camelCase: { urns: ["urn:x"] } },
          customTimeouts: {},
          stackTrace: { frames: [{}] },
        },
        ...extra,
        progress,
      });
    const other = '{"method":"/pulumirpc.ResourceProvider/Create","progress":"response_completed"}';
    writeFileSync(
      path,
      [line("request_started", {}), line("response_completed", { response: { urn: "urn:a" } }), other, ""].join("\n"),
    );
    const request = { type: "t", name: "a", object: { camelCase: 1 }, propertydependencies: { camelCase: { urns: ["urn:x"] } } };
    const read = exchangesIn(path);
    assert.equal(read.length, 1);
    assert.deepEqual(differences(read, [{ method: "RegisterResource", request, response: { urn: "urn:a" } }]), []);
  });

  it("finds a run of the embedded engine to agree with another one, secrets and all", async () => {
    const run = async (): Promise<Exchange[]> => {
      const exchanges: Exchange[] = [];
      const { config, text } = planned("homelab");
      await rehearse({
        stack: "homelab",
        stackText: text,
        projectDir: PROJECT,
        datacenter: datacenterSpec(config),
        program: inlineProgram(),
        onExchange: (exchange) => exchanges.push(exchange),
      });
      return exchanges;
    };
    const [first, second] = [await run(), await run()];
    assert.ok(first.length > 60);
    assert.deepEqual(differences(first, second), []);
  });
});

function register(name: string, object: Exchange["request"], answered: Exchange["request"] = {}): Exchange {
  const urn = `urn:${name}`;
  return {
    method: "RegisterResource",
    request: { type: "t", name, object, stacktrace: { frames: [String(Math.random())] } },
    response: { urn, id: `id-of-${name}`, object: { ...object, ...answered } },
  };
}
