import { mustBeProtected } from "../../planner/protection";
import { documentsOf, patchesOf } from "../machines";
import type { DeclaredResource, StackPolicy } from "../policy";
import { TYPES } from "../types";
import { at, list, text } from "../values";

/** What only the configuration of a control plane has (machine configuration of Talos, `cluster`). */
const OF_CONTROL_PLANES: readonly string[] = ["etcd", "apiServer", "controllerManager", "scheduler"];

/**
 * VMs that are members of etcd. Which ones are is known from what Talos is told on them, not from names: a VM belongs to the machine
 * configuration that is sent to its address or has its name. Where etcd begins there is one, too.
 */
export const protectedControlPlanes: StackPolicy = {
  name: "protected-control-planes",
  description: "Every VM that is a control plane is protected",
  remedy: "set protect: true; lab destroy takes it off again with consent",
  severity: "critical",
  judgeAll: (resources) => {
    const planes = resources.filter(({ type }) => type === TYPES.configuration).filter(isControlPlane);
    const beginnings = resources.filter(({ type }) => type === TYPES.bootstrap);
    const addresses = new Set([...planes, ...beginnings].flatMap(({ properties }) => text(at(properties, "node")) ?? []));
    const names = new Set(planes.map(({ name }) => name));
    return resources
      .filter(({ type, protect }) => type === TYPES.vm && !protect)
      .filter((vm) => names.has(vm.name) || addressesOf(vm).some((address) => addresses.has(address)))
      .filter((vm) =>
        mustBeProtected({ role: "controlplane", disks: list(at(vm.properties, "disks")).length, keepsVolumes: false }),
      )
      .map(({ urn, name }) => ({
        urn,
        message: `${name} is a member of etcd and not protected: whatever replaces or deletes it passes`,
      }));
  },
};

function isControlPlane(resource: DeclaredResource): boolean {
  const whole = text(at(resource.properties, "machineConfigurationInput")) ?? "";
  // Most machines are none, and reading a whole configuration takes a while.
  if (whole.includes("controlplane") && documentsOf(whole).some((each) => at(each, "machine", "type") === "controlplane"))
    return true;
  return patchesOf(resource).some((each) => OF_CONTROL_PLANES.some((key) => at(each, "cluster", key) !== undefined));
}

function addressesOf({ properties }: DeclaredResource): string[] {
  return list(at(properties, "initialization", "ipConfigs"))
    .flatMap((each) => ["ipv4", "ipv6"].map((family) => text(at(each, family, "address"))))
    .flatMap((address) => address?.replace(/\/\d+$/, "") ?? []);
}
