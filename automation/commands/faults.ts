import type * as simulator from "../../simulator";
import { EXIT } from "../failure";
import { lazy } from "../lazy";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { table } from "../render/table";

/** Lists what `rehearse --fault` can have go wrong. */
export function faults(options: CommonOptions): number {
  // The simulator brings gRPC along: loaded only when it is needed.
  const { FAULTS } = lazy("../simulator") as typeof simulator;
  if (options.json) {
    printJson({ faults: FAULTS.map(({ name, what, call }) => ({ name, what, call })) });
    return EXIT.fine;
  }
  const { safe } = stdoutStyle(options);
  const rows = FAULTS.map(({ name, what }) => [name, safe(what)]);
  print([
    ...table([{ title: "fault" }, { title: "what happens" }], rows),
    "",
    "rehearse <stack> --fault <name>, or <name>@<n> for its n-th call",
  ]);
  return EXIT.fine;
}
