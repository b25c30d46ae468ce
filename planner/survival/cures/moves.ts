import { roomMiB } from "../../capacity";
import type { PlannedHost, PlannedMachine } from "../../plan";
import type { Change, Standing } from "./change";
import { EFFORT, pinned, placed } from "./change";
import { smallest, twinOf, withHost } from "./hosts";

/** Hosts that are looked at for one machine: the best ones, for with forty of them most are alike. */
const MOST_TARGETS = 3;

/**
 * Every way to have a machine elsewhere: on a host with room, in exchange for another machine, or on a host that is bought for it.
 *
 * @param away hosts that it is not to be on
 */
export function movesOf(standing: Standing, machine: PlannedMachine, away: readonly string[]): Change[] {
  const targets = targetsOf(standing, machine, away);
  const moves = targets.flatMap((host) => moveTo(standing, machine, host) ?? []);
  return [...moves, ...toNewHost(standing, machine, targets.length > 0)];
}

/** Hosts that do not fail with the machine's: first those with the fewest machines of its role, then those with most room. */
export function targetsOf({ plan }: Standing, { role, disks }: PlannedMachine, away: readonly string[]): PlannedHost[] {
  const like = ({ name }: PlannedHost): number => plan.machines.filter((each) => each.host === name && each.role === role).length;
  const has = ({ datastores }: PlannedHost): boolean =>
    disks.every(({ datastore }) => datastores.some(({ name }) => name === datastore));
  return plan.hosts
    .filter((host) => !away.includes(host.name) && has(host))
    .map((host) => ({ host, alike: like(host), free: roomMiB(host) }))
    .sort((a, b) => a.alike - b.alike || b.free - a.free || (a.host.name < b.host.name ? -1 : 1))
    .slice(0, MOST_TARGETS)
    .map(({ host }) => host);
}

function moveTo(standing: Standing, machine: PlannedMachine, host: PlannedHost): Change | undefined {
  const { name, memoryMiB } = machine;
  if (roomMiB(host) >= memoryMiB) {
    return {
      text: `move ${name} to ${host.name}`,
      effort: EFFORT.move,
      config: placed(standing, machine, host.name),
    };
  }
  const other = partnerOf(standing, machine, host);
  if (!other) return undefined;
  return {
    text: `swap ${name} with ${other.name} of ${host.name}`,
    effort: EFFORT.swap,
    config: exchanged(standing, machine, other),
  };
}

/** The smallest worker of a host that has room where the machine is now, once that one has taken its place. */
function partnerOf(
  { plan }: Standing,
  { host: from, memoryMiB, role }: PlannedMachine,
  host: PlannedHost,
): PlannedMachine | undefined {
  const home = plan.hosts.find(({ name }) => name === from);
  if (!home) return undefined;
  const needed = memoryMiB - roomMiB(host);
  const room = roomMiB(home) + memoryMiB;
  return plan.machines
    .filter((each) => each.host === host.name && each.role !== role && each.memoryMiB >= needed && each.memoryMiB <= room)
    .sort((a, b) => a.memoryMiB - b.memoryMiB || (a.name < b.name ? 1 : -1))[0];
}

function exchanged(standing: Standing, one: PlannedMachine, other: PlannedMachine): Standing["config"] {
  const config = placed(standing, one, other.host ?? "");
  // Two of one pool: the second place must not undo the first.
  const moved = standing.plan.machines.map((each) => (each.name === one.name ? { ...each, host: other.host } : each));
  return placed({ config, plan: { ...standing.plan, machines: moved } }, other, one.host ?? "");
}

/** A small host for a control plane, which etcd needs no more of; one like its own for a worker that has nowhere to go. */
function toNewHost(standing: Standing, machine: PlannedMachine, hasTargets: boolean): Change[] {
  const { config, plan } = standing;
  const isMember = machine.role === "controlplane";
  const twin = twinOf(plan.hosts, machine.host ?? "");
  const small = withHost(pinned(standing), "witness", smallest(config, [machine]));
  const large = twin && withHost(pinned(standing), "second", twin);
  return [
    ...(isMember && small
      ? [
          {
            text: `add a witness host of ${smallest(config, [machine]).memoryGiB} GiB and move ${machine.name} there`,
            effort: EFFORT.witness,
            config: placed({ config: small.config, plan }, machine, small.name),
          },
        ]
      : []),
    ...(hasTargets || !large
      ? []
      : [
          {
            text: `add a host like ${machine.host ?? ""}, say ${large.name}, and move ${machine.name} there`,
            effort: EFFORT.host,
            config: placed({ config: large.config, plan }, machine, large.name),
          },
        ]),
  ];
}
