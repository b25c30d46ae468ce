import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { EXIT, Failure } from "../failure";
import { lazy } from "../lazy";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import type * as requirementsModule from "../real-engine/requirements";
import type { Check } from "../render/checks";
import { renderChecks } from "../render/checks";
import { PROJECT_DIR, knownStacks, planned } from "../stacks";

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Looks at what this machine has and says what is missing for which purpose. Asks nothing of any network. */
export function doctor(options: CommonOptions): number {
  const manifest = JSON.parse(readFileSync(join(PROJECT_DIR, "package.json"), "utf8")) as Manifest;
  const checks = [node(manifest), ...packages(manifest), ...stackFiles(), ...realEngine()];
  if (options.json) printJson({ checks });
  else print(renderChecks(checks, stdoutStyle(options)));
  return checks.some(({ state }) => state === "fail") ? EXIT.failed : EXIT.fine;
}

function node({ engines }: Manifest): Check {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = engines.node.replace(">=", "").split(".").map(Number);
  const ok = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  return {
    name: "Node.js",
    state: ok ? "ok" : "fail",
    found: `v${process.versions.node}`,
    remedy: ok ? "" : `install Node.js ${engines.node}`,
  };
}

function packages({ dependencies }: Manifest): Check[] {
  const wrong = Object.entries(dependencies).flatMap(([name, wanted]) => {
    const found = installedVersion(name);
    // A package linked from a folder has whatever version the folder says.
    return found === wanted || (wanted.startsWith("file:") && found !== undefined)
      ? []
      : [`${name} ${found ?? "missing"} (wanted ${wanted})`];
  });
  const ok = wrong.length === 0;
  return [
    {
      name: "npm packages",
      state: ok ? "ok" : "fail",
      found: ok ? `${Object.keys(dependencies).length} as pinned` : wrong.join(", "),
      remedy: ok ? "" : "run npm ci",
    },
  ];
}

function installedVersion(name: string): string | undefined {
  const path = createRequire(join(PROJECT_DIR, "package.json"))
    .resolve.paths(name)
    ?.map((folder) => join(folder, name, "package.json"))
    .find((candidate) => existsSync(candidate));
  // As the registry has it: some packages write it with a v themselves.
  return path === undefined ? undefined : (JSON.parse(readFileSync(path, "utf8")) as Manifest).version.replace(/^v/, "");
}

function stackFiles(): Check[] {
  return knownStacks().map((stack) => {
    try {
      planned(stack);
      return { name: `Pulumi.${stack}.yaml`, state: "ok", found: "valid", remedy: "" };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return {
        name: `Pulumi.${stack}.yaml`,
        state: "fail",
        found: `${error.problems.length} problems`,
        remedy: `run npm run plan -- ${stack}`,
      };
    }
  });
}

/** What rehearsing with the real engine needs, and deploying a part of that. */
function realEngine(): Check[] {
  const { requirements } = lazy("./real-engine/requirements") as typeof requirementsModule;
  return requirements().map(({ name, found, remedy }) => {
    const whose =
      name === "Pulumi CLI"
        ? "only lab preview, up and the like need it, whose --install-cli gets it"
        : "only rehearse --engine pulumi needs it";
    return found === undefined
      ? { name, state: "warn", found: "not found", remedy: `${whose}: ${remedy}` }
      : { name, state: "ok", found, remedy: "" };
  });
}
