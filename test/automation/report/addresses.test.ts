import assert from "node:assert/strict";
import { addressesOf } from "../../../automation/report/addresses";
import { planOf, stackFile } from "../../stacks";
import { planOfStack, rehearsalOf } from "./pages";

describe("addresses of the report", () => {
  it("are the range from first to last, each run with its owner", () => {
    const { runs, range, free } = addressesOf(planOfStack("prod"));
    assert.deepEqual([range, free], ["10.0.20.100-10.0.20.109", 2]);
    assert.deepEqual(
      runs.map(({ first, last, count, kind }) => [first, last, count, kind?.name ?? "free"]),
      [
        ["10.0.20.100", "10.0.20.102", 3, "control-plane"],
        ["10.0.20.103", "10.0.20.107", 5, "general"],
        ["10.0.20.108", "10.0.20.109", 2, "free"],
      ],
    );
  });

  it("say who has which, and what nobody may have", () => {
    const rows = addressesOf(
      planOfStack("prod"),
      rehearsalOf([], { services: [{ namespace: "traefik", name: "traefik", addresses: [] }] }),
    ).rows;
    const of = (address: string): string[] =>
      rows.filter((row) => row.address === address).map(({ owner, purpose }) => `${owner}: ${purpose}`);
    assert.deepEqual(of("10.0.20.1"), ["gateway: of 10.0.20.0/24"]);
    assert.deepEqual(of("10.0.20.99"), ["Kubernetes API: virtual IP"]);
    assert.deepEqual(of("10.0.20.11"), ["server1: Proxmox host"]);
    assert.deepEqual(of("10.0.20.103"), ["work-00: worker, pool general"]);
    assert.deepEqual(of("pending"), ["traefik/traefik: Service"]);
  });

  it("do not count out a range that is as long as a network", () => {
    const wide = stackFile()
      .replace("192.168.1.0/24", "192.168.0.0/16")
      .replace("192.168.1.100-192.168.1.109", "192.168.64.1-192.168.127.254");
    const { runs, free } = addressesOf(planOf(wide.replace("{ address: 192.168.1.100 }", "{ address: 192.168.64.1 }")));
    assert.deepEqual([runs.length, free > 4096], [0, true]);
  });
});
