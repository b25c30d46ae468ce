import type { Vm } from "../datacenter/model";
import type { CallContext } from "./call";
import { hostnameOf } from "./call";

/** What the API shows of things. */

/** A member of etcd, by its VM id. */
export function member({ dc }: CallContext): (vmId: number) => object {
  return (vmId) => {
    const vm = dc.vm(vmId);
    const address = vm?.addresses[0] ?? "";
    const host = address.includes(":") ? `[${address}]` : address;
    return {
      id: String(vmId),
      hostname: vm ? hostnameOf(vm) : "",
      peer_urls: [`https://${host}:2380`],
      client_urls: [`https://${host}:2379`],
    };
  };
}

/** Services of a machine and how they are. */
export function servicesOf({ dc, vm }: CallContext): object[] {
  const cluster = vm.machine && dc.cluster(vm.machine.clusterKey);
  const isUp = vm.stage === "running";
  const service = (id: string, healthy: boolean): object => {
    return { id, state: healthy ? "Running" : "Preparing", health: { unknown: !healthy, healthy } };
  };
  return [
    ...["apid", "containerd", "machined", "udevd"].map((id) => service(id, true)),
    ...["cri", "kubelet"].map((id) => service(id, isUp)),
    ...(vm.machine?.type === "controlplane"
      ? [etcdOf(vm, service("etcd", cluster?.etcdMembers.includes(vm.vmId) ?? false)), service("trustd", isUp)]
      : []),
  ];
}

/** One that could not start says why. */
function etcdOf({ etcdFailure }: Vm, service: object): object {
  if (etcdFailure === undefined) return service;
  const health = { unknown: false, healthy: false, last_message: etcdFailure };
  return { ...service, state: "Failed", health };
}

/** A disk as Linux names it. */
export function diskOf({ sizeGiB, serial = "" }: Vm["disks"][number], index: number): object {
  const name = `/dev/sd${String.fromCharCode("a".charCodeAt(0) + index)}`;
  const size = String(Math.round(sizeGiB * 1024 ** 3));
  return { size, model: "QEMU HARDDISK", device_name: name, serial, type: "SSD", system_disk: index === 0 };
}
