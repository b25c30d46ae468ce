/** What is measured. */
export type Command = "plan" | "survive" | "rehearse";

/** One measurement in a process of its own. */
export interface Sample {
  /** Wall time of the work alone, modules loaded: what growth is judged by. */
  readonly workSeconds: number;
  /** Wall time of the whole process. */
  readonly seconds: number;
  /** Peak memory of the process. */
  readonly memoryMiB: number;
  /** Peak memory of the program that a rehearsal starts; 0 for a plan. */
  readonly programMiB: number;
  /** Of all failures, how many in a hundred it was not found out for whether the VMs have room elsewhere; 0 for what does not ask. */
  readonly undecidedPercent: number;
}

/** Environment variable with the file in which the program leaves its peak memory in KiB. */
export const MEMORY_FILE = "BENCH_PROGRAM_MEMORY";
