import type { Process } from "../clock/clock";
import { until } from "../clock/clock";
import { textAt, valueAt } from "./chart-values";
import type { Datacenter } from "./datacenter";
import type { Cluster, ReleaseRequest, Vm } from "./model";
import { RuleBroken } from "./model";

/** What programs in a cluster that speak with Proxmox make of it: where its machines are, and what disks can be made. */

const REGION = "topology.kubernetes.io/region";
const ZONE = "topology.kubernetes.io/zone";

/** A release of one of them is ready when all that it looks for is there: its pods start again until then, and machines may be on their way. */
export function* awaitProxmoxSide(dc: Datacenter, cluster: Cluster, request: ReleaseRequest, deadline: number): Process {
  const isFine = (): boolean => {
    try {
      checkProxmoxSide(dc, cluster, request);
      return true;
    } catch (error) {
      if (error instanceof RuleBroken) return false;
      throw error;
    }
  };
  if (!(yield* until(isFine, deadline - dc.clock.now))) checkProxmoxSide(dc, cluster, request);
}

/** Classes of volumes that are there once the plugin is; what was claimed of them stays. */
export function classesOfDisks({ disks }: Cluster, { values }: ReleaseRequest): NonNullable<Cluster["disks"]> {
  const classes = valueAt(values, "storageClass");
  return {
    classes: (Array.isArray(classes) ? classes : []).map((each) => textAt({ each }, "each.name")),
    claims: disks?.claims ?? {},
  };
}

/** Whether what a release would look for is there. */
export function checkProxmoxSide(dc: Datacenter, cluster: Cluster, request: ReleaseRequest): void {
  const machines = dc.state.vms.filter(({ machine }) => machine?.clusterKey === cluster.key);
  if (request.chart === "proxmox-cloud-controller-manager") for (const vm of machines) checkProviderId(vm);
  if (request.chart !== "proxmox-csi-plugin") return;
  for (const vm of machines) checkTopology(vm, request);
  checkDatastores(dc, request);
}

/** A node that says it is another VM is deleted when that one is gone. */
function checkProviderId({ vmId, name, machine }: Vm): void {
  const said = machine?.providerId ?? "";
  const id = /^proxmox:\/\/[^/]+\/(\d+)$/.exec(said)?.[1];
  if (vmId < 0 ? said === "" : id === String(vmId)) return;
  throw new RuleBroken("provider-id", `${name} is VM ${vmId}, and its node says it is ${said === "" ? "none" : said}`);
}

/** NodeGetInfo of the plugin: without both labels it does not start on a node, with wrong ones it makes disks elsewhere. */
function checkTopology({ vmId, name, host, machine }: Vm, { values }: ReleaseRequest): void {
  const labels = machine?.labels ?? {};
  const selector = valueAt(values, "node.nodeSelector");
  const wanted = selector !== null && typeof selector === "object" && !Array.isArray(selector) ? Object.entries(selector) : [];
  if (wanted.some(([key, value]) => labels[key] !== value)) {
    if (vmId < 0) return;
    throw new RuleBroken("csi-topology", `${name} has not the labels that the plugin's pods look for: it gets no volumes`);
  }
  if (labels[REGION] === undefined || labels[ZONE] === undefined) {
    throw new RuleBroken("csi-topology", `failed to get region or zone for node ${name}: the plugin does not start there`);
  }
  if (labels[ZONE] === host) return;
  throw new RuleBroken("csi-topology", `${name} is on ${host}, and its zone is ${labels[ZONE]}: its disks would be made there`);
}

function checkDatastores(dc: Datacenter, { values }: ReleaseRequest): void {
  const classes = valueAt(values, "storageClass");
  for (const each of Array.isArray(classes) ? classes : []) {
    const storage = textAt({ each }, "each.storage");
    if (dc.spec.hosts.some(({ datastores }) => datastores.some(({ name }) => name === storage))) continue;
    throw new RuleBroken("csi-datastore", `${textAt({ each }, "each.name")}: storage '${storage}' does not exist`);
  }
}
