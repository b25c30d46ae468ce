import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { neededSecrets } from "../../config/secrets";
import { CureFinder, blockingFindings, survivals } from "../../planner";
import type { Survival } from "../../planner";
import { observe, rehearse } from "../../simulator";
import type { DatacenterState, Observation } from "../../simulator";
import { inlineProgram } from "../inline-program";
import { arbitraryStack } from "../random/arbitrary-stack";
import { PROJECT, configOf, planOf, stackText } from "../stacks";

/** How many random stacks: a few by default, five hundred in CI. */
const RANDOM = Number(process.env["SURVIVAL_STACKS"] ?? 5);

/** What the planner says of a failure, as far as the datacenter can be looked at for it. */
function expected({ effects }: Survival): Observation {
  const is = (part: string, verdict: string): boolean =>
    effects.some((effect) => effect.part === part && effect.verdict === verdict);
  return {
    etcd: !is("etcd", "lost"),
    api: !is("api", "lost"),
    proxmox: !is("proxmox", "degraded"),
    workloads: !is("machines", "lost"),
  };
}

const PARTS = ["etcd", "api", "proxmox", "workloads"] as const;

/** Where high availability has room for some of its machines and not for all, nobody knows which of them it starts. */
function isCertain({ relocation, effects }: Survival): boolean {
  if (!relocation || relocation.movable.length === 0) return true;
  return effects.some(({ message }) => message.startsWith("Proxmox starts ")) || !relocation.managed;
}

/** Rehearses a stack, has every single failure and every pair of hosts happen, and compares what is left with what was foretold. */
async function compare(text: string): Promise<number> {
  const config = configOf(text);
  const plan = planOf(text, "survival");
  const datacenter = datacenterSpec(config);
  let state: DatacenterState | undefined;
  const rehearsal = await rehearse({
    stack: "survival",
    stackText: text,
    projectDir: PROJECT,
    program: inlineProgram(),
    datacenter,
    secrets: neededSecrets(config),
    onDatacenter: (end) => {
      state = end;
    },
  });
  assert.deepEqual([rehearsal.diagnostics, rehearsal.violations], [[], []]);
  assert.ok(state);
  const all = survivals(plan, { pairs: true });
  for (const survival of all) {
    const { hosts, machines, name } = survival.scenario;
    const seen: Observation = observe(datacenter, state, { hosts, machines });
    const foretold = expected(survival);
    const told = `${name}: ${JSON.stringify({ ...survival, text })}`;
    if (isCertain(survival)) assert.deepEqual(seen, foretold, told);
    // Otherwise the worst was foretold.
    else for (const part of PARTS) assert.ok(seen[part] || !foretold[part], `${part} ${told}`);
  }
  return all.length;
}

describe("what is foretold of failures is what the simulated datacenter shows", function () {
  this.timeout(60_000);

  const examples = readdirSync(join(PROJECT, "examples")).filter((name) => name.endsWith(".yaml"));
  const stacks: [string, string][] = [
    ...["homelab", "prod"].map((name): [string, string] => [name, stackText(name)]),
    ...examples.map((name): [string, string] => [name, readFileSync(join(PROJECT, "examples", name), "utf8")]),
  ];
  for (const [name, text] of stacks) {
    it(`for ${name}`, async () => {
      assert.ok((await compare(text)) > 0);
    });
  }

  it("for the homelab with what would cure the loss of its first host: then it is survived", async () => {
    const [config, plan] = [configOf(stackText("homelab")), planOf(stackText("homelab"))];
    const pve = survivals(plan).find(({ scenario }) => scenario.name === "pve");
    assert.equal(pve?.verdict, "lost");
    const { cure } = new CureFinder(config, plan).find(pve.scenario);
    assert.ok(cure);
    const cured = fileOf(cure.config);
    assert.equal(survivals(planOf(cured)).find(({ scenario }) => scenario.name === "pve")?.verdict, "survives");
    assert.ok((await compare(cured)) > 0);
  });

  it(`for ${RANDOM} random stacks`, async function () {
    this.timeout(600_000);
    const drawn = fc.sample(arbitraryStack, { seed: 20261121, numRuns: RANDOM });
    let failures = 0;
    for (const concerns of drawn) failures += await compare(accepted(concerns));
    assert.ok(failures >= RANDOM);
  });
});

/** The stack as a file, with everything accepted that would stop it. */
function accepted(concerns: object): string {
  const codes = new Set(blockingFindings(planOf(fileOf(concerns)).findings).map(({ code }) => code));
  return fileOf({ ...concerns, acknowledge: [...codes].map((code) => ({ code, reason: "a random stack" })) });
}

/** Concerns as a stack file. */
function fileOf(concerns: object): string {
  return JSON.stringify({
    config: Object.fromEntries(Object.entries(concerns).map(([name, value]) => [`proxmox-talos:${name}`, value as unknown])),
  });
}
