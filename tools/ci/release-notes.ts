import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, Failure } from "../../automation/failure";
import { PROJECT_DIR } from "../../automation/stacks";
import { required } from "./environment";
import { notesOf } from "./changelog";
import { script } from "./script";

/** Prints the changelog's section of the version that `TAG` names (`v1.2.3`), which must be the one of package.json. */
script(() => {
  const tag = required("TAG");
  const read = (name: string): string => readFileSync(join(PROJECT_DIR, name), "utf8");
  const { version } = JSON.parse(read("package.json")) as { version: string };
  if (tag !== `v${version}`) {
    throw new Failure("wrong-version", `the tag is ${tag}, package.json has ${version}: set both alike`, EXIT.usage);
  }
  process.stdout.write(`${notesOf(read("CHANGELOG.md"), version)}\n`);
  return EXIT.fine;
});
