import { fileKey, vmsOf } from "../../planner";
import type { Made, Plan } from "../../planner";
import { machinesOf } from "../render/destruction";
import type { StateResource } from "../workspace";

type Inputs = StateResource["inputs"];
type Vm = ReturnType<typeof vmsOf>[number];

/** What a stack's state says was made already, held to its plan. */
export function madeOf(plan: Plan, resources: readonly StateResource[]): Made {
  const vms = machinesOf(resources).flatMap(({ inputs }) =>
    typeof inputs["vmId"] === "number" ? [[inputs["vmId"], inputs] as const] : [],
  );
  const byId = new Map(vms);
  const settled = vmsOf(plan).flatMap((vm) => {
    const inputs = vm.vmId === null ? undefined : byId.get(vm.vmId);
    return vm.vmId !== null && inputs && isAsPlanned(plan, vm, inputs) ? vm.vmId : [];
  });
  const is = (pattern: RegExp): StateResource[] => resources.filter(({ type }) => pattern.test(type));
  return {
    isBegun: is(/^pulumi:providers:proxmoxve$/).length > 0,
    vmIds: new Set(byId.keys()),
    settled: new Set(settled),
    files: new Set(is(/^proxmoxve:.*:File(Legacy)?$/).map(({ inputs }) => keyOf(inputs))),
    hasPool: is(/^proxmoxve:.*:Pool(Legacy)?$/).some(({ inputs }) => inputs["poolId"] === plan.proxmox?.poolId),
    hasHa: is(/^proxmoxve:.*:Haresource$/).length > 0,
  };
}

/** Whether a VM was made with all that an update would ask Proxmox for: where it is, its size, its disks, its network, its devices. */
function isAsPlanned({ network, proxmox }: Plan, vm: Vm, inputs: Inputs): boolean {
  const [device] = list(inputs["networkDevices"]);
  const { cpu, memory } = inputs;
  const pairs: readonly (readonly [unknown, unknown])[] = [
    [inputs["name"], vm.name],
    [inputs["nodeName"], vm.host],
    [record(cpu)["cores"], vm.cores],
    [shown(inputs["tags"]), shown(proxmox?.tags)],
    ...("hardware" in vm ? [[record(cpu)["type"], vm.hardware?.cpuType] as const] : []),
    [record(cpu)["affinity"], "hardware" in vm ? vm.hardware?.affinity : undefined],
    [record(memory)["dedicated"], vm.memoryMiB],
    [device?.["bridge"], network.bridge],
    [device?.["vlanId"], network.vlanId],
    [device?.["mtu"], network.mtu],
    [
      shown(list(inputs["disks"]).map((disk) => [disk["datastoreId"], disk["size"]])),
      shown(vm.disks.map((disk) => [disk.datastore, disk.sizeGiB])),
    ],
    [
      shown(list(inputs["hostpcis"]).map(({ mapping }) => mapping)),
      shown("hardware" in vm ? (vm.hardware?.devices ?? []).map(({ mapping }) => mapping) : []),
    ],
  ];
  // A provider that read it back says 0 or nothing where nothing was asked for.
  return pairs.every(([is, wanted]) => (is || undefined) === (wanted || undefined));
}

/** Images say their name themselves, seeds that of their source. */
function keyOf(inputs: Inputs): string {
  const name = inputs["fileName"] ?? record(inputs["sourceRaw"])["fileName"];
  return fileKey(String(inputs["nodeName"]), String(inputs["datastoreId"]), String(name));
}

function list(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function shown(value: unknown): string {
  return JSON.stringify(value);
}
