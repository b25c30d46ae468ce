import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { Interruption } from "../../automation/interruption";

describe("an interruption", () => {
  const streams = ["stdin", "stdout", "stderr"] as const;
  const were = streams.map((name) => Object.getOwnPropertyDescriptor(process[name], "isTTY"));
  let interruption: Interruption | undefined;
  afterEach(() => {
    interruption?.end();
    for (const [index, name] of streams.entries()) {
      const was = were[index];
      if (was) Object.defineProperty(process[name], "isTTY", was);
      else Reflect.deleteProperty(process[name], "isTTY");
    }
  });

  /** What an engine is told, which listens as the Automation API does. */
  function told(terminals: readonly string[], signals: readonly ("SIGINT" | "SIGTERM")[]): { engine: number; said: number } {
    for (const name of streams) {
      Object.defineProperty(process[name], "isTTY", { value: terminals.includes(name), configurable: true });
    }
    let [engine, said] = [0, 0];
    interruption = new Interruption(() => said++);
    interruption.signal.addEventListener("abort", () => engine++);
    // Only this one's: whoever runs the tests listens, too.
    const others = signals.map((signal) => [signal, process.listeners(signal).slice(0, -1)] as const);
    for (const [signal, listeners] of others) for (const each of listeners) process.off(signal, each as () => void);
    for (const signal of signals) process.emit(signal, signal);
    for (const [signal, listeners] of others) for (const each of listeners) process.on(signal, each as () => void);
    return { engine, said };
  }

  it("is handed on to the engine each time, and said once", () => {
    assert.deepEqual(told([], ["SIGTERM"]), { engine: 1, said: 1 });
    interruption?.end();
    assert.deepEqual(told([], ["SIGINT", "SIGTERM", "SIGTERM"]), { engine: 3, said: 1 });
  });

  for (const terminal of streams) {
    it(`is left to the terminal that ${terminal} is, which tells the engine, too`, () => {
      assert.deepEqual(told([terminal], ["SIGINT"]), { engine: 0, said: 1 });
      interruption?.end();
      assert.deepEqual(told([terminal], ["SIGTERM"]), { engine: 1, said: 1 });
    });
  }

  it("lets nothing begin any more", () => {
    told([], ["SIGTERM"]);
    assert.throws(
      () => {
        interruption?.check("nothing was changed");
      },
      { code: "interrupted", message: "nothing was changed" },
    );
  });
});
