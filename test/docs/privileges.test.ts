import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import type { Demand } from "../../simulator/proxmox-door/privileges";
import { demandsOf, isGranted } from "../../simulator/proxmox-door/privileges";
import { PROJECT } from "../stacks";
import { readDocument } from "./markdown";
import { aclOf } from "./pveum";

const README = readDocument("README.md");
const ACL = aclOf(README, "pulumi@pve");
const NEEDED = [...new Set(Object.values(ACL).flat())].sort();

/** What the providers send when they make a VM of a pool, and one of a load balancer. */
const VM = {
  vmid: "850",
  name: "ctrl-00",
  cores: "2",
  memory: "4096",
  machine: "q35",
  net0: "model=virtio,bridge=vmbr0",
  scsi0: "file=local-lvm:0,import-from=local:import/talos.qcow2",
  efidisk0: "file=local-lvm:1",
  ide2: "file=local-lvm:cloudinit",
  ipconfig0: "ip=192.168.1.100/24",
  tags: "my-cluster;talos",
  boot: "order=scsi0",
};
const PATH = { node: "pve", vmid: "850", storage: "local", volume: "local:import/talos.qcow2" };

describe("the token that the documents have a reader make", () => {
  it("has every privilege that the calls of this program ask for, but for high availability", () => {
    const missing = recordedDemands().filter((demand) => !isGranted(ACL, demand));
    assert.deepEqual(missing, [{ path: "/", anyOf: ["Sys.Console"] }]);
  });

  it("has none that no call asks for", () => {
    const asked = new Set([...recordedDemands(), ...changes()].flatMap(({ anyOf }) => anyOf));
    assert.deepEqual(
      NEEDED.filter((privilege) => !asked.has(privilege)),
      [],
    );
  });

  it("may delete volumes of the storage for images only, and is told by every path what it has there", () => {
    const deletes = (storage: string): boolean => isGranted(ACL, { path: `/storage/${storage}`, anyOf: ["Datastore.Allocate"] });
    assert.deepEqual([deletes("local"), deletes("local-lvm")], [true, false]);
    assert.ok(
      isGranted(ACL, { path: "/storage/local", anyOf: ["Datastore.AllocateTemplate"] }),
      "a deeper path takes the place of /",
    );
  });

  it("has a reason for each privilege, and for no other", () => {
    const { rows } = readDocument("docs/first-deployment.md");
    const explained = rows.flatMap(([first = ""]) => (/^[A-Z]\w+(\.\w+)+$/.test(first) ? [first] : []));
    const more = ["Mapping.Use", "Sys.Console"];
    assert.deepEqual([...new Set(explained)].sort(), [...NEEDED, ...more].sort());
  });
});

/** What Proxmox asks of each call that the providers were seen to make (provider-calls.json). */
function recordedDemands(): Demand[] {
  const file = join(PROJECT, "test", "simulator", "wire", "provider-calls.json");
  const { proxmox } = JSON.parse(readFileSync(file, "utf8")) as { readonly proxmox: readonly string[] };
  const seen = new Map<string, Demand>();
  for (const call of [...proxmox, "DELETE /nodes/:node/qemu/:vmid", "DELETE /pools", `DELETE ${VOLUME}`]) {
    const form = call === "POST /nodes/:node/qemu" ? VM : { poolid: "my-cluster" };
    for (const demand of demandsOf(call, { path: PATH, form, user: "pulumi@pve!stack" }))
      seen.set(JSON.stringify(demand), demand);
  }
  return [...seen.values()];
}

const VOLUME = "/nodes/:node/storage/:storage/content/:volume";

/** What a running stack's changes ask for beside that: a drive of cloud-init, another host. */
function changes(): Demand[] {
  const form = { ide2: "file=local-lvm:cloudinit,media=cdrom" };
  const calls = [
    "PUT /nodes/:node/qemu/:vmid/config",
    "PUT /nodes/:node/qemu/:vmid/cloudinit",
    "POST /nodes/:node/qemu/:vmid/migrate",
  ];
  const reading = demandsOf(`GET ${VOLUME}`, { path: { ...PATH, volume: "local-lvm:vm-850-disk-0" }, form: {}, user: "" });
  return [...calls.flatMap((call) => demandsOf(call, { path: PATH, form, user: "" })), ...reading];
}
