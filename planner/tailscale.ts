import type { UnplacedProblem } from "../config/problem";
import { nearest, problem } from "../config/problem";
import type { PlannedTailscale } from "./plan";
import type { AllocatedPool } from "./seats";
import { poolsOf } from "./site";
import type { Site } from "./site";

/** System extension that runs Tailscale. */
export const TAILSCALE_EXTENSION = "siderolabs/tailscale";

/** Longest name a machine may have in a tailnet: it is a DNS label there. */
const LONGEST_NAME = 63;

/** Whether machines of a pool join the tailnet. */
export function joinsTailnet({ talos: { tailscale } }: Pick<Site, "talos">, pool: string): boolean {
  return tailscale !== undefined && (tailscale.pools?.includes(pool) ?? true);
}

/** Settings of the extension on one machine, as the program that it runs (containerboot) reads them. */
export function planTailscale(site: Site, machine: string): PlannedTailscale {
  const { tailscale } = site.talos;
  if (!tailscale) return { environment: [] };
  const { tags, routes, acceptRoutes, authOnce, loginServer } = tailscale;
  const args = [
    ...(tags.length > 0 ? [`--advertise-tags=${tags.join(",")}`] : []),
    ...(acceptRoutes ? ["--accept-routes"] : []),
    ...(loginServer === undefined ? [] : [`--login-server=${loginServer}`]),
  ];
  return {
    environment: [
      `TS_HOSTNAME=${nameOf(site, machine)}`,
      `TS_AUTH_ONCE=${authOnce}`,
      // What the tailnet says of names would take the machines' own resolvers away.
      "TS_ACCEPT_DNS=false",
      ...(routes.length > 0 ? [`TS_ROUTES=${routes.join(",")}`] : []),
      ...(args.length > 0 ? [`TS_EXTRA_ARGS=${args.join(" ")}`] : []),
    ],
  };
}

/** Pools that are not there, and names that a tailnet does not take. */
export function judgeTailscale(site: Site, pools: readonly AllocatedPool[]): UnplacedProblem[] {
  const { tailscale } = site.talos;
  if (!tailscale) return [];
  const names = poolsOf(site).map(({ name }) => name);
  const unknown = (tailscale.pools ?? []).flatMap((name, index) => {
    if (names.includes(name)) return [];
    const meant = nearest(name, names);
    const remedy = meant === undefined ? "name one that is there" : `did you mean ${meant}?`;
    return [problem(`talos.tailscale.pools.${index}`, name, `no pool ${name}`, names.join(", "), remedy)];
  });
  const long = pools
    .filter(({ name }) => joinsTailnet(site, name))
    .flatMap(({ seats }) => seats.map(({ name }) => nameOf(site, name)))
    .find((name) => name.length > LONGEST_NAME);
  if (long === undefined) return unknown;
  const path = "talos.tailscale.hostnamePrefix";
  const message = `${long} is ${long.length} characters long`;
  return [...unknown, problem(path, prefixOf(site), message, `names of at most ${LONGEST_NAME} characters`, "shorten it")];
}

function nameOf(site: Site, machine: string): string {
  return `${prefixOf(site)}${machine}`;
}

function prefixOf({ talos: { tailscale }, metadata }: Site): string {
  return tailscale?.hostnamePrefix ?? `${metadata.name}-`;
}
