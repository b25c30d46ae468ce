import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { Display } from "../../../automation/operations/display";
import { Changes } from "../../../automation/operations/changes";
import { elapsed } from "../../../automation/operations/tree";
import { Screen } from "../../screen";

const STACK = "urn:pulumi:lab::proxmox-talos::pulumi:pulumi:Stack::proxmox-talos-lab";
const PLATFORM = "urn:pulumi:lab::proxmox-talos::proxmox-talos:index:Platform::lab";
const POOL = "urn:pulumi:lab::proxmox-talos::proxmox-talos:index:Platform$proxmox-talos:proxmox:VmPool::large";
const vm = (name: string): string => `${POOL.replace("::large", "")}$proxmoxve:index/vmLegacy:VmLegacy::${name}`;
const PARENTS: Record<string, string> = { [PLATFORM]: STACK, [POOL]: PLATFORM };

/** Events of one step of a resource. */
function step(kind: "resourcePreEvent" | "resOutputsEvent" | "resOpFailedEvent", op: string, urn: string): EngineEvent {
  const custom = urn.includes("vmLegacy");
  const parent = PARENTS[urn] ?? (custom ? POOL : "");
  return { [kind]: { metadata: { op, urn, type: "t", new: { parent, custom } } } } as unknown as EngineEvent;
}

describe("the display of operations", () => {
  const env = { LC_ALL: "C.UTF-8" };
  let clock: number;
  const now = (): number => clock;
  beforeEach(() => (clock = 0));

  const begun = (display: Display, logs = true): ReturnType<ReturnType<Display["add"]>["engine"]> => {
    const own = display.add("lab");
    own.phase("opening");
    return own.engine("deploying", 74, logs);
  };

  it("is a living tree in a terminal: what is done to which part, for how long, and how far it is in all", () => {
    const screen = new Screen({ columns: 60, rows: 20 });
    const display = new Display({ color: false }, { stream: screen.stream, now, env });
    try {
      const { take } = begun(display);
      for (const urn of [STACK, PLATFORM, POOL]) take(step("resourcePreEvent", "create", urn));
      take(step("resourcePreEvent", "create", vm("work-00")));
      take(step("resourcePreEvent", "update", vm("work-01")));
      take(step("resourcePreEvent", "same", vm("work-02")));
      take(step("resOutputsEvent", "same", vm("work-02")));
      take(step("resourcePreEvent", "same", vm("work-03")));
      clock = 133_000;
      display.say("a word");
      assert.deepEqual(screen.lines(), [
        "a word",
        "▶ lab  deploying  1/74  2m 13s",
        "  └─ VmPool large",
        "       VM work-00  creating  2m 13s",
        "       VM work-01  updating  2m 13s",
      ]);
      take(step("resOutputsEvent", "create", vm("work-00")));
      take(step("resOutputsEvent", "update", vm("work-01")));
      display.say("another");
      assert.deepEqual(screen.lines(), ["a word", "another", "▶ lab  deploying  3/74  2m 13s"]);
    } finally {
      display.end();
    }
    assert.deepEqual(screen.lines(), ["a word", "another"]);
    assert.ok(screen.hasCursor);
  });

  it("never takes more rows or columns than the terminal has", () => {
    const screen = new Screen({ columns: 30, rows: 5 });
    const display = new Display({ color: false }, { stream: screen.stream, now, env });
    const { take } = begun(display);
    for (let index = 0; index < 20; index++)
      take(step("resourcePreEvent", "create", vm(`a-very-long-name-of-a-worker-${index}`)));
    display.say("x");
    display.end();
    assert.ok(screen.mostLines <= 5, `${screen.mostLines} lines`);
    assert.ok(screen.widest < 30, `${screen.widest} columns`);
  });

  it("shows the cursor again and draws nothing while somebody is asked", async () => {
    const screen = new Screen({ columns: 60, rows: 20 });
    const display = new Display({ color: false }, { stream: screen.stream, now, env });
    begun(display);
    display.say("x");
    assert.ok(!screen.hasCursor);
    await display.quietly(() => {
      assert.ok(screen.hasCursor);
      assert.deepEqual(screen.lines(), ["x"]);
      return Promise.resolve();
    });
    assert.ok(!screen.hasCursor);
    display.end();
  });

  it("is a line for each change where there is no terminal: components and what stays the same are none", () => {
    const screen = new Screen();
    const display = new Display({ color: false }, { stream: screen.stream, now, env });
    const { take } = begun(display);
    take(step("resourcePreEvent", "create", POOL));
    take(step("resourcePreEvent", "create", vm("work-00")));
    take(step("resourcePreEvent", "delete", vm("work-01")));
    take(step("resourcePreEvent", "same", vm("work-02")));
    clock = 31_000;
    take(step("resOutputsEvent", "create", vm("work-00")));
    take(step("resOpFailedEvent", "delete", vm("work-01")));
    take(step("resOutputsEvent", "same", vm("work-02")));
    take(step("resOutputsEvent", "create", POOL));
    display.end();
    assert.deepEqual(screen.lines(), [
      "▶ lab  opening  0 s",
      "▶ lab  deploying  0 s",
      "+ VM work-00 created (31 s)",
      "✗ VM work-01 failed (31 s)",
    ]);
  });

  it("logs no step of what is only previewed", () => {
    const screen = new Screen();
    const display = new Display({ color: false }, { stream: screen.stream, now, env });
    const { take } = begun(display, false);
    take(step("resourcePreEvent", "create", vm("work-00")));
    take(step("resOutputsEvent", "create", vm("work-00")));
    display.end();
    assert.equal(screen.lines().length, 2);
  });

  it("is the engine's events where they are asked for, each with its stack, and nothing else", () => {
    const screen = new Screen();
    const display = new Display({ color: false, jsonEvents: true }, { stream: screen.stream, now, env });
    const { take } = begun(display);
    take(step("resourcePreEvent", "create", vm("work-00")));
    display.say("a word");
    display.end();
    const [line = "", ...rest] = screen.lines();
    assert.deepEqual([rest, (JSON.parse(line) as { stack: string }).stack], [[], "lab"]);
  });

  it("says times as people do", () => {
    assert.deepEqual([0.4, 59.9, 60, 133, 3720].map(elapsed), ["0 s", "59 s", "1m 00s", "2m 13s", "1h 02m"]);
  });
});

describe("the changes of an operation", () => {
  it("are what is done to each resource, once, with the properties that differ, and no part of a replacement", () => {
    const changes = new Changes();
    const event = (op: string, name: string, extra: object = {}): EngineEvent =>
      ({
        resOutputsEvent: { metadata: { op, urn: vm(name), type: "t", new: { parent: POOL, custom: true }, ...extra } },
      }) as never;
    changes.take(event("update", "b", { detailedDiff: { "memory.dedicated": {}, cpu: {} } }));
    changes.take(event("same", "c"));
    changes.take(event("refresh", "d"));
    changes.take(event("create-replacement", "a"));
    changes.take(event("replace", "a", { diffs: ["name"] }));
    changes.take(event("delete-replaced", "a"));
    assert.deepEqual(
      changes.all().map(({ operation, name, properties }) => [operation, name, properties]),
      [
        ["replace", "a", ["name"]],
        ["update", "b", ["cpu", "memory.dedicated"]],
      ],
    );
  });
});
