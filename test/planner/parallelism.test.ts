import assert from "node:assert/strict";
import { parallelism } from "../../planner/parallelism";
import { planned } from "../../automation/stacks";
import { planOf } from "../stacks";
import { stackOf } from "../../bench/stack";

describe("the number of operations at once", () => {
  it("is the engine's own where few datastores import", () => {
    assert.equal(planned("homelab").plan.parallel, 16);
    assert.equal(planned("prod").plan.parallel, 16);
  });

  it("grows with the datastores that import side by side, not with the machines", () => {
    assert.equal(planOf(stackOf({ machines: 100, hosts: 4 })).parallel, 16);
    assert.equal(planOf(stackOf({ machines: 100, hosts: 20 })).parallel, 80);
    const { machines } = planOf(stackOf({ machines: 100, hosts: 20 }));
    const onOne = machines.map((machine) => ({ ...machine, disks: machine.disks.map((disk) => ({ ...disk, shared: true })) }));
    assert.equal(parallelism(onOne), 16);
  });

  it("has room for every machine that is there already", () => {
    const { machines } = planned("examples/existing-machines.yaml").plan;
    const many = Array.from({ length: 20 }, () => machines).flat();
    assert.equal(parallelism(many), many.length);
  });
});
