import type { Found, Judge } from "./danger";
import { configurationChanges, documentsOf } from "./machine-configuration";
import { VM, machinesOf } from "./machines";

/**
 * What Talos up to 1.13 takes over while it runs, all of `cluster` besides; anything else in the main document restarts the machine
 * (siderolabs/talos v1alpha1_runtime.go, CanApplyImmediate). Other documents never do.
 */
const LIVE = [
  ...["ca", "acceptedCAs", "time", "certSANs", "install", "network", "sysfs", "sysctls", "logging", "controlPlane", "kubelet"],
  ...["kernel", "registries", "pods", "seccompProfiles", "nodeAnnotations", "nodeLabels", "nodeTaints"],
  ...["kubernetesTalosAPIAccess", "kubePrism", "hostDNS", "imageCache", "nodeAddressSortAlgorithm"].map(
    (key) => `features.${key}`,
  ),
].map((key) => `machine.${key}`);

/** What a VM has only after it was switched off and on (bpg/terraform-provider-proxmox vm.go, rebootRequired). */
const COLD = ["cpu", "memory", "numas", "hostpcis", "bios", "machine", "agent", "scsiHardware", "tpmState", "kvmArguments"];

/** Machines that restart because of what their configuration says now. */
export const judgeRestarts: Judge = ({ comparison }) =>
  machinesOf(comparison)
    .filter(({ configuration: { operation } }) => operation === "update")
    .flatMap(({ name, configuration: { urn, before, after } }): Found[] => {
      const changed = configurationChanges(documentsOf(before), documentsOf(after)).map(({ path }) => path);
      const cold = changed.filter(
        (path) => path.startsWith("machine.") && !LIVE.some((each) => path === each || path.startsWith(`${each}.`)),
      );
      return cold.length === 0 ? [] : [{ code: "machine-restarted", of: name, urn, what: `because of ${cold.join(", ")}` }];
    });

/** VMs that go on as they are until somebody restarts them. */
export const judgePending: Judge = ({ comparison: { resources } }) =>
  resources
    .filter(({ type, operation }) => type === VM && operation === "update")
    .flatMap(({ name, urn, changes }): Found[] => {
      const cold = changes.filter(({ path }) => COLD.includes(path.split(".")[0] ?? ""));
      const what = cold.map(({ path, before, after }) => `${path} ${shown(before)} → ${shown(after)}`).join(", ");
      return cold.length === 0 ? [] : [{ code: "restart-pending", of: name, urn, what }];
    });

function shown(value: unknown): string {
  return value === null ? "none" : typeof value === "string" ? value : JSON.stringify(value);
}
