import { EXIT, Failure } from "../../automation/failure";
import { cell } from "../../automation/render/markdown";
import { knownStacks } from "../../automation/stacks";
import { output, required, setting, summary } from "./environment";
import { defaultBranch, forgeOfJob } from "./forge/of-job";
import { Repository } from "./repository";
import { script } from "./script";
import { changed, environmentsOf, undeployed } from "./selection";

/**
 * Says which stacks a workflow is for, as the output `stacks`, a JSON list in the order of `LAB_ENVIRONMENTS`: `all` of them, those `changed`
 * against `LAB_BASE_REF`, or those that were touched since they were last deployed (`undeployed`).
 */
script(async () => {
  const which = process.argv[2] ?? "all";
  const known = knownStacks();
  const { stacks: named, unknown } = environmentsOf(setting("LAB_ENVIRONMENTS") ?? "[]", known);
  for (const each of unknown) {
    const note = `LAB_ENVIRONMENTS names ${each}, and there is no such stack: it is left out; stacks are ${known.join(", ")}`;
    process.stderr.write(`${note}\n`);
    summary(`:warning: ${cell(note)}`);
  }
  if (named.length === 0 && unknown.length === 0) {
    const note = "No environment is set up, so nothing is done: the variable LAB_ENVIRONMENTS is empty (docs/ci.md).";
    process.stdout.write(`${note}\n`);
    summary(note);
  }
  const stacks = named.length === 0 ? [] : await selected(which, named);
  process.stdout.write(`${which}: ${stacks.length === 0 ? "none" : stacks.join(", ")}\n`);
  output("stacks", JSON.stringify(stacks));
  return EXIT.fine;
});

async function selected(which: string, named: readonly string[]): Promise<readonly string[]> {
  if (which === "all") return named;
  const repository = new Repository();
  if (which === "changed") return changed(named, repository, required("LAB_BASE_REF"));
  if (which === "undeployed") return undeployed(named, repository, forgeOfJob(), defaultBranch());
  throw new Failure("usage", `${which}: all, changed or undeployed`, EXIT.usage);
}
