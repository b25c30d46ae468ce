import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Process } from "../../simulator/clock/clock";
import { Clock, Lock, sleep, until } from "../../simulator/clock/clock";

describe("clock", () => {
  it("jumps from event to event and keeps the order of asking at equal times", () => {
    const clock = new Clock();
    const log: string[] = [];
    function* process(name: string, seconds: number): Process {
      yield* sleep(seconds);
      log.push(`${name}@${clock.now}`);
    }
    clock.spawn(process("b", 5));
    clock.spawn(process("c", 5));
    clock.spawn(process("a", 2));
    clock.run();
    assert.deepEqual(log, ["a@2", "b@5", "c@5"]);
  });

  it("wakes a waiting process at the moment its condition comes true", () => {
    const clock = new Clock();
    let open = false;
    let at = -1;
    function* waiter(): Process {
      assert.equal(yield* until(() => open, 100), true);
      at = clock.now;
    }
    function* opener(): Process {
      yield* sleep(7);
      open = true;
    }
    clock.spawn(waiter());
    clock.spawn(opener());
    clock.run();
    assert.equal(at, 7);
    assert.equal(clock.now, 7, "a timeout that never fired does not move the clock");
  });

  it("answers false when the timeout passes first", () => {
    const clock = new Clock();
    let answer: boolean | undefined;
    function* waiter(): Process {
      answer = yield* until(() => false, 10);
    }
    clock.spawn(waiter());
    clock.run();
    assert.equal(answer, false);
    assert.equal(clock.now, 10);
  });

  it("hands a lock over in the order of asking, past those who gave up", () => {
    const clock = new Clock();
    const lock = new Lock();
    const log: string[] = [];
    function* worker(name: string, timeoutSeconds: number): Process {
      if (!(yield* lock.acquire(timeoutSeconds))) {
        log.push(`${name} gave up@${clock.now}`);
        return;
      }
      log.push(`${name}@${clock.now}`);
      yield* sleep(10);
      lock.release();
    }
    clock.spawn(worker("first", 10));
    clock.spawn(worker("second", 10));
    clock.spawn(worker("third", 15));
    clock.spawn(worker("fourth", 100));
    clock.run();
    assert.deepEqual(log, ["first@0", "second@10", "third gave up@15", "fourth@20"]);
  });
});
