import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { upWith } from "../automation/commands/up";
import { Failure } from "../automation/failure";
import { look } from "../automation/identity";
import { pulumi, stepsOf } from "../automation/real-engine/pulumi";
import type { Site } from "../automation/real-engine/site";
import { API_TOKEN, openSite } from "../automation/real-engine/site";
import { planned } from "../automation/stacks";
import { openWorkspace } from "../automation/workspace";
import { etcdRuns } from "../components/talos/etcd-probe";
import { FAULTS, Faults, plannedFault } from "../simulator/faults/faults";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { STRANGER } from "../simulator/proxmox-door/door";

const STACK = "examples/homelab-small.yaml";
/** What happened to each fault, for the table at the end. */
const outcomes: string[] = [];

describe("a fault of the datacenter", () => {
  after(() => {
    for (const outcome of outcomes) console.log(`      ${outcome}`);
  });

  for (const { name, what } of FAULTS) {
    it(`is survived: ${what} (${name})`, async () => {
      const stack = planned(STACK);
      const faults = new Faults([plannedFault(name)]);
      const site = await openSite(stack, { binaries: findBinaries().found, faults });
      try {
        const first = await up(site);
        assert.deepEqual([...new Set(faults.struck)], [name], "the fault never happened");
        if (first !== undefined) {
          // One line that says what is wrong, and nothing that is a secret.
          assert.doesNotMatch(first, /\n\s+at |undefined|\[object Object\]/);
          assert.ok(!first.includes(API_TOKEN.split("=")[1] ?? "-"));
        }
        const strangers = site.doors.dc.state.vms.filter((vm) => vm.name === STRANGER);
        assert.equal(strangers.length, name === "vm-id-taken" ? 1 : 0);
        for (const { vmId } of strangers) Reflect.deleteProperty(site.doors.dc.state.settings, `vm:${vmId}`);
        site.doors.dc.state.vms = site.doors.dc.state.vms.filter((vm) => vm.name !== STRANGER);
        const second = first === undefined ? undefined : await up(site);
        assert.equal(second, undefined);
        await converged(site);
        outcomes.push(
          `${name.padEnd(20)} ${first === undefined ? "survived at once" : `survived by lab up after: ${first.slice(0, 110)}`}`,
        );
      } finally {
        await site.close();
      }
    });
  }
});

/** Why `lab up` failed; undefined when it did not. */
async function up(site: Site): Promise<string | undefined> {
  Object.assign(process.env, site.sandbox.environment);
  const open = (name: string): ReturnType<typeof openWorkspace> => openWorkspace(name, site.sandbox.projectDir);
  // Node.js reads whom to trust when it starts, and this process is older than the authority.
  const trusting: typeof look = (access) => look({ ...access, insecure: true });
  try {
    await upWith({ open, look: trusting, etcdRuns }, planned(STACK), { json: true, color: false });
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.message;
  }
}

/** All is there, once, and there is nothing left to do. */
async function converged({ doors, sandbox }: Site): Promise<void> {
  const again = await pulumi(sandbox, ["preview"]);
  assert.deepEqual(
    [again.code, stepsOf(again).map(({ op, urn, detailedDiff }) => `${op} ${urn} ${JSON.stringify(detailedDiff)}`)],
    [0, []],
  );
  const { vms, clusters } = doors.dc.state;
  assert.deepEqual(
    vms.map(({ name }) => name).sort(),
    planned(STACK)
      .plan.machines.map(({ name }) => name)
      .sort(),
  );
  assert.equal(clusters.length, 1);
  const bootstraps = doors.talos.calls.filter(({ call, code }) => call.endsWith("/Bootstrap") && code === status.OK);
  assert.equal(bootstraps.length, 1);
}
