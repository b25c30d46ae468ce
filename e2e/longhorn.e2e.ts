import assert from "node:assert/strict";
import { pulumi, stepsOf } from "../automation/real-engine/pulumi";
import { writeStackFile } from "../automation/real-engine/sandbox";
import type { Site } from "../automation/real-engine/site";
import { openSite } from "../automation/real-engine/site";
import { planned } from "../automation/stacks";
import type { PlannedStack } from "../automation/stacks";
import { openWorkspace } from "../automation/workspace";
import type { KubernetesObject } from "../simulator/kubernetes-door/api-types";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { labUp } from "./lab-up";
import { until } from "./real-cluster";
import { clusterClient, destroyed, edited, succeeded, up } from "./stacks";
import { inTurn } from "./suite";

const STACK = "examples/homelab-small.yaml";
const NAMESPACE = "longhorn-system";
const MANAGER = `/apis/apps/v1/namespaces/${NAMESPACE}/daemonsets/longhorn-manager`;

describe("Longhorn, installed and removed by the real engine", function () {
  inTurn();
  const without = planned(STACK);
  const longhorn = (values: object): PlannedStack =>
    edited(without, (document) => {
      document.setIn(["config", "proxmox-talos:addons"], document.createNode({ longhorn: values }));
    });
  const [unconsented, consenting] = [longhorn({}), longhorn({ allowUninstall: true })];
  let site: Site;

  before(async () => {
    site = await openSite(unconsented, { binaries: findBinaries().found });
    Object.assign(process.env, site.sandbox.environment);
  });
  after(() => site.close());

  it("makes its own resources once its manager runs", async () => {
    succeeded(await up(site, unconsented));
    const workers = unconsented.plan.machines.filter(({ role }) => role === "worker").map(({ name }) => name);
    const path = `/apis/longhorn.io/v1beta2/namespaces/${NAMESPACE}/nodes`;
    await until(async () => (await clusterClient(site).list(path)).items.length === workers.length);
    assert.deepEqual((await clusterClient(site).list(path)).items.map(({ metadata }) => metadata.name).sort(), workers);
    assert.deepEqual(stepsOf(await up(site, unconsented)), []);
  });

  it("stays when it is only taken out of the file: nothing is touched", async () => {
    writeStackFile(site.sandbox, without.text);
    const preview = await pulumi(site.sandbox, ["preview"]);
    assert.notEqual(preview.code, 0);
    assert.match(preview.output, /longhorn.*cannot be deleted[^]*because it is protected/);
    assert.equal((await labUp(site, without))?.code, "consent-missing");
    await isWhole();
  });

  it("goes when it was consented to in an update before: its Job, its release, its definitions, its namespace", async () => {
    const updated = stepsOf(succeeded(await up(site, consenting)));
    assert.deepEqual(
      updated.map(({ op, type }) => `${op} ${type}`),
      ["update kubernetes:helm.sh/v3:Release"],
    );
    const run = succeeded(await up(site, without));
    console.log(`      removed in ${run.seconds.toFixed(1)} s`);
    await isGone();
    assert.deepEqual(stepsOf(await up(site, without)), []);
  });

  it("is left to nobody when it was unprotected instead: its Job refuses, and Helm upgrades it no more", async () => {
    succeeded(await up(site, unconsented));
    const workspace = await openWorkspace(without.stack, site.sandbox.projectDir);
    const releases = (await workspace.resources()).filter(({ type, name }) => type.endsWith(":Release") && name === "longhorn");
    await workspace.unprotect(releases.map(({ urn }) => urn));
    assert.match((await up(site, without)).output, /job longhorn-uninstall failed/);
    await isWhole();
    assert.match((await up(site, consenting)).output, /"longhorn" has no deployed releases/);
    const flag = `/apis/longhorn.io/v1beta2/namespaces/${NAMESPACE}/settings/deleting-confirmation-flag`;
    await clusterClient(site).patch(flag, { value: "true" });
    await workspace.unprotect(releases.map(({ urn }) => urn));
    succeeded(await up(site, without));
    await isGone();
  });

  it("does not keep its stack from being destroyed, consent or not", async () => {
    succeeded(await up(site, unconsented));
    await destroyed(site);
  });

  async function isGone(): Promise<void> {
    assert.deepEqual(await definitions(), []);
    await assert.rejects(clusterClient(site).get(`/api/v1/namespaces/${NAMESPACE}`), { status: 404 });
  }

  /** The manager runs, and nothing of Longhorn is about to go. */
  async function isWhole(): Promise<void> {
    const { metadata, status } = await clusterClient(site).get<
      KubernetesObject & { readonly status: { readonly numberReady: number } }
    >(MANAGER);
    assert.deepEqual([metadata.deletionTimestamp, status.numberReady], [undefined, 1]);
    const own = await definitions();
    assert.deepEqual([own.length, own.filter((each) => each.metadata.deletionTimestamp !== undefined)], [25, []]);
  }

  async function definitions(): Promise<KubernetesObject[]> {
    const { items } = await clusterClient(site).list("/apis/apiextensions.k8s.io/v1/customresourcedefinitions");
    return items.filter(({ metadata: { name } }) => name.endsWith(".longhorn.io"));
  }
});
