import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackFileName } from "../../config/neighbours";
import { knownStacks } from "../../automation/stacks";
import { reported, stacksAmong } from "./affected";
import { required, setting, summary } from "./environment";
import { lab } from "./lab";
import { isTouchedByOthers } from "./neighbours";
import { gather } from "./report/gather";
import { reportFolder, writeReport } from "./report/files";
import { checkMarkdown } from "./report/markdown";
import { Repository } from "./repository";
import { script } from "./script";

/**
 * Plans, compares and rehearses every stack that a change touches, without credentials, and writes what a comment says of it.
 * It passes judgement on nothing: `gate.ts` does, once everything is uploaded.
 *
 * `LAB_BASE_REF`: branch that the change goes into, for instance `main`. `LAB_COMMIT`: what the comment says was looked at. @default HEAD
 */
script(() => {
  const repository = new Repository();
  const ref = required("LAB_BASE_REF");
  const base = repository.leftFrom(`origin/${ref}`);
  const changed = repository.changedSince(base);
  const stacks = [...new Set([...knownStacks(), ...stacksAmong(changed)])].sort();
  const touched = reported(changed, stacks, (stack) => isTouchedByOthers(stack, repository, base));

  const pages = join(reportFolder(), "pages");
  mkdirSync(pages, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), "lab-ci-"));
  try {
    const before = (stack: string): string | undefined => repository.file(base, stackFileName(stack));
    const of = { lab, base, baseProgram: touched.program, before, pages, scratch };
    const commit = setting("LAB_COMMIT") ?? repository.commit("HEAD") ?? "";
    const reports = touched.stacks.map((stack) => {
      process.stderr.write(`${stack}: planning, comparing, rehearsing\n`);
      return gather(stack, of);
    });
    const report = { kind: "check" as const, commit, base: { ref, commit: base }, stacks: reports };
    writeReport("check", report);
    const markdown = checkMarkdown(report);
    writeFileSync(join(pages, "check.md"), markdown);
    summary(markdown);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return 0;
});
