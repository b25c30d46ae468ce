import { EXIT } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { table } from "../render/table";
import { bootstrap } from "../state/bootstrap";
import { shownUrl } from "../state/location";
import type { StateDoors } from "../state/stack-state";
import { StackState } from "../state/stack-state";

/** Makes what a stack's state needs; what is there stays as it is. */
export function stateBootstrap(stack: string, options: CommonOptions): Promise<number> {
  return stateBootstrapWith(undefined, stack, options);
}

/** {@link stateBootstrap} through given doors. */
export async function stateBootstrapWith(doors: StateDoors | undefined, stack: string, options: CommonOptions): Promise<number> {
  const state = StackState.of(stack, doors);
  const { steps, todo } = await bootstrap(state);
  const url = shownUrl(state.location.url);
  if (options.json) {
    printJson({ stack: state.stack, result: "succeeded", backend: { url, source: state.location.source }, steps, todo });
    return EXIT.fine;
  }
  const rows = steps.map(({ name, result, detail }) => [name, result, detail]);
  const { ok } = stdoutStyle(options).glyphs;
  print([
    ...table([{ title: "" }, { title: "" }, { title: "" }], rows),
    `${ok} the state of ${state.stack} has its place: ${url}`,
    ...(todo.length === 0 ? [] : ["left to do:", ...todo.map((each) => `  ${each}`)]),
  ]);
  return EXIT.fine;
}
