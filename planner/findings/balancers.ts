import { balancerHosts } from "../balancers/balancers";
import { PATH, balancerRanges } from "../balancers/seats";
import { stackRanges } from "../allocation";
import type { Finding, Plan, PlannedHost } from "../plan";
import { show } from "../ranges";
import type { Site } from "../site";
import { finding } from "./catalog";

/** What the placement of the balancers means for the way to the API. */
export function judgeBalancing(
  site: Site,
  { balancers, hosts }: Pick<Plan, "hosts"> & Partial<Pick<Plan, "balancers">>,
): Finding[] {
  if (!balancers) return [];
  const places = balancers.machines.map(({ host }) => host);
  return [...(places.length === 1 ? alone(places[0] ?? "") : together(places, hosts)), ...unpinned(site)];
}

function alone(host: string): Finding[] {
  return [
    finding(
      "balancer-single",
      `${PATH}.count`,
      `1 balancer, on ${host}: the API is away while that is replaced or its host is down`,
      "run 2 on different hosts",
    ),
  ];
}

function together(places: readonly string[], hosts: readonly PlannedHost[]): Finding[] {
  const domainOf = (name: string): string => {
    const domain = hosts.find((host) => host.name === name)?.failureDomain;
    return domain === undefined ? name : `hosts of failure domain ${domain}`;
  };
  const shared = new Set(places).size === 1 ? (places[0] ?? "") : domainOf(places[0] ?? "");
  if (!places.every((place) => place === shared || domainOf(place) === shared)) return [];
  return [
    finding(
      "balancers-single-host",
      `${PATH}.hosts`,
      `all ${places.length} balancers are on ${shared}: its loss takes the way to the API along`,
      "put them on hosts that do not fail together",
    ),
  ];
}

/** What is taken from the end of the ranges, or from all hosts in turn, moves with these. */
function unpinned(site: Site): Finding[] {
  const { haproxy } = site.network.endpoint;
  if (!haproxy) return [];
  const { ids, addresses } = balancerRanges(haproxy, stackRanges(site));
  const hasHosts = haproxy.hosts !== undefined || Object.keys(site.proxmox.hosts).length < 2;
  const keys = [
    ...(haproxy.ids === undefined ? [["ids", show(ids)]] : []),
    ...(haproxy.addresses === undefined ? [["addresses", show(addresses)]] : []),
    ...(hasHosts ? [] : [["hosts", `[${balancerHosts(site, haproxy).join(", ")}]`]]),
  ];
  if (keys.length === 0) return [];
  return [
    finding(
      "balancers-unpinned",
      PATH,
      `the balancers have ${keys.map(([key]) => key).join(", ")} by default: wider ranges or another host would make them anew, one after the other`,
      `name what they have now: ${keys.map(([key = "", value = ""]) => `${key}: ${value}`).join(", ")}`,
    ),
  ];
}
