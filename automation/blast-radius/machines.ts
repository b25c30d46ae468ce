import type { ComparedResource, Comparison } from "../../simulator";
import type { Found, Judge } from "./danger";
import { isGone, unprotecting } from "./danger";
import { mainOf } from "./machine-configuration";
import { at, list, map, text } from "./values";

export const VM = "proxmoxve:index/vmLegacy:VmLegacy";
export const CONFIGURATION = "talos:machine/configurationApply:ConfigurationApply";

/** A Talos machine with what becomes of it. */
export interface MachineChange {
  readonly name: string;
  /** Its VM; undefined for a machine that is none. */
  readonly vm: ComparedResource | undefined;
  readonly configuration: ComparedResource;
  /** Whether it was a member of etcd before. */
  readonly wasMember: boolean;
}

/** Every machine of both versions: whatever has a Talos configuration. */
export function machinesOf({ resources }: Comparison): MachineChange[] {
  const vms = new Map(resources.filter(({ type }) => type === VM).map((each) => [each.name, each]));
  return resources
    .filter(({ type }) => type === CONFIGURATION)
    .map((configuration) => ({
      name: configuration.name,
      vm: vms.get(configuration.name),
      configuration,
      wasMember: isMember(configuration.before),
    }));
}

/** Only control planes are told of an API server. */
function isMember(inputs: ComparedResource["before"]): boolean {
  return at(mainOf(inputs), "cluster", "apiServer") !== undefined;
}

/** VMs that go, or are made anew. */
export const judgeVms: Judge = ({ comparison }) => {
  const machines = new Set(machinesOf(comparison).map(({ name }) => name));
  return comparison.resources
    .filter(({ type, operation }) => type === VM && (operation === "replace" || operation === "delete"))
    .map((vm): Found => {
      const { urn, name, operation, replacedBy, before } = vm;
      const where = `VM ${text(before?.["vmId"])} on ${text(before?.["nodeName"])}`;
      const why = replacedBy.map((each) => reason(vm, each)).join(", ");
      const what =
        operation === "delete"
          ? `${where} is deleted, with ${disksOf(vm)}`
          : `${where} is deleted, with ${disksOf(vm)}, and made anew: ${why}`;
      const isMachine = machines.has(name);
      const code = !isMachine ? "balancer-replaced" : operation === "delete" ? "vm-deleted" : "vm-replaced";
      return { code, of: name, urn, what, ...unprotecting(vm) };
    });
};

function reason({ before, after }: ComparedResource, path: string): string {
  if (path.includes("::")) return `${path.split("::").at(-1) ?? path} is made anew`;
  const [was, is] = [at(before, ...path.split(".")), at(after, ...path.split("."))].map(text);
  return was === "" && is === "" ? `${path} changes` : `${path} ${was} → ${is}`;
}

/** For instance `disk system (40 GiB)`. */
function disksOf({ before }: ComparedResource): string {
  const disks = list(before?.["disks"]).map(map);
  const names = disks.map(({ serial, size }) => `${text(serial) || "system"} (${text(size)} GiB)`);
  return `${names.length === 1 ? "disk" : "disks"} ${names.join(" and ")}`;
}

/** Members that etcd loses: it goes on counting them until somebody takes them off its list. */
export const judgeMembers: Judge = ({ comparison }) => {
  const members = machinesOf(comparison).filter(({ wasMember }) => wasMember);
  const isLost = ({ vm, configuration }: MachineChange): boolean =>
    vm ? vm.operation === "delete" || vm.operation === "replace" : configuration.operation === "delete";
  const lost = members.filter(isLost);
  const left = members.length - lost.length;
  return lost.map(({ name, vm, configuration }) => {
    const gone = vm ?? configuration;
    const then = gone.operation === "replace" ? ", and a blank machine comes in its place" : "";
    return {
      code: "etcd-member-removed",
      of: name,
      urn: gone.urn,
      what: `of ${members.length} etcd members ${left} ${left === 1 ? "stays" : "stay"}${then}`,
      // A VM that goes is told of by itself.
      ...(vm ? {} : unprotecting(configuration)),
    };
  });
};

/** Machines that are no VMs and that the stack lets go of. */
export const judgeLeft: Judge = ({ comparison }) =>
  machinesOf(comparison)
    .filter(({ vm, configuration, wasMember }) => !vm && !wasMember && isGone(configuration))
    .map(({ name, configuration }) => ({
      code: "machine-left",
      of: name,
      urn: configuration.urn,
      what: `nobody configures the machine at ${text(configuration.before?.["node"])} any more`,
      ...unprotecting(configuration),
    }));

/** VMs that go to another host. */
export const judgeMigrations: Judge = ({ comparison: { resources } }) =>
  resources
    .filter(({ type, operation }) => type === VM && operation === "update")
    .filter(({ before, after }) => before?.["nodeName"] !== after?.["nodeName"])
    .map(({ name, urn, before, after }) => ({
      code: "machine-migrated",
      of: name,
      urn,
      what: `from ${text(before?.["nodeName"])} to ${text(after?.["nodeName"])}, with its disks`,
    }));
