import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { valueAt } from "../planner/addons/layers";
import { ALL_ADDONS } from "../planner/addons/registry";
import type { AddonKey, Plan, PlannedRelease } from "../planner/plan";
import { PROJECT, planOf } from "./stacks";

const OBSERVABILITY = readFileSync(join(PROJECT, "examples", "observability.yaml"), "utf8");

/** What an add-on must be told at least; the others need nothing. */
const MINIMAL: Partial<Record<AddonKey, object>> = {
  tailscaleOperator: { oauthClientId: "k123CNTRL" },
  proxmoxCsi: { storageClasses: { proxmox: { datastore: "local-lvm" } } },
  traefik: { expose: "nodePort" },
  ingressNginx: { expose: "nodePort" },
  externalDns: { domainFilters: ["example.org"], provider: { cloudflare: { credentialSecret: "cloudflare" } } },
};

/** Every add-on with the least it must be told, as a stack file has them. */
export const ALL_ON = Object.fromEntries(ALL_ADDONS.map(({ key }) => [key, MINIMAL[key] ?? {}]));

/** All add-ons on three hosts, as an environment has them, with settings of their own; undefined switches one off. */
export function addonsIn(environment: string, settings: Partial<Record<AddonKey, object | undefined>> = {}): Plan["addons"] {
  // What reads from Prometheus goes with it.
  const withoutPrometheus = "kubePrometheusStack" in settings && settings.kubePrometheusStack === undefined;
  const all = { ...ALL_ON, ...(withoutPrometheus ? { prometheusAdapter: undefined } : {}), ...settings };
  const text = OBSERVABILITY.replace(/environment: \w+/, `environment: ${environment}`).replace(
    /^ {2}proxmox-talos:addons:\n(?: {4}.*\n)+/m,
    `  proxmox-talos:addons: ${JSON.stringify(all)}\n`,
  );
  assert.match(text, /addons: \{"\w+":/);
  return planOf(text).addons;
}

/** Values at paths. */
export const valuesOf = (release: PlannedRelease | undefined, paths: readonly string[]): unknown[] =>
  paths.map((path) => valueAt(release?.values, path));

/** `value < origin` at a path. */
export function at(release: PlannedRelease | undefined, path: string): string {
  const from = release?.origins.find((origin) => origin.path === path)?.from;
  return `${JSON.stringify(valueAt(release?.values, path))} < ${from}`;
}
