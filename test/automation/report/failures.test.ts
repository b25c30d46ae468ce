import assert from "node:assert/strict";
import { judged } from "../../../automation/judgement";
import { failuresOf } from "../../../automation/report/failures";
import type { Failure } from "../../../automation/report/failures";
import { floorPlanOf } from "../../../automation/report/floor-plan";
import type { Plan } from "../../../planner";
import { survivals } from "../../../planner";
import { hosts, planOf, stackFile, stackOfText, stackText } from "../../stacks";
import { planOfStack } from "./pages";

function failures(plan: Plan): Map<string, Failure> {
  return new Map(failuresOf(plan, survivals(plan), floorPlanOf(plan)).map((failure) => [failure.id, failure]));
}

const shared = (count: number): string => hosts(count).replaceAll("{ sizeGiB: 500 }", "{ sizeGiB: 500, shared: true }");

describe("failures of the report", () => {
  it("are all that lab survive knows, the worst effect first", () => {
    const all = failures(planOfStack("homelab"));
    assert.deepEqual(
      [...all.values()].map(({ id, verdict }) => `${id} ${verdict}`),
      ["host:pve lost", "host:pve-02 degraded", "datastore:local-lvm on pve lost", "datastore:local-lvm on pve-02 survives"],
    );
    const pve = all.get("host:pve");
    assert.equal(pve?.title, "Without host pve: lost");
    assert.deepEqual(
      pve.effects.map(({ part, verdict }) => `${part} ${verdict}`),
      ["etcd lost", "api lost", "proxmox degraded", "machines survives", "add-ons survives"],
    );
    assert.match(pve.room, /do not fit on the others/);
    assert.deepEqual(pve.ghosts, []);
    assert.equal(pve.machines.length, 6);
  });

  it("show room in what other hosts have free, to scale, where there is some", () => {
    const plan = planOf(stackFile({ hosts: hosts(3) }));
    const { areaPerMiB, domains } = floorPlanOf(plan);
    const away = plan.hosts.find(({ machines }) => machines.length > 0);
    const failure = failures(plan).get(`host:${away?.name ?? ""}`);
    assert.deepEqual(
      failure?.ghosts.map(({ machine, restarts }) => [machine, restarts]),
      away?.machines.map((name) => [name, false]),
    );
    for (const ghost of failure?.ghosts ?? []) {
      const memoryMiB = plan.machines.find(({ name }) => name === ghost.machine)?.memoryMiB ?? 0;
      assert.ok(Math.abs(ghost.width * ghost.height - memoryMiB * areaPerMiB) < 1e-6);
      const host = domains.flatMap((domain) => domain.hosts).find((drawn) => drawn.host.name === ghost.host);
      assert.ok(host && ghost.host !== away?.name);
      assert.ok(ghost.y >= host.free.y - 1e-9 && ghost.y + ghost.height <= host.free.y + host.free.height + 1e-9);
    }
  });

  it("say where Proxmox' own high availability starts VMs again, and only there", () => {
    const managed = planOf(stackFile({ hosts: shared(3), proxmox: "cluster: { name: lab }\n    ha: {}" }));
    const away = managed.hosts.find(({ machines }) => machines.length > 0);
    const failure = failures(managed).get(`host:${away?.name ?? ""}`);
    assert.deepEqual(
      failure?.ghosts.map(({ machine, restarts }) => [machine, restarts]),
      away?.machines.map((name) => [name, true]),
    );
    const unmanaged = failures(planOf(stackFile({ hosts: shared(3) })));
    assert.ok([...unmanaged.values()].flatMap(({ ghosts }) => ghosts).every(({ restarts }) => !restarts));
  });

  it("say what would cure them, as lab survive does, where somebody looked for it", async () => {
    const plan = planOfStack("homelab");
    assert.deepEqual(failures(plan).get("host:pve-02")?.cure, []);
    const all = await judged(stackOfText(stackText("homelab"), "homelab"));
    const cures = new Map(failuresOf(plan, all, floorPlanOf(plan)).map(({ id, cure }) => [id, cure]));
    assert.deepEqual(cures.get("host:pve-02"), [
      "a QDevice for the Proxmox cluster (proxmox.cluster.qdevice), on anything that runs Debian",
    ]);
    assert.deepEqual(cures.get("datastore:local-lvm on pve-02"), []);
  });
});
