import type { Command } from "./sample";
import type { Size } from "./stack";

/** Median of the runs of one command on one size. */
export interface Row extends Size {
  readonly command: Command;
  readonly runs: number;
  /** Wall time of the whole process, loading included. */
  readonly seconds: number;
  /** Wall time of the work alone. */
  readonly workSeconds: number;
  readonly millisecondsPerMachine: number;
  /** Peak memory of the command's process. */
  readonly memoryMiB: number;
  /** Peak memory of the program's process; 0 for a plan. */
  readonly programMiB: number;
  /** Of all failures, how many in a hundred were not decided; 0 for what does not ask. */
  readonly undecidedPercent: number;
}

/** By which power of the number of machines the work grows. */
export interface Growth {
  readonly command: Command;
  readonly exponent: number;
}

/** One deployment in simulated time with so many operations under way at once. */
export interface ParallelRow extends Size {
  readonly parallel: number;
  /** The plan's own choice. */
  readonly isChosen: boolean;
  readonly makespanSeconds: number;
  /** Rule it failed by: what waits for slots runs into time limits. */
  readonly failure?: string;
}

/** A promise and what was measured of it. */
export interface Budget {
  readonly what: string;
  /** The measured value must be below. */
  readonly limit: number;
  readonly measured: number;
  readonly kept: boolean;
}

/** One run of the benchmark: also the document of `--json`. */
export interface Bench {
  readonly node: string;
  readonly rows: readonly Row[];
  readonly growth: readonly Growth[];
  readonly parallel: readonly ParallelRow[];
  readonly budgets: readonly Budget[];
}
