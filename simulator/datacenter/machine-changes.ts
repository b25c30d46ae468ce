import type { Datacenter } from "./datacenter";
import { sees, userVolumeOf } from "./longhorn";
import type { MachineFacts, Vm } from "./model";
import { RuleBroken } from "./model";

/** What a running machine cannot become: some things are settled when it, or its cluster, is made. */
export function checkChange(dc: Datacenter, vm: Vm, facts: MachineFacts): void {
  if (vm.secureBoot !== null && vm.secureBoot !== facts.secureBoot) {
    throw new RuleBroken(
      "secure-boot-change",
      `${vm.name} was made from ${vm.secureBoot ? "a signed image" : "an image that is not signed"} and its installer is ${facts.secureBoot ? "for signed ones" : "not"}: secure boot is settled when a machine is made`,
    );
  }
  const before = vm.machine;
  if (!before) return;
  if (dc.cluster(facts.clusterKey)) checkNetwork(vm.name, before, facts);
  const changed = before.volumes
    .concat("STATE", "EPHEMERAL")
    .filter((volume) => facts.volumes.includes(volume) || volume === volume.toUpperCase())
    .filter((volume) => before.encrypted.includes(volume) !== facts.encrypted.includes(volume));
  if (changed.length > 0) {
    throw new RuleBroken(
      "encryption-change",
      `${vm.name}: ${changed.join(" and ")} cannot be encrypted or decrypted in place: that is settled when a volume is made`,
    );
  }
  checkVolumes(dc, vm, facts);
}

/** What pods and Services have their addresses and names from. */
function checkNetwork(name: string, before: MachineFacts, facts: MachineFacts): void {
  const parts: readonly [string, (of: MachineFacts) => string][] = [
    ["the network", ({ cni }) => cni],
    ["the network of pods", ({ podSubnets }) => podSubnets.join(" and ")],
    ["the network of Services", ({ serviceSubnets }) => serviceSubnets.join(" and ")],
    ["the DNS domain", ({ domain }) => domain],
  ];
  const changed = parts
    .filter(([, of]) => of(before) !== of(facts))
    .map(([what, of]) => `${what} goes from ${of(before)} to ${of(facts)}`);
  if (changed.length > 0) {
    throw new RuleBroken(
      "network-change",
      `${name}: ${changed.join(" and ")}, but Talos lays it out only when a cluster is bootstrapped: pods of a running one would lose theirs`,
    );
  }
}

/** Longhorn's volumes stay where the kubelet sees them, unless the disk they are on was let go. */
function checkVolumes(dc: Datacenter, { vmId, name }: Vm, facts: MachineFacts): void {
  const storage = dc.cluster(facts.clusterKey)?.storage;
  if (!storage || !(String(vmId) in storage.roomGiB) || Object.keys(storage.claims).length === 0) return;
  const isReleased = dc.spec.releasedDisks[name]?.includes(userVolumeOf(storage.dataPath) ?? "") === true;
  if (!isReleased && !sees(facts, storage.dataPath)) {
    throw new RuleBroken(
      "longhorn-path-change",
      `${name}: its kubelet would no longer see ${storage.dataPath}, where ${storage.name} keeps volumes`,
    );
  }
}
