import { isOpen } from "../../automation/blast-radius/judge";
import { EXIT, Failure } from "../../automation/failure";
import { cell } from "../../automation/render/markdown";
import { affected } from "./affected";
import { required, summary } from "./environment";
import { defaultBranch, forgeOfJob } from "./forge/of-job";
import { failureOf, lab } from "./lab";
import { diffPart } from "./report/parts";
import { Repository } from "./repository";
import { script } from "./script";

/**
 * Compares what is about to be deployed with what was deployed last, which need not be what the pull request was compared with: an update may
 * have failed or been turned down in between. Fails on a danger that nobody has consented to. It needs no credentials but to read what jobs did.
 *
 * `STACK`: the stack, and the environment of the same name.
 */
script(async () => {
  const stack = required("STACK");
  const repository = new Repository();
  const deployed = await forgeOfJob().deployedCommit(stack, (commit) => repository.isMerged(commit, defaultBranch()));
  if (deployed === undefined) {
    const note = `${stack} was never deployed from here: there is nothing to compare with`;
    process.stdout.write(`${note}\n`);
    summary(`:warning: ${cell(note)}`);
    return EXIT.fine;
  }
  const base = baseOf(stack, deployed, repository);
  const { program } = affected(repository.changedSince(base), [stack]);
  const answer = lab(["diff", stack, "--base", base, ...(program ? ["--base-program"] : [])]);
  const diff = diffPart(answer.document);
  if (diff === undefined) throw new Failure("not-compared", failureOf(answer), EXIT.failed);
  const open = diff.dangers.filter(isOpen);
  const verdict = answer.code === EXIT.fine ? "nothing without consent" : "a danger without consent";
  const lines = [
    `${stack} since ${base.slice(0, 10)}: ${verdict}`,
    ...open.map(({ code, of, what }) => `  ${code} of ${of}: ${what}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  if (answer.code !== EXIT.fine) summary(["```text", ...lines, "```"].join("\n"));
  return answer.code;
});

/**
 * The commit to compare with.
 *
 * @throws {Failure} `unknown-ref`, `newer-deployed`
 */
function baseOf(stack: string, deployed: string, repository: Repository): string {
  const base = repository.commit(deployed);
  if (base === undefined) {
    const remedy = "fetch all of the history, or deploy from a branch that has it";
    throw new Failure("unknown-ref", `${stack} was deployed from ${deployed}, which is not here: ${remedy}`, EXIT.usage);
  }
  if (base !== repository.commit("HEAD") && repository.isAncestor("HEAD", base)) {
    const remedy = "let its own run deploy, or run the newest again";
    throw new Failure(
      "newer-deployed",
      `${stack} was deployed from ${base}, which is newer than this commit: ${remedy}`,
      EXIT.failed,
    );
  }
  return base;
}
