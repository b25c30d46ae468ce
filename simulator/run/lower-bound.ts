import type { Activity, Datacenter } from "../datacenter/datacenter";
import type { DurationName } from "../datacenter/durations";

/**
 * How fast any program at all could have had this work done.
 *
 * The bound knows the work (what the datacenter did and how long each piece took), the physics (what must precede what on the
 * hardware) and the exclusive resources. It never looks at the program's resources or edges, nor at when things happened, so the
 * ratio of makespan to bound says how much time the program's own order costs.
 */
export interface LowerBound {
  readonly seconds: number;
  /** The activities that give the bound, in order: a chain, or the work of one exclusive resource. */
  readonly path: readonly Activity[];
}

interface Task {
  readonly activity: Activity;
  readonly seconds: number;
  /** All of them come first. */
  readonly all: Task[];
  /** At least one of them comes first. */
  readonly any: Task[];
  earliestStart: number;
  /** The predecessor that `earliestStart` comes from. */
  via?: Task;
  /** Seconds of work that must follow. */
  tail: number;
}

/** Kinds of work that come before a kind on the same machine: the life of a VM and of the Talos machine in it. */
const ON_SAME_MACHINE: Partial<Record<DurationName, readonly DurationName[]>> = {
  diskResize: ["diskImport"],
  vmStart: ["diskResize"],
  talosBoot: ["vmStart"],
  guestBoot: ["vmStart"],
  guestInstall: ["guestBoot"],
  talosApply: ["talosBoot"],
  talosServices: ["talosApply"],
  etcdBootstrap: ["talosServices"],
  etcdJoin: ["talosServices"],
  controlPlanePods: ["etcdBootstrap", "etcdJoin"],
  nodeRegister: ["talosServices"],
  ciliumAgent: ["nodeRegister"],
  flannelAgent: ["nodeRegister"],
  haChange: ["vmStart"],
  vmDelete: ["vmStop"],
  // The life of a release: rendered, its volumes attached, its pods started.
  volumeAttach: ["helmInstall"],
  podsReady: ["helmInstall", "volumeAttach"],
  longhornReady: ["podsReady"],
};

/** Kinds of work of which one, on whichever machine, comes before a kind: a service any one of them can give. */
const ON_ANY_MACHINE: Partial<Record<DurationName, readonly DurationName[]>> = {
  etcdJoin: ["etcdBootstrap"],
  kubeconfig: ["etcdBootstrap"],
  nodeRegister: ["controlPlanePods"],
  helmInstall: ["controlPlanePods"],
  ciliumAgent: ["helmInstall"],
  objectApply: ["controlPlanePods"],
  longhornReady: ["ciliumAgent", "flannelAgent"],
  volumeAttach: ["longhornReady"],
  podsReady: ["ciliumAgent", "flannelAgent"],
  imageDownload: ["imageSchematic"],
  diskImport: ["resourcePool"],
};

/** Computes the bound from what a finished run did. */
export function lowerBound(dc: Datacenter): LowerBound {
  // Polling is how the program waits, not work that anything needs.
  const tasks = dc.activities.filter((activity) => activity.kind !== "apiPoll").map(task);
  const byKind = new Map<DurationName, Task[]>();
  for (const each of tasks) byKind.set(each.activity.kind, [...(byKind.get(each.activity.kind) ?? []), each]);
  const bySubject = new Map(tasks.map((each) => [`${each.activity.kind} ${each.activity.subject}`, each]));

  for (const each of tasks) {
    const { kind, subject } = each.activity;
    for (const before of ON_SAME_MACHINE[kind] ?? []) {
      const predecessor = bySubject.get(`${before} ${subject}`);
      if (predecessor) each.all.push(predecessor);
    }
    for (const before of ON_ANY_MACHINE[kind] ?? []) each.any.push(...(byKind.get(before) ?? []));
    if (kind === "diskImport") {
      const host = dc.vm(Number(subject))?.host;
      const images = (byKind.get("imageDownload") ?? []).filter(({ activity }) => activity.subject.startsWith(`${host ?? ""}/`));
      each.all.push(...images);
    }
  }
  const ordered = topological(tasks);
  for (const each of ordered) setEarliestStart(each);
  for (const each of [...ordered].reverse()) {
    for (const before of each.all) before.tail = Math.max(before.tail, each.seconds + each.tail);
  }

  const last = ordered.reduce<Task | undefined>((best, each) => (best && end(best) >= end(each) ? best : each), undefined);
  let bound: LowerBound = { seconds: last ? end(last) : 0, path: last ? chain(last) : [] };
  for (const jobs of exclusive(dc, tasks).values()) {
    const head = Math.min(...jobs.map((job) => job.earliestStart));
    const load = jobs.reduce((sum, job) => sum + job.seconds, 0);
    const seconds = head + load + Math.min(...jobs.map((job) => job.tail));
    if (seconds > bound.seconds) bound = { seconds, path: jobs.map((job) => job.activity) };
  }
  return bound;
}

/** What only one piece of work can use at a time: a storage while it imports, an etcd cluster while a learner joins. */
function exclusive(dc: Datacenter, tasks: readonly Task[]): Map<string, Task[]> {
  const groups = new Map<string, Task[]>();
  for (const each of tasks) {
    const vm = dc.vm(Number(each.activity.subject));
    const key =
      each.activity.kind === "diskImport" && vm
        ? `storage ${dc.storage(vm.host, vm.disks[0]?.datastore ?? "")}`
        : each.activity.kind === "etcdJoin" && vm
          ? `etcd ${vm.machine?.clusterKey ?? ""}`
          : undefined;
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return groups;
}

function task(activity: Activity): Task {
  return { activity, seconds: activity.endSeconds - activity.startSeconds, all: [], any: [], earliestStart: 0, tail: 0 };
}

function setEarliestStart(each: Task): void {
  let via = each.any.reduce<Task | undefined>((best, before) => (best && end(best) <= end(before) ? best : before), undefined);
  for (const before of each.all) if (!via || end(before) > end(via)) via = before;
  each.via = via;
  each.earliestStart = via ? end(via) : 0;
}

function end(each: Task): number {
  return each.earliestStart + each.seconds;
}

function chain(last: Task): Activity[] {
  const path: Activity[] = [];
  for (let each: Task | undefined = last; each; each = each.via) path.unshift(each.activity);
  return path;
}

/** The rules lead from one piece of work to a later one, so there is no cycle to find. */
function topological(tasks: readonly Task[]): Task[] {
  const ordered = new Set<Task>();
  const visit = (each: Task): void => {
    if (ordered.has(each)) return;
    for (const before of [...each.all, ...each.any]) visit(before);
    ordered.add(each);
  };
  tasks.forEach(visit);
  return [...ordered];
}
