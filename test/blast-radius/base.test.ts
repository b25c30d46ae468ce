import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { findBase } from "../../automation/blast-radius/base";
import type { Failure } from "../../automation/failure";
import { Git } from "../../automation/git";
import { HAS_GIT, Repository } from "./repository";

/** Code and message of the failure that something ends with. */
function failureOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    const { code, message, exitCode } = error as Failure;
    return `${code} (${exitCode}): ${message}`;
  }
  return "none";
}

(HAS_GIT ? describe : describe.skip)("what lab diff compares with", () => {
  let repository: Repository;
  let first: string;
  const folders: string[] = [];
  const path = (): string => join(repository.dir, "Pulumi.lab.yaml");
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), "lab-base-"));
    folders.push(made);
    return made;
  };

  before(() => {
    repository = new Repository();
    repository.write("one: 1\n");
    first = repository.commit("one");
  });
  after(() => {
    repository.remove();
    for (const each of folders) rmSync(each, { recursive: true, force: true });
  });

  it("is HEAD where there is no remote, and the file as it was there", () => {
    repository.write("two: 2\n");
    const { shown, commit, text } = findBase({ path: path() }, undefined);
    assert.deepEqual([shown, commit, text], [`HEAD (${first.slice(0, 10)})`, first, "one: 1\n"]);
  });

  it("is where the branch left the remote's default branch, whatever became of either since", () => {
    repository.commit("two");
    repository.git("update-ref", "refs/remotes/origin/main", first);
    const { shown, text } = findBase({ path: path() }, undefined);
    assert.deepEqual([shown, text], [`the merge base with origin/main (${first.slice(0, 10)})`, "one: 1\n"]);
    repository.git("update-ref", "refs/remotes/origin/trunk", "HEAD");
    repository.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk");
    assert.equal(findBase({ path: path() }, undefined).text, "two: 2\n");
    repository.git("symbolic-ref", "--delete", "refs/remotes/origin/HEAD");
    for (const branch of ["main", "trunk"]) repository.git("update-ref", "-d", `refs/remotes/origin/${branch}`);
  });

  it("is any commit that is named, and a file where there is one of that name", () => {
    assert.equal(findBase({ path: path() }, "HEAD~1").shown, `HEAD~1 (${first.slice(0, 10)})`);
    assert.equal(findBase({ path: path() }, first).shown, first.slice(0, 10));
    const file = join(folder(), "main");
    writeFileSync(file, "three: 3\n");
    const { shown, commit, text } = findBase({ path: path() }, file);
    assert.deepEqual([shown, commit, text], [file, null, "three: 3\n"]);
  });

  it("has no such file where the stack is new", () => {
    assert.equal(findBase({ path: join(repository.dir, "Pulumi.new.yaml") }, "HEAD").text, undefined);
  });

  it("fails where there is nothing to compare with, and says what to do", () => {
    assert.equal(
      failureOf(() => findBase({ path: path() }, "no-such-branch")),
      "unknown-ref (2): no-such-branch is neither a file nor a commit of this repository",
    );
    // Nothing that looks like an option gets to be one.
    assert.match(
      failureOf(() => findBase({ path: path() }, "--all")),
      /^unknown-ref \(2\): --all is neither/,
    );
    const outside = join(folder(), "Pulumi.lab.yaml");
    assert.match(
      failureOf(() => findBase({ path: outside }, undefined)),
      /^not-a-repository \(2\): .* name a file, --base <file>$/,
    );
    const shallow = join(folder(), "clone");
    repository.git("clone", "--quiet", "--depth=1", `file://${repository.dir}`, shallow);
    assert.match(
      failureOf(() => findBase({ path: join(shallow, "Pulumi.lab.yaml") }, first)),
      /: the clone is shallow; fetch all of it \(git fetch --unshallow, fetch-depth: 0 in GitHub Actions\)$/,
    );
  });

  it("knows whether packages are the same, committed or not", () => {
    const git = Git.at(repository.dir);
    assert.equal(git.isUnchanged(first, ["Pulumi.yaml"]), true);
    assert.equal(git.isUnchanged(first, ["Pulumi.lab.yaml"]), false);
    assert.equal(git.isUnchanged(first, ["sdks"]), true);
    repository.write("new\n", "sdks");
    assert.equal(git.isUnchanged(first, ["Pulumi.sdks.yaml"]), false);
    repository.write(undefined, "sdks");
  });
});
