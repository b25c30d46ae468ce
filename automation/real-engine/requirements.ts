import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import proxmoxPackage from "@muhlba91/pulumi-proxmoxve/package.json";
import kubernetesPackage from "@pulumi/kubernetes/package.json";
import talosPackage from "../../sdks/talos/package.json";
import { BINARY_NAMES, findBinaries } from "../../simulator/kubernetes-door/binaries";
import { namespaceProblem } from "./namespace";

/** Something that rehearsing with the real engine needs. */
export interface Requirement {
  readonly name: string;
  /** What is there; undefined when it is missing. */
  readonly found: string | undefined;
  /** How to get it; empty when it is there. */
  readonly remedy: string;
}

/** Providers the program uses, and where they come from. */
const PLUGINS: Readonly<Record<string, { readonly version: string; readonly server?: string }>> = {
  kubernetes: { version: kubernetesPackage.version },
  proxmoxve: { version: proxmoxPackage.version, server: "github://api.github.com/muhlba91/pulumi-proxmoxve" },
  talos: { version: talosPackage.version, server: "github://api.github.com/pulumiverse" },
};

/** Everything that rehearsing with the real engine needs, whether it is there or not. Asks no network. */
export function requirements(): Requirement[] {
  return [privateNetwork(), pulumiCli(), ...plugins(), ...kubernetes()];
}

function privateNetwork(): Requirement {
  const problem = namespaceProblem();
  return problem
    ? { name: "private network", found: undefined, remedy: `${problem.found}: ${problem.remedy}` }
    : { name: "private network", found: "a network namespace", remedy: "" };
}

function pulumiCli(): Requirement {
  const found = output("pulumi", ["version"]);
  return { name: "Pulumi CLI", found, remedy: found === undefined ? "install it from https://www.pulumi.com/docs/install/" : "" };
}

function plugins(): Requirement[] {
  const installed =
    (JSON.parse(output("pulumi", ["plugin", "ls", "--json"]) ?? "[]") as { name: string; version?: string }[] | null) ?? [];
  return Object.entries(PLUGINS).map(([name, { version, server }]) => {
    const remedy = `pulumi plugin install resource ${name} ${version}${server === undefined ? "" : ` --server ${server}`}`;
    const versions = installed.filter((plugin) => plugin.name === name).map(({ version = "" }) => version);
    const found = onPath(`pulumi-resource-${name}`) ? "on the PATH" : versions.join(", ");
    return { name: `provider ${name}`, found: found === "" ? undefined : found, remedy: found === "" ? remedy : "" };
  });
}

function kubernetes(): Requirement[] {
  const { found, missing = [] } = findBinaries();
  return BINARY_NAMES.map((name) => {
    const remedy = missing.find((each) => each.name === name)?.remedy;
    return { name, found: remedy === undefined ? (found?.[name] ?? "there") : undefined, remedy: remedy ?? "" };
  });
}

function onPath(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, name)));
}

function output(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 10_000 }).trim();
  } catch {
    return undefined;
  }
}
