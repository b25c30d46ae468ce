import assert from "node:assert/strict";
import { pulumi, stepsOf } from "../automation/real-engine/pulumi";
import type { Run } from "../automation/real-engine/pulumi";
import { writeStackFile } from "../automation/real-engine/sandbox";
import type { Site } from "../automation/real-engine/site";
import { openSite } from "../automation/real-engine/site";
import { planned } from "../automation/stacks";
import type { PlannedStack } from "../automation/stacks";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { clusterClient, destroyed, edited, succeeded, up } from "./stacks";
import { inTurn } from "./suite";

const STACK = "examples/homelab-small.yaml";
const POOLS = "/apis/cilium.io/v2/ciliumloadbalancerippools";

describe("custom resources, made and taken back by the real engine", function () {
  inTurn();
  const without = planned(STACK);
  const announcing = (addresses: readonly string[]): PlannedStack =>
    edited(without, (document) => {
      const cilium = { loadBalancerPools: { main: { addresses } }, l2: {} };
      document.setIn(["config", "proxmox-talos:addons"], document.createNode({ cilium }));
    });
  const [one, two] = [announcing(["192.168.68.220"]), announcing(["192.168.68.220-192.168.68.229"])];
  let site: Site;

  before(async () => {
    site = await openSite(without, { binaries: findBinaries().found });
    Object.assign(process.env, site.sandbox.environment);
  });
  after(() => site.close());

  it("are previewed where there is no cluster yet, and where there is one without them", async () => {
    writeStackFile(site.sandbox, one.text);
    succeeded(await pulumi(site.sandbox, ["preview"]));
    succeeded(await up(site, without));
    writeStackFile(site.sandbox, one.text);
    succeeded(await pulumi(site.sandbox, ["preview"]));
  });

  it("are made once their kinds are served, changed in place, and left alone afterwards", async () => {
    assert.deepEqual(kindsOf(await up(site, one)), [
      "create CiliumL2AnnouncementPolicy",
      "create CiliumLoadBalancerIPPool",
      "create ServedKind",
      "create ServedKind",
      // Which switches announcing on.
      "update Release",
    ]);
    assert.deepEqual(await blocks(), [[{ start: "192.168.68.220", stop: "192.168.68.220" }]]);
    assert.deepEqual(kindsOf(await up(site, two)), ["update CiliumLoadBalancerIPPool"]);
    assert.deepEqual(await blocks(), [[{ start: "192.168.68.220", stop: "192.168.68.229" }]]);
    assert.deepEqual(stepsOf(await up(site, two)), []);
  });

  it("are taken back when nobody asks for them any more, and come again", async () => {
    assert.deepEqual(kindsOf(await up(site, without)), [
      "delete CiliumL2AnnouncementPolicy",
      "delete CiliumLoadBalancerIPPool",
      "delete ServedKind",
      "delete ServedKind",
      "update Release",
    ]);
    assert.deepEqual(await blocks(), []);
    succeeded(await up(site, one));
  });

  it("are not asked for one by one when the cluster goes", async () => {
    await destroyed(site);
  });

  async function blocks(): Promise<unknown[]> {
    const { items } = await clusterClient(site).list<{ metadata: { name: string }; spec: { blocks: unknown } }>(POOLS);
    return items.map(({ spec }) => spec.blocks);
  }
});

/** What was done to resources that are no components: `create CiliumLoadBalancerIPPool`. */
function kindsOf(run: Run): string[] {
  return stepsOf(succeeded(run))
    .map(({ op, type }) => `${op} ${type.split(":").at(-1) ?? ""}`)
    .filter((step) => !step.endsWith(" CustomResources"))
    .sort();
}
