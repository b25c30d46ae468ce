import type { VmRequest } from "../datacenter/virtual-machines";
import { createVm, deleteVm, downloadImage, updateVm } from "../datacenter/virtual-machines";
import type { Inputs, ResourceModel } from "./model";
import { changed, list, map, text } from "./model";

/** Models of the proxmoxve provider (bpg/terraform-provider-proxmox v0.111 behind pulumi-proxmoxve 8.x). */
export const proxmoxModels: Readonly<Record<string, ResourceModel>> = {
  "pulumi:providers:proxmoxve": {
    required: [],
    answer: () => ({ id: "proxmoxve", outputs: {} }),
  },
  "proxmoxve:index/poolLegacy:PoolLegacy": {
    required: ["poolId"],
    answer: (inputs) => ({ id: text(inputs["poolId"]), outputs: { members: [] } }),
    *create(dc, inputs) {
      yield* dc.spend("resourcePool", text(inputs["poolId"]));
      dc.state.pools.push(text(inputs["poolId"]));
    },
    *delete(dc, before) {
      yield* dc.spend("resourcePool", text(before["poolId"]));
      dc.state.pools = dc.state.pools.filter((pool) => pool !== text(before["poolId"]));
    },
    replaces: (before, after) => changed(before, after, ["poolId"]),
  },
  "proxmoxve:download/file:File": {
    required: ["contentType", "datastoreId", "nodeName", "url"],
    answer: (inputs) => ({ id: volume(inputs), outputs: { fileName: fileName(inputs), size: 314572800 } }),
    create: (dc, inputs) => downloadImage(dc, text(inputs["nodeName"]), text(inputs["datastoreId"]), volume(inputs)),
    *delete(dc, before) {
      const volumes = dc.state.images[text(before["nodeName"])] ?? [];
      volumes.splice(volumes.indexOf(volume(before)), 1);
      yield* dc.spend("resourcePool", volume(before));
    },
    // The file's size drifts only while `overwrite` is on; the rehearsal's mirror never drifts.
    replaces: (before, after) =>
      changed(before, after, [
        "nodeName",
        "datastoreId",
        "url",
        "fileName",
        "contentType",
        "checksum",
        "checksumAlgorithm",
        "decompressionAlgorithm",
      ]),
  },
  "proxmoxve:index/vmLegacy:VmLegacy": {
    required: ["nodeName"],
    answer: (inputs) => ({
      id: text(inputs["vmId"]),
      // With `waitForIp.disabled` the provider empties the lists that the guest agent would fill.
      outputs: { ipv4Addresses: [], ipv6Addresses: [], macAddresses: [], networkInterfaceNames: [] },
    }),
    create: (dc, inputs) => createVm(dc, vmRequest(inputs)),
    update: (dc, inputs) => updateVm(dc, vmRequest(inputs)),
    delete: (dc, before) => deleteVm(dc, Number(before["vmId"])),
    replaces: vmReplaces,
  },
};

function vmRequest(inputs: Inputs): VmRequest {
  const address = text(map(map(list(map(inputs["initialization"])["ipConfigs"])[0])["ipv4"])["address"]);
  return {
    vmId: Number(inputs["vmId"]),
    name: text(inputs["name"]),
    host: text(inputs["nodeName"]),
    cores: Number(map(inputs["cpu"])["cores"] ?? 1),
    // 512 MiB is the provider's own default.
    memoryMiB: Number(map(inputs["memory"])["dedicated"] ?? 512),
    disks: list(inputs["disks"])
      .map(map)
      .map((disk) => ({
        datastore: text(disk["datastoreId"] ?? "local-lvm"),
        sizeGiB: Number(disk["size"] ?? 8),
        ...(disk["importFrom"] ? { importFrom: text(disk["importFrom"]) } : {}),
      })),
    address: address.replace(/\/.*$/, ""),
    pool: text(inputs["poolId"]),
    started: inputs["started"] !== false,
  };
}

/** bpg vm.go: what the schema does not mark, the provider decides at diff time. `importFrom` is not among them. */
function vmReplaces(before: Inputs, after: Inputs): readonly string[] {
  const replaced = changed(before, after, ["vmId", "clone"]);
  if (after["migrate"] !== true) replaced.push(...changed(before, after, ["nodeName"]));
  const within = (property: string, keys: readonly string[]): string[] =>
    before[property] && after[property]
      ? changed(map(before[property]), map(after[property]), keys).map((key) => `${property}.${key}`)
      : [];
  replaced.push(...within("tpmState", ["version"]), ...within("efiDisk", ["type"]));
  replaced.push(
    ...within("initialization", ["type", "userDataFileId", "metaDataFileId", "networkDataFileId", "vendorDataFileId"]),
  );
  if (JSON.stringify(fileIds(before)) !== JSON.stringify(fileIds(after))) replaced.push("disks.fileId");
  if (Boolean(before["amdSev"]) !== Boolean(after["amdSev"])) replaced.push("amdSev");
  return replaced;
}

function fileIds(inputs: Inputs): string[] {
  return list(inputs["disks"]).map((disk) => text(map(disk)["fileId"]));
}

function fileName(inputs: Inputs): string {
  return text(inputs["fileName"]) || text(inputs["url"]).replace(/^.*\//, "");
}

function volume(inputs: Inputs): string {
  return `${text(inputs["datastoreId"])}:${text(inputs["contentType"])}/${fileName(inputs)}`;
}
