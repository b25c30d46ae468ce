import type { CostConfig } from "../../config/schema";
import type { Amount, CostItem, PlannedCosts, PlannedHost, PlannedMachine } from "../plan";
import type { Guests } from "../shared-hosts";
import { seenBy } from "../shared-hosts";
import type { Site } from "../site";
import { poolsOf } from "../site";
import { Exact } from "./exact";
import type { Money } from "./money";
import { NOTHING, added, moneyOf, times } from "./money";

/** Hours of a month: 365 days of 24 hours, by twelve. */
export const HOURS_PER_MONTH = 730;

/** What is reckoned with. */
type Terms = Site["costs"];
/** Amounts of one thing before they are added up. */
type Parts = Pick<Amount, "currency"> & Partial<Pick<Amount, "purchase" | "powerPerMonth" | "rentPerMonth">>;
type Unpriced = PlannedCosts["unpriced"][number];
/** Something that costs, with what nobody said about it. */
interface Priced {
  readonly items: readonly CostItem[];
  readonly unpriced: readonly Unpriced[];
}

/**
 * What a stack costs. A host that other stack files have VMs on as well is this stack's by the share of memory given to VMs; one that
 * carries none is wholly this stack's.
 *
 * @param guests what other stack files have on the hosts
 */
export function planCosts(
  site: Site,
  { hosts, machines }: { readonly hosts: readonly PlannedHost[]; readonly machines: readonly PlannedMachine[] },
  guests: readonly Guests[],
): PlannedCosts {
  const all = [...hosts.map((host) => hostCosts(site, host, guests)), ...poolCosts(site, machines), serviceCosts(site)];
  const items = all.flatMap((each) => each.items);
  const { months } = site.costs;
  return { months, items, totals: totalsOf(items, months), unpriced: all.flatMap((each) => each.unpriced) };
}

/** Sums, one for each currency. */
function totalsOf(items: readonly CostItem[], months: number): Amount[] {
  const currencies = [...new Set(items.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const of = items.filter((item) => item.currency === currency);
    return amountOf(
      {
        currency,
        purchase: added(of.map(({ purchase }) => purchase)),
        powerPerMonth: added(of.map(({ powerPerMonth }) => powerPerMonth)),
        rentPerMonth: added(of.map(({ rentPerMonth }) => rentPerMonth)),
      },
      months,
    );
  });
}

function amountOf(
  { currency, purchase = NOTHING, powerPerMonth = NOTHING, rentPerMonth = NOTHING }: Parts,
  months: number,
): Amount {
  const perMonth = added([powerPerMonth, rentPerMonth]);
  const overPeriod = added([purchase, times(perMonth, Exact.of(months))]);
  const spreadPerMonth = times(overPeriod, Exact.of(1).over(Exact.of(months)));
  return { currency, purchase, powerPerMonth, rentPerMonth, perMonth, overPeriod, spreadPerMonth };
}

function hostCosts(site: Site, host: PlannedHost, guests: readonly Guests[]): Priced {
  const path = `proxmox.hosts.${host.name}.cost`;
  const cost = site.proxmox.hosts[host.name]?.cost;
  const share = shareOf(host, guests);
  // What is all another stack's costs this one nothing.
  if (share.isZero()) return { items: [], unpriced: [] };
  if (!cost) return { items: [], unpriced: [{ what: `host ${host.name}`, path }] };
  const items = partsOf(cost, site.costs).map((parts) => ({
    kind: "host" as const,
    name: host.name,
    share,
    ...amountOf(shared(parts, share), site.costs.months),
  }));
  return { items, unpriced: powerUnpriced(cost, site.costs, `power of ${host.name}`, path) };
}

/** By memory that VMs were given, for that is what a host runs out of first. */
function shareOf(host: PlannedHost, guests: readonly Guests[]): Exact {
  const others = guests.reduce((sum, each) => sum + (seenBy(each, host)?.allocatedMemoryMiB ?? 0), 0);
  if (others === 0) return Exact.of(1);
  return Exact.of(host.allocatedMemoryMiB).over(Exact.of(host.allocatedMemoryMiB + others));
}

