/**
 * Asks a real chart which of an add-on's values it reads: `node --import tsx tools/charts/check.ts <key> <folder of the chart> [settings] [others]`,
 * the settings being the add-on's in the stack file, the others those that are on beside it and Longhorn, both as JSON.
 *
 * For each class of environments the chart is rendered with the planned values, then with each of them changed or taken away; one that
 * changes nothing either way does nothing, and belongs under `idle` or nowhere. Needs Helm on the PATH and the chart with its
 * dependencies, from wherever it is published.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseStackFile } from "../../config/parse";
import { DEFAULT_VERSIONS } from "../../config/versions";
import { planStack } from "../../planner";
import type { PlannedRelease } from "../../planner";
import { ALL_ADDONS } from "../../planner/addons/registry";

type Values = Record<string, unknown>;

const EXAMPLE = join(__dirname, "..", "..", "examples", "observability.yaml");

const [key = "", chart = "", settings = "{}", others = "{}"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "charts-"));
try {
  const idle = ["homelab", "prod"].flatMap((environment) => check(releaseIn(environment), environment));
  process.exitCode = idle.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}

/** The add-on on three hosts, with storage beside it. */
function releaseIn(environment: string): PlannedRelease {
  const addons = { longhorn: {}, ...(JSON.parse(others) as object), [key]: JSON.parse(settings) as object };
  const text = readFileSync(EXAMPLE, "utf8")
    .replace(/environment: \w+/, `environment: ${environment}`)
    .replace(/^ {2}proxmox-talos:addons:\n(?: {4}.*\n)+/m, `  proxmox-talos:addons: ${JSON.stringify(addons)}\n`);
  const parsed = parseStackFile(text, EXAMPLE);
  const planned = parsed.ok ? planStack(parsed.config, "check") : parsed;
  const release = planned.ok ? Object.values(planned.plan.addons).find((each) => each.key === key) : undefined;
  if (!release) throw new Error(`no add-on ${key}: ${ALL_ADDONS.map((each) => each.key).join(", ")}`);
  return release;
}

function check(release: PlannedRelease, environment: string): string[] {
  const values = release.values as Values;
  const whole = render(release, values);
  if (whole.failed) throw new Error(whole.text);
  const without = pathsOf(values).filter(
    (path) =>
      render(release, changed(values, path, other)).text === whole.text &&
      render(release, changed(values, path)).text === whole.text,
  );
  for (const path of without) process.stdout.write(`${environment}: ${path.join(".")} does nothing\n`);
  process.stdout.write(
    `${environment}: ${release.name} reads ${pathsOf(values).length - without.length} of ${pathsOf(values).length} values\n`,
  );
  return without.map((path) => path.join("."));
}

function render({ name, namespace }: PlannedRelease, values: Values): { readonly failed: boolean; readonly text: string } {
  const file = join(folder, "values.json");
  writeFileSync(file, JSON.stringify(values));
  const version = DEFAULT_VERSIONS.kubernetes.replace(/^v/, "");
  const args = ["template", name, chart, "--namespace", namespace, "--kube-version", version, "--values", file, "--include-crds"];
  const { status, stdout, stderr, error } = spawnSync("helm", args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  if (error) throw error;
  return status === 0 ? { failed: false, text: steady(stdout) } : { failed: true, text: stderr };
}

/** Without what is made up at every rendering: certificates, passwords and the checksums of both. */
function steady(text: string): string {
  return text.replace(/-----BEGIN[^]*?-----END[^-]*-----/g, "").replace(/^.*(?:checksum\/|\.(?:crt|key): |password: ).*$/gm, "");
}

function pathsOf(value: unknown, above: readonly string[] = []): string[][] {
  if (!isMap(value) || Object.keys(value).length === 0) return [[...above]];
  return Object.entries(value).flatMap(([name, each]) => pathsOf(each, [...above, name]));
}

/** The values with one of them replaced, or taken away. */
function changed(values: Values, [name = "", ...rest]: readonly string[], replace?: (value: unknown) => unknown): Values {
  const below = values[name];
  if (rest.length > 0) return { ...values, [name]: changed(below as Values, rest, replace) };
  const others = Object.fromEntries(Object.entries(values).filter(([each]) => each !== name));
  return replace ? { ...others, [name]: replace(below) } : others;
}

/** Another value of the same kind. */
function other(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") return /^\d/.test(value) ? `1${value}` : `${value}x`;
  return Array.isArray(value) ? value.slice(1) : "x";
}

function isMap(value: unknown): value is Values {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
