import assert from "node:assert/strict";
import { destroyWith } from "../automation/commands/destroy";
import type { Run } from "../automation/real-engine/pulumi";
import { changesOf, pulumi, stepsOf } from "../automation/real-engine/pulumi";
import { requirements } from "../automation/real-engine/requirements";
import { writeStackFile } from "../automation/real-engine/sandbox";
import type { Site } from "../automation/real-engine/site";
import { carryStack, openSite } from "../automation/real-engine/site";
import { planned } from "../automation/stacks";
import type { PlannedStack } from "../automation/stacks";
import { openWorkspace } from "../automation/workspace";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { edited, succeeded, trusting } from "./stacks";
import { inTurn } from "./suite";

/** How a stack grows into what its file says, and on from there. */
interface Scenario {
  readonly stack: string;
  /** Pool that gets its last worker, by its path in the file. */
  readonly pool: string;
}

const SCENARIOS: readonly Scenario[] = [
  { stack: "homelab", pool: "small" },
  { stack: "prod", pool: "general" },
];

/** How long the datacenter may take to settle after the program has ended, in milliseconds. */
const SETTLE_MS = 30_000;

before(() => {
  for (const { name, found } of requirements()) console.log(`  ${name}: ${found ?? "missing"}`);
});

for (const { stack, pool } of SCENARIOS) {
  describe(`${stack}, deployed by the real engine`, function () {
    inTurn();
    const whole = planned(stack);
    const topology = ["config", "proxmox-talos:topology"];
    const oneLess = edited(whole, (document) => {
      const count = document.getIn([...topology, "workers", pool, "count"]) as number;
      document.setIn([...topology, "workers", pool, "count"], count - 1);
    });
    const small = edited(oneLess, (document) => {
      document.setIn([...topology, "controlPlane", "count"], 1);
    });
    let site: Site;

    before(async () => {
      site = await openSite(small, { binaries: findBinaries().found });
    });
    after(() => site.close());

    it("is previewed before anything exists: every resource of it, and nothing is touched", async () => {
      const run = succeeded(await pulumi(site.sandbox, ["preview"]));
      assert.ok(stepsOf(run).some(({ type }) => type === "kubernetes:helm.sh/v3:Release"));
      assert.equal(site.doors.dc.state.vms.length, 0);
      report("preview", run);
    });

    it("comes up with one control plane, every machine of it ready", async () => {
      const run = await up(small);
      assert.deepEqual(Object.keys(changesOf(run)), ["create"]);
      await settled(small);
    });

    it("has nothing left to do when it is brought up again", async () => {
      assert.deepEqual(stepsOf(await up(small)), []);
    });

    it("gets one more worker: its own resources and no other", async () => {
      const threePlanes = edited(small, (document) => {
        document.setIn([...topology, "workers", pool, "count"], poolCount(whole));
      });
      const added = threePlanes.plan.machines.map(({ name }) => name).filter((name) => !namesOf(small).includes(name));
      const steps = stepsOf(await up(threePlanes));
      assert.deepEqual([...new Set(steps.map(nameOf))], added);
      assert.deepEqual(
        steps.map(({ op }) => op),
        steps.map(() => "create"),
      );
      await settled(threePlanes);
    });

    it("grows to three control planes, which is what its file says", async () => {
      const run = await up(whole);
      const replaced = stepsOf(run).filter(({ op }) => /replace|delete/.test(op));
      assert.deepEqual(replaced, []);
      await settled(whole);
      assert.equal(site.doors.dc.state.clusters[0]?.etcdMembers.length, 3);
      assert.deepEqual(stepsOf(await up(whole)), []);
    });

    it("takes other values for Cilium in one update", async () => {
      const changed = edited(whole, (document) => {
        document.setIn(["config", "proxmox-talos:addons", "cilium", "values"], { debug: { enabled: true } });
      });
      const steps = stepsOf(await up(changed));
      assert.deepEqual(
        steps.map(({ op, type }) => `${op} ${type}`),
        ["update kubernetes:helm.sh/v3:Release"],
      );
      await up(whole);
    });

    it("loses a worker, and its node with it", async () => {
      const [gone = ""] = namesOf(whole).filter((name) => !namesOf(oneLess).includes(name));
      const steps = stepsOf(await up(oneLess));
      assert.deepEqual([...new Set(steps.map(nameOf))], [gone]);
      assert.ok(!(await nodes()).includes(gone), `${gone} is still a node`);
      await settled(oneLess);
    });

    it("is destroyed with consent: nothing is left, and nothing hangs", async () => {
      Object.assign(process.env, site.sandbox.environment);
      const consent = whole.config.metadata.name;
      const open = (name: string): ReturnType<typeof openWorkspace> => openWorkspace(name, site.sandbox.projectDir);
      const doors = { open, look: trusting, ask: () => Promise.resolve(undefined) };
      assert.equal(await destroyWith(doors, stack, { consent: [consent], json: true, color: false }), 0);
      const { vms, clusters, pools, images, settings } = site.doors.dc.state;
      assert.deepEqual([vms, clusters, pools, settings], [[], [], [], {}]);
      assert.deepEqual(Object.values(images).flat(), []);
    });

    async function up(target: PlannedStack): Promise<Run> {
      carryStack(target);
      writeStackFile(site.sandbox, target.text);
      const run = succeeded(await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"]));
      report("up", run);
      return run;
    }

    /** Every machine runs and is a ready node. */
    async function settled(target: PlannedStack): Promise<void> {
      const names = namesOf(target);
      for (const end = Date.now() + SETTLE_MS; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
        const [machines, ready] = [site.doors.dc.state.vms.filter(({ stage }) => stage === "running"), await nodes(true)];
        if (machines.length === names.length && names.every((name) => ready.includes(name))) return;
        if (Date.now() > end) assert.fail(`of ${names.join(", ")}, ready are ${ready.join(", ")}`);
      }
    }

    async function nodes(onlyReady = false): Promise<string[]> {
      const client = site.doors.kubernetes?.clusters[0]?.client;
      assert.ok(client, "no Kubernetes API runs");
      const { items } = await client.list<Node>("/api/v1/nodes");
      const isReady = ({ status }: Node): boolean =>
        status.conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
      return items.filter((node) => !onlyReady || isReady(node)).map(({ metadata }) => metadata.name);
    }

    function poolCount({ config }: PlannedStack): number {
      return config.topology.workers[pool]?.count ?? 0;
    }
  });
}

interface Node {
  readonly metadata: { readonly name: string };
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

function namesOf({ plan }: PlannedStack): string[] {
  return plan.machines.map(({ name }) => name);
}

function nameOf({ urn }: { readonly urn: string }): string {
  return urn.split("::").at(-1) ?? "";
}

function report(what: string, run: Run): void {
  const changes = Object.entries(changesOf(run)).map(([op, count]) => `${count} ${op}`);
  console.log(`      ${what} ${run.seconds.toFixed(1)} s: ${changes.join(", ")}`);
}
