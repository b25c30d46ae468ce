import type { VmRequest } from "../datacenter/virtual-machines";
import { createVm, deleteVm, downloadImage, updateVm } from "../datacenter/virtual-machines";
import type { Process } from "../clock/clock";
import type { Datacenter } from "../datacenter/datacenter";
import { RuleBroken } from "../datacenter/model";
import type { Inputs, ModelContext, ResourceModel } from "./model";
import { list, map, text } from "./model";

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
  },
  "proxmoxve:download/file:File": {
    required: ["contentType", "datastoreId", "nodeName", "url"],
    answer: (inputs) => ({ id: volume(inputs), outputs: { fileName: fileName(inputs), size: 314572800 } }),
    create: (dc, inputs) =>
      downloadImage(dc, text(inputs["nodeName"]), text(inputs["datastoreId"]), volume(inputs), text(inputs["url"])),
    *delete(dc, before) {
      const volumes = dc.state.images[text(before["nodeName"])] ?? [];
      volumes.splice(volumes.indexOf(volume(before)), 1);
      yield* dc.spend("resourcePool", volume(before));
    },
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
    delete: (dc, before) => deleteVm(dc, Number(before["vmId"])),
  },
  "proxmoxve:index/haresource:Haresource": {
    required: ["resourceId"],
    answer: (inputs) => ({ id: text(inputs["resourceId"]), outputs: {} }),
    *create(dc, inputs) {
      const id = text(inputs["resourceId"]);
      if (!dc.vm(Number(id.replace(/^vm:/, ""))))
        throw new RuleBroken("ha-resource", `HA cannot manage ${id}: there is no such VM`);
      yield* dc.spend("haChange", id.replace(/^vm:/, ""));
      dc.state.haResources.push(id);
    },
    update: (dc, inputs) => dc.spend("haChange", text(inputs["resourceId"]).replace(/^vm:/, "")),
    *delete(dc, before) {
      const id = text(before["resourceId"]);
      yield* dc.spend("haChange", id.replace(/^vm:/, ""));
      dc.state.haResources = dc.state.haResources.filter((each) => each !== id);
    },
  },
  "proxmoxve:index/harule:Harule": {
    required: ["resources", "rule", "type"],
    answer: (inputs) => ({ id: text(inputs["rule"]), outputs: {} }),
    create: haRule,
    update: haRule,
    *delete(dc, before) {
      yield* dc.spend("haChange", text(before["rule"]));
      Reflect.deleteProperty(dc.state.haRules, text(before["rule"]));
    },
  },
};

/** Rules of HA: all they name is managed, and what must be apart has hosts enough. */
function* haRule(dc: Datacenter, inputs: Inputs): Process {
  const [rule, resources] = [text(inputs["rule"]), list(inputs["resources"]).map(text)];
  const unmanaged = resources.filter((id) => !dc.state.haResources.includes(id));
  if (unmanaged.length > 0)
    throw new RuleBroken("ha-rule", `rule ${rule} names ${unmanaged.join(", ")}, which HA does not manage`);
  for (const host of Object.keys(map(inputs["nodes"]))) dc.host(host);
  if (inputs["affinity"] === "negative" && resources.length > dc.spec.hosts.length) {
    const message = `rule ${rule} keeps ${resources.length} VMs apart on ${dc.spec.hosts.length} hosts`;
    throw new RuleBroken("ha-rule", message);
  }
  yield* dc.spend("haChange", rule);
  dc.state.haRules[rule] = resources;
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
  };
}

function fileName(inputs: Inputs): string {
  return text(inputs["fileName"]) || text(inputs["url"]).replace(/^.*\//, "");
}

function volume(inputs: Inputs): string {
  return `${text(inputs["datastoreId"])}:${text(inputs["contentType"])}/${fileName(inputs)}`;
}
