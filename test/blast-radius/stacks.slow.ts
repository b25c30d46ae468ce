import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { saidBy } from "./check";
import { BASE, fileOf, written } from "./edits";
import { Repository } from "./repository";

describe("lab diff of a stack that", function () {
  this.timeout(30_000);
  let repository: Repository;
  const plain = fileOf(BASE);

  before(() => {
    repository = new Repository();
    repository.commit("no stack");
    repository.write(plain);
    repository.commit("the stack");
  });
  after(() => {
    repository.remove();
  });

  it("is new creates everything, and nothing of it is dangerous", async () => {
    const report = await repository.diff({ base: "HEAD~1" });
    const { operations, dangers, open } = saidBy(report);
    assert.deepEqual([report.summary, dangers, open], [{ create: 26, update: 0, replace: 0, delete: 0, same: 0 }, [], false]);
    assert.ok(operations.includes("create Bootstrap lab") && operations.includes("create Release cilium"));
    assert.deepEqual(report.notes, ["the stack is not in the base: all of it is new"]);
  });

  it("is gone deletes everything, which takes consent on the command line", async () => {
    repository.write(undefined);
    const report = await repository.diff();
    assert.deepEqual(report.summary, { create: 0, update: 0, replace: 0, delete: 26, same: 0 });
    assert.deepEqual([saidBy(report).dangers, saidBy(report).open], [["stack-deleted lab"], true]);
    const consented = await repository.diff({ consent: ["stack-deleted"] });
    assert.deepEqual([saidBy(consented).dangers, saidBy(consented).open], [["ok:stack-deleted lab"], false]);
    repository.write(plain);
  });

  it("was deployed before the planner found anything about it is compared all the same", async () => {
    const oneHost = written(BASE, { "topology.controlPlane.hosts": ["pve-1"] });
    const known = ["etcd-quorum-single-host", "etcd-third-failure-domain"].map((code) => ({ code, reason: "for this test" }));
    repository.write(fileOf(oneHost));
    repository.commit("one host");
    repository.write(fileOf(written(oneHost, { acknowledge: known })));
    assert.deepEqual(saidBy(await repository.diff()).operations, []);
  });

  it("leaves no stand-in of a secret in what is said", async () => {
    repository.write(fileOf(written(BASE, { "proxmoxve:apiToken": { secure: "v1:CCCC" }, "kubernetes.version": "v1.36.1" })));
    const said = JSON.stringify(await repository.diff());
    assert.doesNotMatch(said, /rehearsal-secret-|v1:CCCC|v1:AAAA|"secret":"[0-9a-f]{64}"/);
    assert.match(said, /\[secret\]/);
  });
});
