import { EXIT, Failure } from "../failure";

/** What a folder or bucket failed with, in two parts: a check shows them apart. */
export class StoreFailure extends Failure {
  constructor(
    code: string,
    /** What is wrong; what a server said may be in it, semicolons and all. */
    public readonly found: string,
    /** What to do. */
    public readonly remedy: string,
  ) {
    super(code, `${found}; ${remedy}`, EXIT.failed);
  }
}