function shared({ currency, ...amounts }: Parts, share: Exact): Parts {
  const of = (money: Money | undefined): Money | undefined => money && times(money, share);
  return {
    currency,
    purchase: of(amounts.purchase),
    powerPerMonth: of(amounts.powerPerMonth),
    rentPerMonth: of(amounts.rentPerMonth),
  };
}

/** Its own currency, and that of electricity where this is another one. */
function partsOf({ purchase = {}, rentPerMonth, powerWatts, currency }: CostConfig, terms: Terms): Parts[] {
  const own: Parts = {
    currency: currency ?? terms.currency,
    purchase: added(Object.values(purchase).map(moneyOf)),
    rentPerMonth: rentPerMonth === undefined ? NOTHING : moneyOf(rentPerMonth),
  };
  if (powerWatts === undefined || terms.electricityPerKwh === undefined) return [own];
  const kilowattHours = Exact.of(powerWatts * HOURS_PER_MONTH).over(Exact.of(1000));
  const powerPerMonth = times(moneyOf(terms.electricityPerKwh), kilowattHours);
  return own.currency === terms.currency ? [{ ...own, powerPerMonth }] : [own, { currency: terms.currency, powerPerMonth }];
}

/** What is bought draws power that somebody pays for; what is rented has it in its rent, unless it says how much it draws. */
function powerUnpriced(
  { rentPerMonth, powerWatts }: CostConfig,
  { electricityPerKwh }: Terms,
  what: string,
  path: string,
): Unpriced[] {
  if (powerWatts === undefined) return rentPerMonth === undefined ? [{ what, path: `${path}.powerWatts` }] : [];
  return electricityPerKwh === undefined ? [{ what, path: "costs.electricityPerKwh" }] : [];
}

/** Machines that are no VMs, by pool. */
function poolCosts(site: Site, machines: readonly PlannedMachine[]): Priced[] {
  const { months } = site.costs;
  return poolsOf(site)
    .filter(({ config }) => config.source === "existing")
    .map(({ name, path, config }) => {
      const own = machines
        .filter(({ pool }) => pool === name)
        .map((machine) => ({ name: machine.name, cost: config.machines?.[machine.name]?.cost ?? config.cost }));
      const priced = own.flatMap(({ name: machine, cost }) => (cost ? [{ machine, cost }] : []));
      const parts = priced.flatMap(({ cost }) => partsOf(cost, site.costs));
      const items = [...new Set(parts.map(({ currency }) => currency))].map((currency) => ({
        kind: "pool" as const,
        name,
        share: Exact.of(1),
        ...amountOf(together(currency, parts), months),
      }));
      const silent = own.filter(({ cost }) => !cost).map(({ name: machine }) => machine);
      const unpriced = silent.length > 0 ? [{ what: silent.join(", "), path: `${path}.cost` }] : [];
      const power = priced.flatMap(({ machine, cost }) => powerUnpriced(cost, site.costs, `power of ${machine}`, `${path}.cost`));
      return { items, unpriced: [...unpriced, ...power] };
    });
}

function together(currency: string, all: readonly Parts[]): Parts {
  const of = all.filter((parts) => parts.currency === currency);
  const sum = (key: "purchase" | "powerPerMonth" | "rentPerMonth"): Money => added(of.map((parts) => parts[key] ?? NOTHING));
  return { currency, purchase: sum("purchase"), powerPerMonth: sum("powerPerMonth"), rentPerMonth: sum("rentPerMonth") };
}

/** Whatever else is paid for, and services of others that are used and have no price. */
function serviceCosts({ costs: { services, months, currency: common }, externals }: Site): Priced {
  const byName = Object.entries(services).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    items: byName.map(([name, { perMonth, currency = common }]) => ({
      kind: "service" as const,
      name,
      share: Exact.of(1),
      ...amountOf({ currency, rentPerMonth: moneyOf(perMonth) }, months),
    })),
    unpriced: Object.keys(externals)
      .filter((name) => services[name] === undefined)
      .sort()
      .map((name) => ({ what: `external service ${name}`, path: `costs.services.${name}` })),
  };
}
