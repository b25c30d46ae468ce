import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { policiesOf } from "../../automation/policies";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { parseConfigValues } from "../../config/parse";
import { blockingFindings, planStack } from "../../planner";
import type { Plan, PlannedMachine } from "../../planner";
import { rehearse } from "../../simulator";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf } from "../stacks";
import { arbitraryStack } from "./arbitrary-stack";
import type { Concerns, Pool } from "./arbitrary-stack";

/** So many times twenty-five stacks, each time always the same ones: twenty times with `RANDOM_SEEDS=20`, as CI has it; by default a dozen. */
const SEEDS = Array.from({ length: Number(process.env["RANDOM_SEEDS"] ?? 1) }, (_, index) => 20_261_121 + index);
const STACKS_PER_SEED = process.env["RANDOM_SEEDS"] === undefined ? 12 : 25;

/** What may stop a random stack: a shortage its hosts are built not to have must not be among it. */
const ACCEPTABLE = new Set([
  // Machines may have IPv6 alone, and any add-on beside.
  "addon-family-missing",
  "etcd-quorum-single-host",
  "etcd-third-failure-domain",
  "ha-single-host",
  "ha-storage-local",
  "host-failover-capacity",
  "host-memory-full",
  "maintenance-room",
  // A small machine may be asked to carry everything.
  "platform-exceeds-machines",
  "proxmox-quorum-two-hosts",
]);

/** The plan of concerns as the engine hands them on. */
function planFor(concerns: Concerns): Plan {
  const parsed = parseConfigValues(concerns, "random.yaml");
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const planned = planStack(parsed.config, "random");
  assert.ok(planned.ok, JSON.stringify(planned));
  return planned.plan;
}

/** The stack with everything accepted that stops it and may. */
function accepted(concerns: Concerns): Concerns {
  const codes = [...new Set(blockingFindings(planFor(concerns).findings).map(({ code }) => code))];
  assert.deepEqual(
    codes.filter((code) => !ACCEPTABLE.has(code)),
    [],
  );
  return { ...concerns, acknowledge: codes.map((code) => ({ code, reason: "a random stack" })) };
}

/** The same as a stack file; JSON is YAML, and faster to read. */
function textOf(concerns: Concerns): string {
  const config = Object.entries(concerns).map(([name, value]) => [`proxmox-talos:${name}`, value]);
  return JSON.stringify({ config: Object.fromEntries(config) as object });
}

/** Everything about a machine that would move it or make it another one. */
const identity = ({ name, vmId, address, addresses, host, macAddress, disks }: PlannedMachine): string =>
  JSON.stringify({ name, vmId, address, addresses, host, macAddress, disks });

function moved(before: Plan, after: Plan): string[] {
  const now = new Map(after.machines.map((machine) => [machine.name, identity(machine)]));
  return before.machines
    .filter((machine) => now.has(machine.name) && now.get(machine.name) !== identity(machine))
    .map(({ name }) => name);
}

/** The stack with one machine more or less in a pool, a pool less, or a pool more. */
function variants(concerns: Concerns): Concerns[] {
  const { controlPlane, workers } = concerns.topology;
  const recount = (pool: Pool, by: number): Pool => (pool.count === undefined ? pool : { ...pool, count: pool.count + by });
  const withWorkers = (changed: Readonly<Record<string, Pool>>): Concerns => ({
    ...concerns,
    topology: { controlPlane, workers: changed },
  });
  const fresh: Pool = {
    count: 2,
    cores: 2,
    memoryGiB: 4,
    ids: "280-299",
    addresses: (controlPlane["addresses"] as string).replaceAll(/(?<=\.)\d+(?=$|-)/g, (part) => String(Number(part) + 80)),
    names: "delta-00..19",
  };
  return [
    { ...concerns, topology: { controlPlane: recount(controlPlane, 1), workers } },
    ...Object.entries(workers).flatMap(([name, pool]) => [
      withWorkers({ ...workers, [name]: recount(pool, 2) }),
      withWorkers(Object.fromEntries(Object.entries(workers).filter(([other]) => other !== name))),
    ]),
    ...((controlPlane["addresses"] as string).includes(":") ? [] : [withWorkers({ ...workers, delta: fresh })]),
  ];
}

describe("random stacks", function () {
  this.timeout(60_000);

  for (const seed of SEEDS) {
    it(`${STACKS_PER_SEED} from seed ${seed} are planned, allocated and rehearsed without a violation`, async () => {
      let rehearsed = 0;
      await fc.assert(
        fc.asyncProperty(arbitraryStack, async (concerns) => {
          const plan = planFor(concerns);
          const text = textOf(accepted(concerns));
          for (const key of ["name", "vmId", "address", "macAddress"] as const) {
            const values = plan.machines.flatMap((machine) => machine[key] ?? []);
            assert.equal(new Set(values).size, values.length, key);
          }
          // Two of its changes each: over all stacks, every kind comes up a hundred times.
          const changes = variants(concerns);
          for (const turn of [2 * rehearsed, 2 * rehearsed + 1]) {
            const variant = changes[turn % changes.length];
            if (variant) assert.deepEqual(moved(plan, planFor(variant)), []);
          }

          const rehearsal = await rehearse({
            stack: "random",
            stackText: text,
            projectDir: PROJECT,
            program: inlineProgram(),
            datacenter: datacenterSpec(configOf(text)),
            // Any stack may do without verified certificates; what that is worth policies say, and are right.
            judge: (_known, asked) =>
              policiesOf(configOf(text))
                .judge(asked)
                .filter(({ rule }) => rule !== "verified-tls"),
          });
          assert.deepEqual([rehearsal.result, rehearsal.violations, rehearsal.diagnostics], ["succeeded", [], []]);
          assert.ok(rehearsal.makespanSeconds >= rehearsal.criticalPathSeconds, "the bound is none");
          rehearsed++;
        }),
        { seed, numRuns: STACKS_PER_SEED, endOnFailure: false },
      );
      assert.equal(rehearsed, STACKS_PER_SEED);
    });
  }
});
