import { after, before, describe, it } from "mocha";
import { checkEdit } from "./check";
import { BASE, EDITS, fileOf, written } from "./edits";
import { Repository } from "./repository";

describe("lab diff between every pair of consecutive commits", function () {
  this.timeout(60_000);
  let repository: Repository;
  const commits: string[] = [];

  before(() => {
    repository = new Repository();
    let values = BASE;
    repository.write(fileOf(values));
    repository.commit("the stack");
    for (const { edit, values: edits } of EDITS) {
      values = written(values, edits);
      repository.write(fileOf(values));
      commits.push(repository.commit(edit));
    }
  });
  after(() => {
    repository.remove();
  });

  for (const [index, edit] of EDITS.entries()) {
    it(edit.edit, async () => {
      repository.git("checkout", "--quiet", "--detach", commits[index] ?? "");
      checkEdit(edit, await repository.diff({ base: "HEAD~1" }));
    });
  }
});
