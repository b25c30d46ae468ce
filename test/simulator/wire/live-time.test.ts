import assert from "node:assert/strict";
import type { Process } from "../../../simulator/clock/clock";
import { Clock, sleep, until } from "../../../simulator/clock/clock";
import { LiveTime } from "../../../simulator/wire/live-time";

describe("live time", () => {
  it("lets virtual time pass as fast as it is told", async () => {
    const time = new LiveTime(new Clock(), 1000);
    const before = performance.now();
    await time.run(sleep(100));
    assert.ok(time.now() >= 100);
    assert.ok(performance.now() - before >= 99);
    time.stop();
  });

  it("goes on when something from outside makes a condition true", async () => {
    const time = new LiveTime(new Clock(), 1000);
    let open = false;
    const waiting = time.run(waitFor(() => open));
    setTimeout(() => {
      open = true;
      time.changed();
    }, 5);
    await waiting;
    time.stop();
  });

  it("tells who listens after every event, and hands on what a process throws", async () => {
    const time = new LiveTime(new Clock(), 1000);
    const seen: number[] = [];
    time.onChange(() => seen.push(time.now()));
    await assert.rejects(time.run(failing()), /broken after a while/);
    assert.ok(seen.some((moment) => moment >= 10));
    time.stop();
  });

  it("stands still once it is stopped", async () => {
    const time = new LiveTime(new Clock(), 1000);
    let ended = false;
    void time.run(sleep(10)).then(() => (ended = true));
    time.stop();
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(ended, false);
  });
});

function* waitFor(test: () => boolean): Process {
  yield* until(test, Number.POSITIVE_INFINITY);
}

function* failing(): Process {
  yield* sleep(10);
  throw new Error("broken after a while");
}
