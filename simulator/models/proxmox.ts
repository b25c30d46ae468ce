import type { HaRule } from "../datacenter/high-availability";
import { dropRule, manage, release, setRule } from "../datacenter/high-availability";
import { awaitAnotherWay } from "../datacenter/balancers";
import { RuleBroken } from "../datacenter/model";
import { createPool, deletePool } from "../datacenter/resource-pools";
import type { VmRequest } from "../datacenter/virtual-machines";
import { createVm, deleteImage, deleteVm, downloadImage, updateVm, uploadFile } from "../datacenter/virtual-machines";
import type { Inputs, ModelContext, ResourceModel } from "./model";
import { list, map, providerId, text } from "./model";

/** Models of the proxmoxve provider (bpg/terraform-provider-proxmox v0.111 behind pulumi-proxmoxve 8.x). */
export const proxmoxModels: Readonly<Record<string, ResourceModel>> = {
  "pulumi:providers:proxmoxve": {
    required: [],
    answer: (_inputs, context) => ({ id: providerId(context), outputs: {} }),
  },
  "proxmoxve:index/poolLegacy:PoolLegacy": {
    required: ["poolId"],
    answer: (inputs) => ({ id: text(inputs["poolId"]), outputs: { members: [] } }),
    create: (dc, inputs) => createPool(dc, text(inputs["poolId"])),
    delete: (dc, before) => deletePool(dc, text(before["poolId"])),
  },
  "proxmoxve:download/file:File": {
    required: ["contentType", "datastoreId", "nodeName", "url"],
    answer: (inputs) => ({ id: volume(inputs), outputs: { fileName: fileName(inputs), size: 314572800 } }),
    create: (dc, inputs) =>
      downloadImage(dc, text(inputs["nodeName"]), text(inputs["datastoreId"]), volume(inputs), text(inputs["url"])),
    delete: (dc, before) => deleteImage(dc, text(before["nodeName"]), volume(before)),
  },
  "proxmoxve:index/fileLegacy:FileLegacy": {
    required: ["datastoreId", "nodeName"],
    answer: (inputs) => ({ id: upload(inputs).volume, outputs: { fileName: upload(inputs).fileName } }),
    create: (dc, inputs) => {
      const { volume: id, content } = upload(inputs);
      return uploadFile(dc, text(inputs["nodeName"]), text(inputs["datastoreId"]), id, content);
    },
    delete: (dc, before) => deleteImage(dc, text(before["nodeName"]), upload(before).volume),
  },
  "proxmoxve:index/vmLegacy:VmLegacy": {
    required: ["nodeName"],
    answer: (inputs) => ({
      id: text(inputs["vmId"]),
      // With `waitForIp.disabled` the provider empties the lists that the guest agent would fill.
      outputs: { ipv4Addresses: [], ipv6Addresses: [], macAddresses: [], networkInterfaceNames: [] },
    }),
    create: (dc, inputs, context) => createVm(dc, permitted(inputs, context)),
    update: (dc, inputs, _before, context) => updateVm(dc, permitted(inputs, context)),
    *delete(dc, before) {
      yield* awaitAnotherWay(dc, Number(before["vmId"]));
      yield* deleteVm(dc, Number(before["vmId"]));
    },
  },
  "proxmoxve:index/haresource:Haresource": {
    required: ["resourceId"],
    answer: (inputs) => ({ id: text(inputs["resourceId"]), outputs: {} }),
    create: (dc, inputs) => manage(dc, text(inputs["resourceId"])),
    update: (dc, inputs) => dc.spend("haChange", text(inputs["resourceId"]).replace(/^vm:/, "")),
    delete: (dc, before) => release(dc, text(before["resourceId"])),
  },
  "proxmoxve:index/harule:Harule": {
    required: ["resources", "rule", "type"],
    answer: (inputs) => ({ id: text(inputs["rule"]), outputs: {} }),
    create: (dc, inputs) => setRule(dc, haRule(inputs)),
    update: (dc, inputs) => setRule(dc, haRule(inputs)),
    delete: (dc, before) => dropRule(dc, text(before["rule"])),
  },
};

function haRule(inputs: Inputs): HaRule {
  return {
    name: text(inputs["rule"]),
    resources: list(inputs["resources"]).map(text),
    hosts: Object.keys(map(inputs["nodes"])),
    apart: inputs["affinity"] === "negative",
  };
}

/** What only root@pam with its password may ask for (bpg docs: API tokens are refused). */
function permitted(inputs: Inputs, { provider }: ModelContext): VmRequest {
  const hasToken = text(provider?.inputs["apiToken"]) !== "" && text(provider?.inputs["username"]) === "";
  if (hasToken && text(map(inputs["cpu"])["affinity"]) !== "") {
    throw new RuleBroken("root-only", `${text(inputs["name"])}: only root can set 'affinity' config, an API token cannot`);
  }
  return vmRequest(inputs);
}

function vmRequest(inputs: Inputs): VmRequest {
  const ipConfig = map(list(map(inputs["initialization"])["ipConfigs"])[0]);
  const addresses = ["ipv4", "ipv6"].map((family) => text(map(ipConfig[family])["address"]).replace(/\/.*$/, ""));
  const affinity = text(map(inputs["cpu"])["affinity"]);
  const numa = map(list(inputs["numas"])[0])["hostnodes"];
  const cdrom = text(map(inputs["cdrom"])["fileId"]);
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
        slot: text(disk["interface"]),
        datastore: text(disk["datastoreId"] ?? "local-lvm"),
        sizeGiB: Number(disk["size"] ?? 8),
        ...(disk["serial"] ? { serial: text(disk["serial"]) } : {}),
        ...(disk["importFrom"] ? { importFrom: text(disk["importFrom"]) } : {}),
      })),
    addresses: addresses.filter((address) => address !== ""),
    hardware: {
      // The provider's own default, which is older than any level.
      cpuType: text(map(inputs["cpu"])["type"]) || "qemu64",
      lastThread: affinity === "" ? null : Math.max(...affinity.split(/[,-]/).map(Number)),
      numaNode: numa === undefined ? null : Number(numa),
      mappings: list(inputs["hostpcis"]).map((device) => text(map(device)["mapping"])),
      tpm: inputs["tpmState"] !== undefined,
    },
    pool: text(inputs["poolId"]),
    started: inputs["started"] !== false,
    ...(cdrom === "" ? {} : { cdrom }),
  };
}

/** A file made of text, filled up with blanks as the provider does (bpg v0.111 file.go). */
function upload(inputs: Inputs): { readonly fileName: string; readonly volume: string; readonly content: string } {
  const { fileName: name, data, resize } = map(inputs["sourceRaw"]);
  const file = text(name);
  return {
    fileName: file,
    volume: `${text(inputs["datastoreId"])}:${text(inputs["contentType"])}/${file}`,
    content: text(data).padEnd(Number(resize ?? 0), " "),
  };
}

function fileName(inputs: Inputs): string {
  return text(inputs["fileName"]) || text(inputs["url"]).replace(/^.*\//, "");
}

function volume(inputs: Inputs): string {
  return `${text(inputs["datastoreId"])}:${text(inputs["contentType"])}/${fileName(inputs)}`;
}
