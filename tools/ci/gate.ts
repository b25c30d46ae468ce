import { join } from "node:path";
import { EXIT } from "../../automation/failure";
import { readReports, reportFolder } from "./report/files";
import { passes } from "./report/verdict";
import { script } from "./script";

/** Fails when something stands in the way of a merge. It runs last, so that the comment is there whatever it says. */
script(() => {
  const stacks = readReports(join(reportFolder(), "comment")).flatMap((each) => (each.kind === "check" ? each.stacks : []));
  if (stacks.length === 0) process.stdout.write("no stack is touched\n");
  for (const each of stacks) process.stdout.write(`${each.stack}: ${passes(each) ? "fine" : "may not be merged as it is"}\n`);
  return stacks.every(passes) ? EXIT.fine : EXIT.failed;
});
