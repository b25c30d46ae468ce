import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { createStyle } from "../../automation/render/style";
import { renderSurvivals } from "../../automation/render/survival";
import { displayWidth } from "../../automation/render/text";
import { survivals } from "../../planner";
import { lab } from "../lab";
import { planOf, stackText } from "../stacks";

const style = (columns: number, unicode = true): ReturnType<typeof createStyle> =>
  createStyle({ columns, unicode, color: false });

describe("lab survive", () => {
  it("shows each failure, its worst part first, and where the VMs would have room", () => {
    const plan = planOf(stackText("homelab"), "homelab");
    const lines = renderSurvivals(plan, survivals(plan), undefined, style(112));
    const start = lines.indexOf("✗ without host pve: lost");
    assert.deepEqual(lines.slice(start, start + 9), [
      "✗ without host pve: lost",
      "  etcd      0 of 3 members are left, quorum is 2",
      "  api       no API server can do anything without etcd",
      "  proxmox   1 of 2 votes are left: Proxmox changes and restarts nothing until there are more; what runs goes on",
      "  machines  4 of 7 machines that take workloads are left",
      "  add-ons   what has one pod may be away until it runs elsewhere: cilium",
      "  room      its VMs take 42 GiB and 12 vCPUs, which do not fit on the others: work-00 fits on none of them: it",
      "            asks for 8192 MiB, the most that is free anywhere is 0; their disks are away with it",
      "",
    ]);
    assert.equal(lines.at(-1), "✗ 4 failures: 1 survived, 1 with something missing, 2 lost");
    for (const columns of [48, 60, 100]) {
      for (const line of renderSurvivals(plan, survivals(plan, { pairs: true }), undefined, style(columns, false))) {
        assert.ok(displayWidth(stripVTControlCharacters(line)) <= columns, line);
      }
    }
  });

  it("has one JSON document, with pairs where they are asked for", async () => {
    const { code, stdout, stderr } = await lab("survive", "prod", "--pairs", "--json");
    assert.deepEqual([code, stderr], [0, ""]);
    const { stack, failures } = JSON.parse(stdout) as {
      stack: string;
      failures: {
        kind: string;
        name: string;
        verdict: string;
        relocation: { packing: { verdict: string; placement?: object } } | null;
      }[];
    };
    assert.equal(stack, "prod");
    assert.deepEqual(
      failures.filter(({ kind }) => kind === "host").map(({ name, verdict }) => `${name}: ${verdict}`),
      ["server1: survives", "server2: survives", "server3: survives"],
    );
    assert.deepEqual(
      failures.filter(({ kind }) => kind === "pair").map(({ verdict }) => verdict),
      ["lost", "lost", "lost"],
    );
    const third = failures.find(({ name }) => name === "server3")?.relocation?.packing;
    assert.equal(third?.verdict, "fits");
    assert.ok(Object.keys(third.placement ?? {}).length > 0);
  });

  it("refuses a file that says nothing that could be judged", async () => {
    const { code, stderr } = await lab("survive", "nowhere");
    assert.equal(code, 2);
    assert.match(stderr, /^no stack nowhere/);
  });
});
