import type { Actions } from "./actions";
import type { ApiClient } from "./api-client";
import type { SimulatedNode } from "./node-status";
import { isOver } from "./objects";
import type { Node, Pod } from "./objects";
import { addressesFor, completes, endedPatch, isReady, pathOf, readyPatch, runningPatch } from "./pods";
import type { PodAddresses } from "./pods";
import type { Programs } from "./programs";

/** How long things take, in real milliseconds. */
export interface PodDelays {
  /** From when a pod can start on its node until its containers run. */
  readonly start: number;
  /** From running until a pod whose program does nothing that others see has succeeded. */
  readonly complete: number;
  /** From the wish to delete a pod until its containers have ended. */
  readonly stop: number;
}

/** The part of kubelets that is about pods. */
export class PodRunner {
  /** By node and uid: what pods were given until the API shows it, so that nobody is given the same. */
  private readonly given = new Map<string, Map<string, PodAddresses>>();

  constructor(
    private readonly client: ApiClient,
    private readonly actions: Actions,
    private readonly programs: Programs,
    private readonly delays: PodDelays,
  ) {}

  /**
   * Takes the pods of one node a step further.
   *
   * @param waits whether a pod cannot start yet for the sake of its volumes
   */
  public reconcile(simulated: SimulatedNode, node: Node, pods: readonly Pod[], waits: (pod: Pod) => boolean): void {
    const given = this.givenOn(simulated.name, pods);
    const shown = pods.filter((pod) => !isOver(pod)).flatMap(({ status }) => (status?.podIPs ?? []).map(({ ip }) => ip));
    const taken = new Set([...shown, ...[...given.values()].flatMap(({ pod }) => pod)]);
    for (const pod of pods) {
      if (pod.metadata.deletionTimestamp !== undefined) this.end(pod);
      else if (pod.status?.phase === "Running") this.keepRunning(pod, simulated);
      else if (!isOver(pod) && !waits(pod)) this.start(pod, simulated, node, { given, taken });
    }
  }

  private start(pod: Pod, simulated: SimulatedNode, node: Node, { given, taken }: Addresses): void {
    // The host's network is there before the cluster's: that is how a network plugin can start at all.
    if (!simulated.ready && !pod.spec.hostNetwork) return;
    const { uid = "" } = pod.metadata;
    const addresses = given.get(uid) ?? addressesFor(pod, node, taken);
    if (addresses === undefined || !this.actions.isDue(pod, "start", this.delays.start)) return;
    given.set(uid, addresses);
    for (const address of addresses.pod) taken.add(address);
    this.patchStatus(pod, "start", runningPatch(pod, addresses, now()));
  }

  private keepRunning(pod: Pod, { ready }: SimulatedNode): void {
    if (ready && !isReady(pod)) this.patchStatus(pod, "ready", readyPatch(now()));
    if (!completes(pod) || !this.actions.isDue(pod, "complete", this.delays.complete)) return;
    const ending = this.programs.endingOf(pod);
    if (ending) this.patchStatus(pod, "complete", endedPatch(pod, ending, now()));
  }

  private end(pod: Pod): void {
    if (!this.actions.isDue(pod, "stop", this.delays.stop)) return;
    const options = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } };
    this.actions.once(pod, "delete", () => this.client.delete(pathOf(pod), options));
  }

  /** Forgets what the API shows by now, or shows no more. */
  private givenOn(node: string, pods: readonly Pod[]): Map<string, PodAddresses> {
    const before = this.given.get(node);
    const waiting = pods.filter(({ status }) => status?.podIP === undefined);
    const kept = waiting.flatMap(({ metadata: { uid = "" } }): [string, PodAddresses][] => {
      const addresses = before?.get(uid);
      return addresses ? [[uid, addresses]] : [];
    });
    const given = new Map(kept);
    this.given.set(node, given);
    return given;
  }

  private patchStatus(pod: Pod, what: string, patch: object): void {
    this.actions.once(pod, what, () => this.client.patch(`${pathOf(pod)}/status`, patch, "strategic"));
  }
}

interface Addresses {
  readonly given: Map<string, PodAddresses>;
  /** Those of running pods besides. */
  readonly taken: Set<string>;
}

function now(): string {
  return new Date().toISOString();
}
