import { Failure } from "../../automation/failure";

/** Runs a step: what it fails with is told in one line, and its exit code is that of the failure. */
export function script(step: () => number | Promise<number>): void {
  void run(step).then((code) => {
    process.exitCode = code;
  });
}

/** {@link script} without ending the process. */
export async function run(step: () => number | Promise<number>): Promise<number> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}
