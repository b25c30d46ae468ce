import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { consentOf } from "../../automation/blast-radius/consent";
import type { Failure } from "../../automation/failure";
import { checkEdit } from "./check";
import { BASE, EDITS, fileOf, written } from "./edits";
import { HAS_GIT, Repository } from "./repository";

(HAS_GIT ? describe : describe.skip)("lab diff", function () {
  this.timeout(30_000);
  let repository: Repository;
  const plain = fileOf(BASE);

  before(() => {
    repository = new Repository();
    repository.write(plain);
    repository.commit("the stack");
  });
  after(() => {
    repository.remove();
  });

  // One of some fifty, for both programs run: `npm run test:diff` has them all.
  it("names what is done and what is dangerous about it, and what somebody on the command line consents to", async () => {
    const edit = EDITS.find(({ edit: name }) => name === "other ids for a pool");
    assert.ok(edit);
    repository.write(fileOf(written(BASE, edit.values)));
    const report = await repository.diff({ consent: ["vm-replaced:work-00", "vm-replaced:work-07", "pki-regenerated"] });
    const dangers = ["ok:vm-replaced work-00", "vm-replaced work-01"];
    checkEdit({ ...edit, dangers, unused: ["vm-replaced", "pki-regenerated"] }, report);
  });

  it("refuses a consent to what nobody can consent to", () => {
    const failureOf = (option: string): string => {
      try {
        return JSON.stringify(consentOf(option));
      } catch (error) {
        return (error as Failure).message;
      }
    };
    assert.equal(failureOf("stack-deleted"), '{"danger":"stack-deleted","reason":"--consent"}');
    assert.equal(failureOf("vm-replaced:a:b"), '{"danger":"vm-replaced","of":"a:b","reason":"--consent"}');
    assert.match(failureOf("vm-replace"), /: nothing of the kind can be consented to; did you mean vm-replaced\?$/);
    assert.match(failureOf("network-changed"), /nothing of the kind can be consented to/);
  });

  it("stops before any program runs where a file says why not", async () => {
    const failureOf = async (options: object = {}, stack = "lab"): Promise<string> =>
      repository.diff(options, stack).then(
        () => "none",
        (error: unknown) => `${(error as Failure).code} ${(error as Failure).exitCode}`,
      );
    repository.write("config: {}\n");
    repository.commit("nonsense");
    assert.equal(await failureOf(), "invalid-stack-file 2");
    repository.write(plain);
    assert.equal(await failureOf(), "base-unplannable 2");
    assert.equal(await failureOf({}, "nobody"), "unknown-stack 2");
    repository.commit("the stack");
    const oneHost = written(BASE, { "topology.controlPlane.hosts": ["pve-1"] });
    repository.write(fileOf(oneHost));
    assert.equal(await failureOf(), "blocking-findings 1");
    assert.equal(await failureOf({ base: "Pulumi.yaml", baseProgram: true }), "blocking-findings 1");
    repository.write(plain);
    assert.equal(await failureOf({ base: __filename, baseProgram: true }), "usage 2");
  });
});
