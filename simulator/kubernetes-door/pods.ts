import ipaddr from "ipaddr.js";
import type { Condition, Container, Node, Pod } from "./objects";
import type { Ending } from "./programs";

/** Where a pod runs, in the form its status has. */
export interface PodAddresses {
  readonly host: readonly string[];
  readonly pod: readonly string[];
}

/**
 * The addresses for a pod on a node: the node's own in its host network, else a free one of each of the node's pod subnets.
 *
 * @param taken addresses of the pods that run there
 * @returns undefined while there is none
 */
export function addressesFor(pod: Pod, node: Node, taken: ReadonlySet<string>): PodAddresses | undefined {
  const host = (node.status?.addresses ?? []).filter(({ type }) => type === "InternalIP").map(({ address }) => address);
  if (pod.spec.hostNetwork) return { host, pod: host };
  const free = (node.spec.podCIDRs ?? []).map((subnet) => freeAddress(subnet, taken));
  return free.length === 0 || free.includes(undefined) ? undefined : { host, pod: free as string[] };
}

/** The first address of a subnet that nobody has; the network's own and the gateway's are nobody's to have. */
export function freeAddress(subnet: string, taken: ReadonlySet<string>): string | undefined {
  const network = ipaddr.parseCIDR(subnet);
  for (let offset = 2; offset <= 0xffff; offset++) {
    const bytes = network[0].toByteArray();
    const low = (bytes.pop() ?? 0) + (offset & 0xff);
    const high = (bytes.pop() ?? 0) + (offset >> 8) + (low >> 8);
    const address = ipaddr.fromByteArray([...bytes, high & 0xff, low & 0xff]);
    if (!(address.kind() === network[0].kind() && address.match(network))) return undefined;
    if (!taken.has(address.toString())) return address.toString();
  }
  return undefined;
}

/** Whether a pod ends by itself: those of Jobs, and whoever asks not to be restarted for ever. */
export function completes({ spec }: Pod): boolean {
  return (spec.restartPolicy ?? "Always") !== "Always";
}

/** Whether a running pod counts as ready. The node controller takes that from pods of a node that is not. */
export function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
}

/** Path of a pod in the API. */
export function pathOf({ metadata: { name, namespace = "" } }: Pod): string {
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}

/** The status of a pod whose containers all run, as a strategic merge patch. */
export function runningPatch(pod: Pod, addresses: PodAddresses, now: string): object {
  const startTime = pod.status?.startTime ?? now;
  const running = (container: Container): object => ({ ...containerOf(container, true), state: { running: { startedAt: now } } });
  const ended = (container: Container): object => ({
    ...containerOf(container, false),
    ready: true,
    state: { terminated: { exitCode: 0, reason: "Completed", startedAt: now, finishedAt: now } },
  });
  return {
    status: {
      phase: "Running",
      startTime,
      hostIP: addresses.host[0],
      hostIPs: addresses.host.map((ip) => ({ ip })),
      podIP: addresses.pod[0],
      podIPs: addresses.pod.map((ip) => ({ ip })),
      conditions: conditions(
        ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"],
        "True",
        now,
      ),
      containerStatuses: pod.spec.containers.map(running),
      initContainerStatuses: pod.spec.initContainers?.map((each) =>
        each.restartPolicy === "Always" ? running(each) : ended(each),
      ),
    },
  };
}

/** Gives a running pod its readiness back. */
export function readyPatch(now: string): object {
  return { status: { conditions: conditions(["Ready", "ContainersReady"], "True", now) } };
}

/** The status of a pod whose containers have ended, well or not, as a strategic merge patch. None is started again. */
export function endedPatch(pod: Pod, { exitCode, message }: Ending, now: string): object {
  const startedAt = pod.status?.startTime ?? now;
  const isWell = exitCode === 0;
  const terminated = { exitCode, reason: isWell ? "Completed" : "Error", message, startedAt, finishedAt: now };
  const reason = isWell ? "PodCompleted" : "PodFailed";
  return {
    status: {
      phase: isWell ? "Succeeded" : "Failed",
      conditions: [
        ...conditions(["Initialized"], "True", now, isWell ? reason : undefined),
        ...conditions(["Ready", "ContainersReady"], "False", now, reason),
      ],
      containerStatuses: pod.spec.containers.map((each) => ({
        ...containerOf(each, false),
        state: { running: null, terminated },
      })),
    },
  };
}

function containerOf({ name, image }: Container, runs: boolean): object {
  return { name, image, imageID: image, containerID: `containerd://${name}`, ready: runs, started: runs, restartCount: 0 };
}

function conditions(types: readonly string[], status: Condition["status"], now: string, reason?: string): object[] {
  // A null takes away the reason of the time before.
  return types.map((type) => ({ type, status, lastTransitionTime: now, reason: reason ?? null, message: null }));
}
