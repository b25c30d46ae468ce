import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";
import { grow } from "../simulator/grow";
import { PROJECT } from "../stacks";
import { VMS, climb } from "./climb";

const stage = (number: number): string => readFileSync(join(PROJECT, "examples", `roadmap-${number}.yaml`), "utf8");

/** What of the machines themselves a move touches; what runs in the cluster may be updated. */
const MACHINES = /:(ConfigurationApply|Bootstrap|Secrets|Kubeconfig|VmLegacy)$/;

describe("a move along the roadmap", function () {
  this.timeout(30_000);

  const moves: [number, number, string[]][] = [
    [1, 2, []],
    [2, 3, ["create work-00", "create work-01", "create work-02"]],
    // Talos lets the job that takes snapshots of etcd in, which it learns while it runs.
    [3, 4, ["create node-01", "create node-02", "update node-00"]],
    // Whoever has grown fast skips what is between.
    [1, 4, ["create node-01", "create node-02", "create work-00", "create work-01", "create work-02", "update node-00"]],
  ];
  for (const [from, to, machines] of moves) {
    it(`from stage ${from} to stage ${to} replaces and deletes nothing`, async () => {
      const { result, violations, summary, resources } = await grow("roadmap", stage(from), stage(to));
      assert.deepEqual([result, violations], ["succeeded", []]);
      assert.deepEqual([summary.replace, summary.delete], [0, 0]);
      const touched = resources.filter(({ type, operation }) => operation !== "same" && MACHINES.test(type));
      assert.deepEqual(touched.map(({ operation, name }) => `${operation} ${name}`).sort(), machines);
    });
  }

  it("that gives the API another name hands out a kubeconfig anew, which is why stage 1 has a name of its own", async () => {
    const other = stage(2).replace("dns: api.example.org", "dns: kube.example.org");
    assert.equal((await grow("roadmap", stage(1), other)).summary.replace, 1);
  });

  it("of VMs, as lab advise writes it, replaces and deletes nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "roadmap-"));
    try {
      const texts = [VMS, ...(await climb(folder, VMS))];
      for (const [index, text] of texts.slice(1).entries()) {
        const { result, violations, summary } = await grow("vms", texts[index] ?? "", text);
        assert.deepEqual([result, violations, summary.replace, summary.delete], ["succeeded", [], 0, 0]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
