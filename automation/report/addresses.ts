import { addressRange } from "../../planner/range-texts";
import type { Plan } from "../../planner";
import type { Rehearsal } from "../../simulator/report";
import { drawnMachines } from "./floor-plan";
import type { Kind } from "./floor-plan";

/** Ranges longer than this are drawn by their parts alone. */
const MOST = 4096;

/** Who has an address, or what it is for. */
export interface AddressRow {
  readonly address: string;
  readonly owner: string;
  readonly purpose: string;
}

/** Neighbouring addresses with one kind of owner. */
export interface AddressRun {
  readonly first: string;
  readonly last: string;
  readonly count: number;
  /** Null for free ones. */
  readonly kind: Kind | null;
  /** The only owner, where there is just one address. */
  readonly owner: string | null;
}

/** Addresses of a stack. */
export interface Addresses {
  /** The range as the stack file has it; empty where the machines bring their own. */
  readonly range: string;
  readonly free: number;
  /** The range from first to last; empty where it is too long to be looked at one by one. */
  readonly runs: readonly AddressRun[];
  readonly rows: readonly AddressRow[];
}

/** Sorts out who has which address. */
export function addressesOf(plan: Plan, rehearsal?: Rehearsal): Addresses {
  const { ranges } = plan;
  return { range: ranges.addresses, free: ranges.freeAddresses, runs: runsOf(plan), rows: rowsOf(plan, rehearsal) };
}

function runsOf(plan: Plan): AddressRun[] {
  const range = addressRange(plan.ranges.addresses);
  if (range.length > MOST) return [];
  const owners = new Map([...drawnMachines(plan).values()].map((machine) => [machine.address, machine]));
  const runs: AddressRun[] = [];
  for (let index = 0; index < range.length; index++) {
    const address = range.at(index);
    const owner = owners.get(address);
    const kind = owner?.kind ?? null;
    const last = runs.at(-1);
    if (last && last.kind?.name === kind?.name)
      runs[runs.length - 1] = { ...last, last: address, count: last.count + 1, owner: null };
    else runs.push({ first: address, last: address, count: 1, kind, owner: owner?.name ?? null });
  }
  return runs;
}

function rowsOf(plan: Plan, rehearsal?: Rehearsal): AddressRow[] {
  const { network, endpoint, hosts, machines, balancers, addons } = plan;
  const ofMachines = [...machines, ...(balancers?.machines ?? [])].flatMap((machine) => {
    const purpose =
      "role" in machine ? (machine.role === "controlplane" ? "control plane" : `worker, pool ${machine.pool}`) : "load balancer";
    const all = machine.addresses.length === 0 ? [machine.address] : machine.addresses.map(({ address }) => address);
    return all.map((address) => ({ address, owner: machine.name, purpose }));
  });
  const isOwn = endpoint.kind === "machine";
  return [
    ...network.subnets.map(({ subnet, gateway }) => ({ address: gateway, owner: "gateway", purpose: `of ${subnet}` })),
    ...(isOwn
      ? []
      : [{ address: endpoint.host, owner: "Kubernetes API", purpose: endpoint.kind === "vip" ? "virtual IP" : endpoint.kind }]),
    ...hosts.map(({ address, name }) => ({ address, owner: name, purpose: "Proxmox host" })),
    ...ofMachines,
    ...(addons.cilium?.pools ?? []).flatMap(({ name, addresses, l2, bgp }) => {
      const how = [...(l2 ? ["L2"] : []), ...(bgp ? ["BGP"] : [])].join(" and ");
      return addresses.map((address) => ({
        address,
        owner: `pool ${name}`,
        purpose: `for Services${how === "" ? "" : `, announced by ${how}`}`,
      }));
    }),
    ...(rehearsal?.services ?? []).flatMap(({ namespace, name, addresses }) =>
      (addresses.length === 0 ? ["pending"] : addresses).map((address) => ({
        address,
        owner: `${namespace}/${name}`,
        purpose: "Service",
      })),
    ),
  ];
}
