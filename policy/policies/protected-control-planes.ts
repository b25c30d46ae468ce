import { parse } from "yaml";
import { mustBeProtected } from "../../planner/protection";
import type { DeclaredResource, StackPolicy } from "../policy";
import { TYPES } from "../types";
import { at, list, map, text } from "../values";

/** What only the configuration of a control plane has (machine configuration of Talos, `cluster`). */
const OF_CONTROL_PLANES = /\b(etcd|apiServer|controllerManager|scheduler)\b/;

/** A whole configuration says so itself. */
const IS_CONTROL_PLANE = /^\s+type: ["']?controlplane["']?\s*$/m;

/**
 * VMs that are members of etcd. Which ones are is known from what Talos is told on them, not from names: a VM belongs to the machine
 * configuration that is sent to its address or has its name.
 */
export const protectedControlPlanes: StackPolicy = {
  name: "protected-control-planes",
  description: "Every VM that is a control plane is protected",
  remedy: "set protect: true; lab destroy takes it off again with consent",
  severity: "critical",
  enforcement: { homelab: "mandatory", prod: "mandatory" },
  judgeAll: (resources) => {
    const planes = resources.filter(({ type }) => type === TYPES.configuration).filter(isControlPlane);
    const addresses = new Set(planes.flatMap(({ properties }) => text(at(properties, "node")) ?? []));
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

function isControlPlane({ properties }: DeclaredResource): boolean {
  const whole = text(at(properties, "machineConfigurationInput"));
  if (whole !== undefined && IS_CONTROL_PLANE.test(whole)) return true;
  return list(at(properties, "configPatches")).some(
    (patch) => OF_CONTROL_PLANES.test(text(patch) ?? "") && isOfControlPlane(patch),
  );
}

function isOfControlPlane(patch: unknown): boolean {
  try {
    const { cluster } = map(parse(String(patch)) as never);
    return Object.keys(map(cluster)).some((key) => OF_CONTROL_PLANES.test(key));
  } catch {
    return false;
  }
}

function addressesOf({ properties }: DeclaredResource): string[] {
  return list(at(properties, "initialization", "ipConfigs"))
    .flatMap((each) => ["ipv4", "ipv6"].map((family) => text(at(each, family, "address"))))
    .flatMap((address) => address?.replace(/\/\d+$/, "") ?? []);
}
