import type { Plan, Survival, Verdict } from "../../planner";
import type { Judged } from "../render/survival";
import { NOUNS, ORDER, cureText, roomText } from "../render/survival";
import type { DrawnHost, FloorPlan } from "./floor-plan";
import { drawnMachines, seatsIn } from "./floor-plan";
import type { Box } from "./treemap";

/** Where a VM of what is away has room. */
export interface Ghost extends Box {
  readonly machine: string;
  readonly host: string;
  readonly tone: number;
  /** Whether Proxmox itself starts it there; else it is no more than room. */
  readonly restarts: boolean;
}

/** A failure as the page tells it. */
export interface Failure {
  /** Part of the page's address that chooses it, for instance `host:pve`. */
  readonly id: string;
  readonly kind: Survival["scenario"]["kind"];
  readonly name: string;
  readonly verdict: Verdict;
  /** What is said of it first: `Without host pve: lost`. */
  readonly title: string;
  /** The worst first. */
  readonly effects: readonly { readonly part: string; readonly verdict: Verdict; readonly message: string }[];
  /** Whether its VMs have room elsewhere; empty where no host is away. */
  readonly room: string;
  /** What would make it survive, or lose less; empty where it does, or where nobody looked for it. */
  readonly cure: readonly string[];
  readonly hosts: readonly string[];
  readonly machines: readonly string[];
  readonly ghosts: readonly Ghost[];
}

/** What every single failure does, with places for the VMs of hosts. */
export function failuresOf(plan: Plan, survivals: readonly Judged[], floor: FloorPlan): Failure[] {
  const hosts = new Map(floor.domains.flatMap((domain) => domain.hosts).map((drawn) => [drawn.host.name, drawn]));
  const machines = drawnMachines(plan);
  return survivals.map((survival) => {
    const { scenario, verdict, effects, relocation, search } = survival;
    const noun = NOUNS[scenario.kind];
    const others: Failure["effects"] =
      effects.length === 0 ? [] : ORDER.flatMap((each) => effects.filter((effect) => effect.verdict === each));
    return {
      id: `${scenario.kind}:${scenario.name}`,
      kind: scenario.kind,
      name: scenario.name,
      verdict,
      title: `${noun.charAt(0).toUpperCase()}${noun.slice(1)} ${scenario.name}: ${verdict}`,
      effects: others,
      room: relocation ? roomText(relocation) : "",
      cure: search && verdict !== "survives" ? cureText(search) : [],
      hosts: scenario.hosts,
      machines: scenario.machines,
      ghosts: ghostsOf(survival, hosts, machines, floor.areaPerMiB),
    };
  });
}

function ghostsOf(
  { relocation, restarted }: Survival,
  hosts: ReadonlyMap<string, DrawnHost>,
  machines: ReturnType<typeof drawnMachines>,
  areaPerMiB: number,
): Ghost[] {
  const packing = relocation?.packing;
  const placement = restarted.size > 0 ? restarted : packing?.verdict === "fits" ? packing.placement : new Map<string, string>();
  return [...new Set(placement.values())].sort().flatMap((name) => {
    const host = hosts.get(name);
    const guests = [...placement].filter(([, at]) => at === name).flatMap(([machine]) => machines.get(machine) ?? []);
    if (!host) return [];
    const seats = seatsIn(host, guests, areaPerMiB);
    return guests.flatMap((guest): Ghost[] => {
      const box = seats.get(guest.name);
      return box ? [{ machine: guest.name, host: name, tone: guest.kind.tone, restarts: restarted.has(guest.name), ...box }] : [];
    });
  });
}
