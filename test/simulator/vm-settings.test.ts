import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { requestOf } from "../../simulator/proxmox-door/vm-settings";

describe("settings of a VM", () => {
  it("name each disk by its slot", () => {
    const settings = {
      scsi10: "local-lvm:vm-100-disk-3,serial=b,size=2G",
      scsi2: "local-lvm:vm-100-disk-2,serial=a,size=1G",
      scsi0: "local-lvm:vm-100-disk-1,size=20G",
      ide2: "local-lvm:vm-100-cloudinit,media=cdrom,size=4M",
    };
    assert.deepEqual(requestOf("pve", 100, settings).disks, [
      { slot: "scsi0", datastore: "local-lvm", sizeGiB: 20 },
      { slot: "scsi2", datastore: "local-lvm", sizeGiB: 1, serial: "a" },
      { slot: "scsi10", datastore: "local-lvm", sizeGiB: 2, serial: "b" },
    ]);
  });
});
