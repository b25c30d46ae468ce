import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "mocha";
import type { DatacenterState } from "../../simulator/datacenter/model";
import { SecretMarkers } from "../../simulator/secrets";
import { checkProxmoxSide } from "../../simulator/datacenter/proxmox-side";
import { stackFile } from "../stacks";
import { recordedRehearsal } from "./recorded";

const CSI = "{ proxmoxCcm: {}, proxmoxCsi: { storageClasses: { proxmox: { datastore: local-lvm } } } }";

async function run(addons: string, statePath?: string) {
  const text = stackFile({ more: `  proxmox-talos:addons: ${addons}\n` });
  const { rehearsal, recording } = await recordedRehearsal(text, statePath);
  return { rehearsal, registrations: recording?.registrations ?? [] };
}

describe("programs in the cluster that speak with Proxmox", function () {
  this.timeout(30_000);

  it("come up with Secrets of their own, which show nowhere", async () => {
    const { rehearsal, registrations } = await run(CSI);
    assert.deepEqual([rehearsal.violations, rehearsal.diagnostics], [[], []]);
    const secrets = registrations.filter(({ type }) => type === "kubernetes:core/v1:Secret").map(({ name }) => name);
    assert.deepEqual(secrets.sort(), [
      "proxmox-cloud-controller-manager-proxmox-ccm-access",
      "proxmox-csi-plugin-proxmox-csi-access",
    ]);
    assert.ok(!SecretMarkers.pattern.test(JSON.stringify(rehearsal)));
  });

  it("have the stack leave VMs' disks as they are while pods have some of them", async () => {
    const ignored = async (addons: string): Promise<unknown> =>
      (await run(addons)).registrations.find(({ type }) => type.includes("proxmoxve:") && type.includes("Vm"))?.ignoreChanges;
    assert.deepEqual(await ignored(CSI), ["disks"]);
    assert.deepEqual(await ignored("{ proxmoxCcm: {} }"), ["disks[0].speed"]);
  });

  it("make volumes that a release waits for, keep their class and go with their namespace", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "proxmox-side-")), "state.json");
    const both = (classOfLoki: string): string =>
      `{ proxmoxCsi: { storageClasses: { proxmox: { datastore: local-lvm }, other: { datastore: local-lvm } } }, loki: { storageClass: ${classOfLoki}, storageGiB: 20 } }`;
    const violations = async (addons: string): Promise<string[]> =>
      (await run(addons, path)).rehearsal.violations.map(({ message }) => message);
    assert.deepEqual(await violations(both("proxmox")), []);
    const state = (JSON.parse(readFileSync(path, "utf8")) as { datacenter: DatacenterState }).datacenter;
    assert.deepEqual(state.clusters[0]?.disks, {
      classes: ["other", "proxmox"],
      claims: { "monitoring/loki": { storageClass: "proxmox", sizes: [20] } },
    });
    assert.deepEqual(await violations(both("other")), [
      "loki: its volume would be of other rather than of proxmox, but claims keep their class: set it back, or remove the release and its claims first",
    ]);
    assert.deepEqual(await violations("{ cilium: {} }"), [
      "namespace monitoring holds volumes of loki (20 GiB), which are deleted with it, and all that is in them",
    ]);
    rmSync(dirname(path), { recursive: true });
  });

  it("are refused where a node says it is another VM, or is elsewhere than its labels say", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "proxmox-side-")), "state.json");
    await run(CSI, path);
    const state = (JSON.parse(readFileSync(path, "utf8")) as { datacenter: DatacenterState }).datacenter;
    rmSync(dirname(path), { recursive: true });
    const [cluster] = state.clusters;
    const vm = state.vms[0]!;
    const release = (chart: string, values: object) =>
      ({ chart, values, name: chart, namespace: "a", createNamespace: false, timeoutSeconds: 60 }) as never;
    const spec = { hosts: [{ datastores: [{ name: "local-lvm" }] }] };
    const check = (chart: string, values: object, change: (machine: Record<string, unknown>) => void) => (): void => {
      const machine = structuredClone(vm.machine) as unknown as Record<string, unknown>;
      change(machine);
      checkProxmoxSide({ state: { vms: [{ ...vm, machine }] }, spec } as never, cluster!, release(chart, values));
    };
    const labelled = (labels: object) => (machine: Record<string, unknown>) => {
      machine["labels"] = labels;
    };
    const [region, zone] = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"];
    const plugin = "proxmox-csi-plugin";
    const manager = "proxmox-cloud-controller-manager";
    const same = (): void => undefined;
    check(plugin, {}, same)();
    check(manager, {}, same)();
    assert.throws(check(plugin, {}, labelled({ [zone]: "pve" })), /failed to get region or zone for node ctrl-00/);
    assert.throws(
      check(plugin, {}, labelled({ [region]: "lab", [zone]: "cellar" })),
      /ctrl-00 is on pve, and its zone is cellar/,
    );
    const selector = { node: { nodeSelector: { [region]: "other" } } };
    assert.throws(check(plugin, selector, same), /ctrl-00 has not the labels that the plugin's pods look for/);
    assert.throws(check(plugin, { storageClass: [{ name: "a", storage: "tank" }] }, same), /a: storage 'tank' does not exist/);
    const said = (providerId: string) => (machine: Record<string, unknown>) => {
      machine["providerId"] = providerId;
    };
    assert.throws(check(manager, {}, said("")), /ctrl-00 is VM 800, and its node says it is none/);
    assert.throws(check(manager, {}, said("proxmox://lab/801")), /says it is proxmox:\/\/lab\/801/);
  });
});
