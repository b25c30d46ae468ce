import { secretKeys, survivals } from "../../planner";
import type { Survival, Verdict } from "../../planner";
import type { Plan, PlannedEndpoint } from "../../planner/plan";
import { renderAddons } from "./addons";
import { renderCosts } from "./costs";
import { renderFindings, summarizeFindings } from "./findings";
import { demandText, renderFootprint } from "./footprint";
import { renderHosts } from "./hosts";
import type { Glyphs, Style } from "./style";
import { count, hang } from "./text";
import { addressRanges } from "./units";

/**
 * The plan as a picture: what will stand where, what the planner thinks of it, and whether it may go on.
 *
 * @param shown what else is shown. @default nothing
 */
export function renderPlan(plan: Plan, style: Style, shown: { readonly addons?: boolean } = {}): string[] {
  const findings = renderFindings(plan.findings, style);
  const costs = renderCosts(plan.costs, style);
  return [
    ...renderHeader(plan, style),
    ...fact("survives", survivalText(survivals(plan)), style),
    "",
    ...renderHosts(plan, style),
    "",
    ...(shown.addons ? [...renderFootprint(plan, style), "", ...renderAddons(plan, style), ""] : []),
    ...renderFormation(plan, style),
    ...(costs.length > 0 ? [...costs, ""] : []),
    ...(findings.length > 0 ? [...findings, ""] : []),
    summarizeFindings(plan.findings, style),
  ];
}

/** Name and the few facts that concern the TalosCluster as a whole. */
export function renderHeader(plan: Plan, style: Style): string[] {
  const { glyphs, colors, safe, columns } = style;
  const title = safe([plan.stack, `TalosCluster ${plan.clusterName}`, `environment ${plan.environment}`].join(` ${glyphs.dot} `));
  return [
    ...hang("", title, columns).map((line) => colors.bold(line)),
    ...factsOf(plan, glyphs).flatMap(([label, text]) => fact(label, text, style)),
  ];
}

/** What is to be known of the TalosCluster as a whole, each fact with its label. */
export function factsOf(plan: Plan, { dot, dash }: Pick<Glyphs, "dot" | "dash">): readonly (readonly [string, string])[] {
  const { talos, kubernetes, cilium } = plan.versions;
  const addresses = addressRanges(
    [...plan.machines, ...(plan.balancers?.machines ?? [])].map((machine) => machine.address),
    dash,
  );
  const facts: [string, string][] = [
    ["machines", machineSummary(plan)],
    ["endpoint", `${plan.endpoint.url} (${endpointNote(plan.endpoint)})`],
    [
      "versions",
      [`Talos ${talos}`, `Kubernetes ${kubernetes}`, ...(cilium === undefined ? [] : [`Cilium ${cilium}`])].join(` ${dot} `),
    ],
    [
      "addresses",
      [addresses, ...plan.network.subnets.map(({ subnet, gateway }) => `in ${subnet}, gateway ${gateway}`)].join(" "),
    ],
  ];
  if (Object.keys(plan.addons).length > 0) facts.push(["add-ons", demandText(plan)]);
  if (plan.secrets.length > 0) facts.push(["secrets", secretsText(plan.secrets)]);
  return facts;
}

function fact(label: string, text: string, { colors, safe, columns }: Style): string[] {
  return hang(label.padEnd(11), safe(text), columns).map((line) => colors.dim(line.slice(0, 11)) + line.slice(11));
}

/** Secrets of Kubernetes that the stack makes, and their keys: what is in them is shown nowhere. */
function secretsText(secrets: Plan["secrets"]): string {
  return secrets.map((each) => `${each.namespace}/${each.name} (${secretKeys(each).join(", ")})`).join(", ");
}

/** How many single failures it bears, and which not; `lab survive` says why and what would help. */
function survivalText(all: readonly Survival[]): string {
  const named = (verdict: Verdict, words: string): string[] => {
    const names = all.filter((each) => each.verdict === verdict).map(({ scenario: { name } }) => name);
    const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
    return names.length === 0 ? [] : [`${words} ${names.slice(0, MOST_NAMES).join(", ")}${more}`];
  };
  const borne = all.filter(({ verdict }) => verdict === "survives").length;
  const bad = [...named("lost", "lost without"), ...named("degraded", "lacks something without")];
  return [`${borne} of ${count(all.length, "failure")}`, ...bad].join("; ");
}

/** Names of failures that are shown of each kind. */
const MOST_NAMES = 4;

/** What somebody has to type once, for no token may do it. */
function renderFormation({ proxmox }: Plan, { safe, columns, colors }: Style): string[] {
  const steps = proxmox?.formation ?? [];
  if (steps.length === 0) return [];
  const width = Math.max(...steps.map(({ host }) => host.length));
  return [
    "the Proxmox cluster is formed by hand, as root on each host",
    ...steps.flatMap(({ host, command, note }) => [
      ...hang(`  ${host.padEnd(width)}  `, safe(command), columns),
      ...hang(" ".repeat(width + 4), safe(note), columns).map((line) => colors.dim(line)),
    ]),
    "",
  ];
}

function machineSummary({ pools, hosts, machines, balancers }: Plan): string {
  const controlPlanes = machines.filter((machine) => machine.role === "controlplane").length;
  const workers = machines.length - controlPlanes;
  const workerPools = pools.filter((pool) => pool.role === "worker");
  const named =
    workerPools.length > 1 ? ` (${workerPools.map((pool) => `${pool.machines.length} ${pool.name}`).join(", ")})` : "";
  const workerText = workers > 0 ? `, ${count(workers, "worker")}${named}` : "";
  const place = hosts.length === 0 ? "existing machines" : count(hosts.length, "host");
  const guests = balancers === undefined ? "" : `, ${count(balancers.machines.length, "load balancer")}`;
  return `${count(controlPlanes, "control plane")}${workerText}${guests} on ${place}`;
}

function endpointNote(endpoint: PlannedEndpoint): string {
  if (endpoint.kind === "vip") return "virtual IP";
  if (endpoint.kind === "dns") return "DNS name of all control planes";
  if (endpoint.kind === "loadBalancer") return "load balancer of its own";
  if (endpoint.kind === "haproxy") return "shared by the balancers";
  return endpoint.machine === undefined ? "a machine's own address" : `${endpoint.machine}'s own address`;
}
