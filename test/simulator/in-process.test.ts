import assert from "node:assert/strict";
import * as grpc from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { describe, it } from "mocha";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { rehearse } from "../../simulator";
import type { Rehearsal } from "../../simulator";
import { assertSame, inlineProgram } from "../inline-program";
import { PROJECT, configOf, hosts, stackFile, stackText } from "../stacks";

/** Programs that are also run in a process of their own, which takes seconds each: all of them with `PROCESSES=all`, as CI has it. */
const PROCESSES = process.env["PROCESSES"] === "all" ? undefined : 2;

interface Options {
  readonly main?: string;
  readonly inline?: boolean;
  readonly program?: () => Promise<Record<string, unknown>>;
}

/** Rehearses a text in this process unless told otherwise. */
function run(text: string, stack: string, { main, inline = true, program }: Options = {}): Promise<Rehearsal> {
  return rehearse({
    stack,
    stackText: text,
    projectDir: PROJECT,
    datacenter: datacenterSpec(configOf(text)),
    main,
    ...(inline ? { program: program ?? inlineProgram(main) } : {}),
  });
}

/** What a program must leave as it found it. */
function surroundings(): unknown[] {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  return [
    process.cwd(),
    Error.stackTraceLimit,
    process.sourceMapsEnabled,
    { ...process.env },
    ...events.map((event) => process.rawListeners(event)),
    [process.stdout, process.stderr].map((stream) => Object.hasOwn(stream, "write")),
  ];
}

describe("rehearsal in this process", function () {
  this.timeout(60_000);

  it("knows nothing of the run before it", async () => {
    const small = stackFile();
    const larger = stackFile({ hosts: hosts(3), workers: "{ main: { count: 3, cores: 2, memoryGiB: 4 } }" });
    const first = await run(small, "small");
    const other = await run(larger, "larger");
    const again = await run(small, "small");
    assert.notEqual(other.resources.length, first.resources.length);
    assertSame(again, first);
    assertSame(await run(larger, "larger"), other);
  });

  it("opens no server for hooks that nobody calls", async () => {
    const bindAsync = Object.getOwnPropertyDescriptor(grpc.Server.prototype, "bindAsync");
    assert.ok(bindAsync);
    let bound = 0;
    grpc.Server.prototype.bindAsync = () => {
      bound++;
    };
    try {
      assert.equal((await run(stackFile(), "lab")).result, "succeeded");
    } finally {
      Object.defineProperty(grpc.Server.prototype, "bindAsync", bindAsync);
    }
    assert.equal(bound, 0);
  });

  it("takes its turn when several are asked for at once", async () => {
    const texts = [stackFile(), stackText("prod"), stackFile()];
    const [first, prod, last] = await Promise.all(texts.map((text) => run(text, "lab")));
    assert.ok(first && last);
    assertSame(first, last);
    assert.deepEqual([first.result, prod?.result], ["succeeded", "succeeded"]);
    assert.ok((prod?.resources.length ?? 0) > first.resources.length);
  });

  const failing = [
    ["asks for what the datacenter does not have", "test/programs/refused.ts", stackText("prod")],
    ["lets a secret out", "test/programs/leak.ts", stackText("prod")],
    ["throws while other things are under way", "test/programs/throws.ts", stackText("prod")],
    ["stops at a finding", undefined, stackText("homelab").replace(/^ {4}- code: maintenance-room\n.*\n/m, "")],
  ] as const;
  for (const [what, main, text] of failing.slice(0, PROCESSES)) {
    it(`reports of a program that ${what} what a process of its own reports, and harms nothing else`, async () => {
      const before = surroundings();
      const inline = await run(text, "prod", { main });
      assert.deepEqual(surroundings(), before);
      assert.equal(inline.result, "failed");
      assertSame(inline, await run(text, "prod", { main, inline: false }));
      assert.equal((await run(stackFile(), "lab")).result, "succeeded");
    });
  }

  it("reports every error that nobody catches, once", async () => {
    const rehearsal = await run(stackFile(), "lab", {
      program: () => {
        for (const what of ["first", "second"]) {
          pulumi.output(what).apply(() => {
            throw new TypeError(`the ${what} error`);
          });
        }
        return Promise.resolve({});
      },
    });
    assert.equal(rehearsal.result, "failed");
    assert.deepEqual(
      rehearsal.diagnostics.map(({ message }) => message),
      ["TypeError: the first error", "TypeError: the second error"],
    );
  });

  it("ends a program that waits for something that never comes", async () => {
    const { result, diagnostics } = await run(stackFile(), "lab", { main: "test/programs/hangs.ts" });
    assert.deepEqual(
      [result, diagnostics],
      [
        "failed",
        [
          {
            severity: "error",
            urn: "",
            message: "the program waits for something that never comes (no request for 1 s)",
          },
        ],
      ],
    );
    assert.equal((await run(stackFile(), "lab")).result, "succeeded");
  });

  it("hides from the program what the shell holds for the real engine, and what it prints from the terminal", async () => {
    process.env["PROXMOX_VE_API_TOKEN"] = "not for rehearsals";
    try {
      let seen: string | undefined = "never ran";
      const rehearsal = await run(stackFile(), "lab", {
        program: () => {
          seen = process.env["PROXMOX_VE_API_TOKEN"];
          console.log("hello");
          return Promise.resolve({});
        },
      });
      assert.deepEqual([rehearsal.result, seen], ["succeeded", undefined]);
      assert.equal(process.env["PROXMOX_VE_API_TOKEN"], "not for rehearsals");
    } finally {
      delete process.env["PROXMOX_VE_API_TOKEN"];
    }
  });
});
