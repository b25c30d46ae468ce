import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { valueAt } from "../planner/addons/layers";
import { ALL_ADDONS } from "../planner/addons/registry";
import type { AddonKey, Plan, PlannedRelease } from "../planner/plan";
import { MINIMAL } from "../tools/charts/settings";
import { PROJECT, planOf } from "./stacks";

const OBSERVABILITY = readFileSync(join(PROJECT, "examples", "observability.yaml"), "utf8");

/** The least an add-on must be told. */
export const minimal = (key: AddonKey): object => MINIMAL[key] ?? {};

/** Argo CD in the place of Flux: a stack has one of them. */
export const WITH_ARGO_CD = { flux: undefined, argoCd: minimal("argoCd") };

/** Every add-on that can be on beside all others, with the least it must be told, as a stack file has them. */
export const ALL_ON = Object.fromEntries(ALL_ADDONS.filter(({ key }) => key !== "argoCd").map(({ key }) => [key, minimal(key)]));

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
