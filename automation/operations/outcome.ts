import type { Failure } from "../failure";
import type { Summary } from "./tracker";

/** What came of an operation of one stack. */
export interface Outcome {
  readonly summary: Summary;
  /** Members of the JSON document beside `stack` and `result`. */
  readonly json: object;
  /** Lines for people. */
  readonly lines: readonly string[];
  /** In a few words, for a table of all stacks. */
  readonly note?: string;
  /** Whether the lines are what was asked for, and so wanted for each of several stacks as well. @default false */
  readonly isAnswer?: boolean;
  /** False when it was carried out and what it found is not as it should be. @default true */
  readonly ok?: boolean;
}

/** What became of one stack of several. */
export interface StackResult {
  readonly stack: string;
  readonly result: "succeeded" | "failed" | "not-started";
  readonly seconds: number;
  readonly outcome?: Outcome;
  readonly failure?: Failure;
}
