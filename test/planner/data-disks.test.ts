import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { AskedDisk } from "../../planner/data-disks";
import { judgeDisks } from "../../planner/data-disks";

const system: AskedDisk = { interface: "scsi0", size: 20 };
const data: AskedDisk = { interface: "scsi1", serial: "data", size: 30 };

const judged = (after: readonly AskedDisk[], released: readonly string[] = []): string | undefined =>
  judgeDisks("work-00", [system, data], after, released);

describe("disks of a machine that stands", () => {
  it("may grow, and others may join them", () => {
    assert.equal(judged([system, { ...data, size: 60 }, { interface: "scsi2", serial: "more", size: 1 }]), undefined);
  });

  it("may not go unless the file lets them", () => {
    assert.equal(
      judged([system]),
      "work-00 would lose its disk data (scsi1) with all that is on it; keep disks.data as it was, or set disks.data.remove: true to let it go",
    );
    assert.equal(judged([system], ["data"]), undefined);
    assert.match(judged([data]) ?? "", /^work-00 would lose its disk system \(scsi0\)/);
  });

  it("may not become others, move to another slot or shrink", () => {
    assert.match(
      judged([system, { ...data, serial: "logs" }]) ?? "",
      /^work-00 would get logs in place of its disk data \(scsi1\)/,
    );
    assert.match(judged([system, { ...data, interface: "scsi2" }]) ?? "", /^work-00 would lose its disk data \(scsi1\)/);
    assert.equal(
      judged([system, { ...data, size: 10 }]),
      "work-00's disk data has 30 GiB and cannot shrink to 10 GiB; set it back",
    );
  });
});
