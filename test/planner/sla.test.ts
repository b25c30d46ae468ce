import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Finding } from "../../planner";
import { hosts, planOf, stackFile, stackText } from "../stacks";

const promised = (percent: number): string => `  proxmox-talos:sla: { availabilityPercent: ${percent} }\n`;

function contradicted(text: string): Finding[] {
  return planOf(text).findings.filter(({ code }) => code === "sla-single-failure");
}

const SPREAD = "hosts: [pve-1, pve-2, pve-3]";

describe("more than 99.9% of availability", () => {
  it("are contradicted by whatever takes etcd or all workers away alone, and 99.9% are not", () => {
    assert.deepEqual(contradicted(stackFile({ more: promised(99.9) })), []);
    assert.deepEqual(contradicted(stackFile()), []);
    const [first, ...others] = contradicted(stackFile({ more: promised(99.95) }));
    assert.equal(others.length, 0);
    assert.deepEqual([first?.severity, first?.path], ["error", "sla.availabilityPercent"]);
    assert.equal(
      first?.message,
      "99.95% leave 21.9 minutes of outage a month, and a single failure takes longer: without host pve, etcd, api, machines; without datastore local-lvm on pve, etcd, api, machines",
    );
  });

  it("are contradicted by the homelab's placement, with all three etcd members on one host", () => {
    const [found] = contradicted(`${stackText("homelab")}\n${promised(99.99)}`);
    assert.match(
      found?.message ?? "",
      /^99\.99% leave 4\.4 minutes .* without host pve, etcd, api; without datastore local-lvm on pve, etcd, api$/,
    );
  });

  it("stand where every single failure is survived", () => {
    const pool = (count: number): string => `{ count: ${count}, cores: 2, memoryGiB: 4, diskGiB: 20, ${SPREAD} }`;
    const text = (endpoint: string): string =>
      stackFile({ hosts: hosts(3), controlPlane: pool(3), workers: `{ main: ${pool(3)} }`, endpoint, more: promised(99.99) });
    assert.deepEqual(contradicted(text("{ vip: 192.168.1.99 }")), []);
    // A machine's own address is one failure away from everything.
    assert.match(contradicted(text("{ address: 192.168.1.100 }"))[0]?.message ?? "", /without host pve-1, api/);
  });
});
