import { isDeepStrictEqual } from "node:util";
import { KUBERNETES_VERSION } from "./binaries";
import type { Condition, Node, Taint } from "./objects";
import { isSameAmount } from "./quantities";

/** A machine whose kubelet runs. */
export interface SimulatedNode {
  readonly name: string;
  /** Internal IP addresses, the preferred one first. */
  readonly addresses: readonly string[];
  /** Adds the label of a control plane; its taint, where wanted, is one of `taints`. */
  readonly controlPlane: boolean;
  /** Besides those of every kubelet. One that is left out later is taken away again. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  /** Whether pods that need the cluster's network can run. */
  readonly ready: boolean;
  /** Why it is not ready. @default the network plugin is not initialized */
  readonly message?: string;
  /** Quantities by resource; `pods`, `cpu` and `memory` have defaults. */
  readonly capacity?: Readonly<Record<string, string>>;
  /** Whether it lets pods ask Talos, which then defines a kind for them. @default false */
  readonly definesTalos?: boolean;
  /** With the leading v. @default the API server's */
  readonly kubeletVersion?: string;
}

const CAPACITY = { cpu: "4", memory: "8Gi", "ephemeral-storage": "20Gi", pods: "110" };

const NO_NETWORK =
  "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";

/** What to change of a node's status, as a merge patch; undefined when nothing. */
export function statusPatch(node: Node, simulated: SimulatedNode, now: string): object | undefined {
  const { conditions = [], addresses, capacity, allocatable, nodeInfo = {} } = node.status ?? {};
  const wanted = statusOf(simulated, conditions, now);
  const same =
    wanted.conditions.every((condition) => conditions.some((each) => isDeepStrictEqual(judged(each), judged(condition)))) &&
    isDeepStrictEqual(addresses, wanted.addresses) &&
    isSameAmount(capacity, wanted.capacity) &&
    isSameAmount(allocatable, wanted.allocatable) &&
    nodeInfo["kubeletVersion"] === wanted.nodeInfo.kubeletVersion;
  return same ? undefined : { status: wanted };
}

/** The status a kubelet reports, for a node that has these conditions by now. */
export function statusOf(simulated: SimulatedNode, before: readonly Condition[], now: string) {
  const { name, ready, message = NO_NETWORK } = simulated;
  const capacity = { ...CAPACITY, ...simulated.capacity };
  const version = simulated.kubeletVersion ?? `v${KUBERNETES_VERSION}`;
  const conditions: Condition[] = [
    {
      type: "MemoryPressure",
      status: "False",
      reason: "KubeletHasSufficientMemory",
      message: "kubelet has sufficient memory available",
    },
    { type: "DiskPressure", status: "False", reason: "KubeletHasNoDiskPressure", message: "kubelet has no disk pressure" },
    { type: "PIDPressure", status: "False", reason: "KubeletHasSufficientPID", message: "kubelet has sufficient PID available" },
    ready
      ? { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" }
      : { type: "Ready", status: "False", reason: "KubeletNotReady", message },
  ];
  // A merge patch replaces the list, and other controllers have conditions of their own in it.
  const others = before.filter(({ type }) => !conditions.some((each) => each.type === type));
  return {
    addresses: [...simulated.addresses.map((address) => ({ type: "InternalIP", address })), { type: "Hostname", address: name }],
    capacity,
    allocatable: capacity,
    conditions: [...others, ...conditions.map((each) => stamped(each, before, now))],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      architecture: "amd64",
      bootID: name,
      containerRuntimeVersion: "containerd://2.2.0",
      kernelVersion: "6.18.0-talos",
      kubeProxyVersion: "",
      kubeletVersion: version,
      machineID: name,
      operatingSystem: "linux",
      osImage: "Talos",
      systemUUID: name,
    },
  };
}

function stamped(condition: Condition, before: readonly Condition[], now: string): Condition {
  const last = before.find(({ type }) => type === condition.type);
  const lastTransitionTime = last?.status === condition.status ? last.lastTransitionTime : now;
  const times = { lastHeartbeatTime: now, lastTransitionTime };
  return { ...condition, ...times };
}

function judged({ type, status, reason, message }: Condition): object {
  return { type, status, reason, message };
}
