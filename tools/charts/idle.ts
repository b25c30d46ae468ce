/**
 * Asks a real chart which of an add-on's values it reads: `node --import tsx tools/charts/idle.ts <key> <folder of the chart> [settings] [others]`,
 * the settings being the add-on's in the stack file, the others those that are on beside it and Longhorn, both as JSON.
 *
 * For each class of environments the chart is rendered with the planned values, then with each of them changed or taken away; one that
 * changes nothing either way does nothing, and belongs under `idle` or nowhere. Needs Helm on the PATH and the chart with its
 * dependencies, from wherever it is published.
 */
import type { PlannedRelease } from "../../planner";
import { Helm } from "./helm";
import { releaseIn } from "./planned-releases";
import { changed, pathsOf } from "./values";
import type { Values } from "./values";

const [key = "", chart = "", settings = "{}", others = "{}"] = process.argv.slice(2);
const helm = new Helm();
try {
  const idle = ["homelab", "prod"].flatMap((environment) =>
    check(releaseIn(environment, key, JSON.parse(settings) as object, JSON.parse(others) as object), environment),
  );
  process.exitCode = idle.length > 0 ? 1 : 0;
} finally {
  helm.close();
}

function check(release: PlannedRelease, environment: string): string[] {
  const { values } = release;
  const whole = helm.render(chart, release, values, { crds: true });
  if (whole.refused !== undefined) throw new Error(whole.refused);
  const text = steady(whole.text);
  const isSame = (others: Values): boolean => {
    const rendering = helm.render(chart, release, others, { crds: true });
    return rendering.refused === undefined && steady(rendering.text) === text;
  };
  const without = pathsOf(values).filter((path) => isSame(changed(values, path, other)) && isSame(changed(values, path)));
  for (const path of without) process.stdout.write(`${environment}: ${path.join(".")} does nothing\n`);
  process.stdout.write(
    `${environment}: ${release.name} reads ${pathsOf(values).length - without.length} of ${pathsOf(values).length} values\n`,
  );
  return without.map((path) => path.join("."));
}

/** Without what is made up at every rendering: certificates, passwords and the checksums of both. */
function steady(text: string): string {
  return text.replace(/-----BEGIN[^]*?-----END[^-]*-----/g, "").replace(/^.*(?:checksum\/|\.(?:crt|key): |password: ).*$/gm, "");
}

/** Another value of the same kind. */
function other(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") return /^\d/.test(value) ? `1${value}` : `${value}x`;
  return Array.isArray(value) ? value.slice(1) : "x";
}
