import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Version that `tools/kubernetes/build` builds, without a leading v. */
export const KUBERNETES_VERSION = "1.36.3";

/** Programs the Kubernetes door starts. */
export const BINARY_NAMES = ["kube-apiserver", "kube-controller-manager", "etcd"] as const;

/** Name of a program the Kubernetes door starts. */
export type BinaryName = (typeof BINARY_NAMES)[number];

/** Path of every program. */
export type Binaries = Readonly<Record<BinaryName, string>>;

/** A program that was found nowhere. */
export interface MissingBinary {
  readonly name: BinaryName;
  /** How to get it, one line. */
  readonly remedy: string;
}

/** What a search found: all of it, or what is missing. */
export type FoundBinaries =
  { readonly found: Binaries; readonly missing?: undefined } | { readonly found?: undefined; readonly missing: MissingBinary[] };

/**
 * Looks for the programs in `$KUBEBUILDER_ASSETS`, then on the PATH, then in the cache that `tools/kubernetes/build` fills.
 *
 * @param environment `process.env` by default
 */
export function findBinaries(environment: NodeJS.ProcessEnv = process.env): FoundBinaries {
  const folders = searchedFolders(environment);
  const found: Partial<Record<BinaryName, string>> = {};
  const missing: MissingBinary[] = [];
  for (const name of BINARY_NAMES) {
    const path = folders.map((folder) => join(folder, name)).find(isProgram);
    if (path === undefined) missing.push({ name, remedy: remedyFor(name, environment) });
    else found[name] = path;
  }
  return missing.length > 0 ? { missing } : { found: found as Binaries };
}

/** What is missing and how to get it, a line each. */
export function missingReport(missing: readonly MissingBinary[]): string {
  return missing.map(({ name, remedy }) => `${name} was not found: ${remedy}`).join("\n");
}

/** The folder that `tools/kubernetes/build` builds into. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  // An empty variable counts as unset (XDG Base Directory Specification).
  const cache = environment["XDG_CACHE_HOME"] || join(environment["HOME"] || homedir(), ".cache");
  return join(cache, "proxmox-talos", `kubernetes-${KUBERNETES_VERSION}`);
}

function searchedFolders(environment: NodeJS.ProcessEnv): string[] {
  const path = (environment["PATH"] ?? "").split(delimiter);
  return [environment["KUBEBUILDER_ASSETS"] ?? "", ...path, cacheFolder(environment)].filter((folder) => folder !== "");
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function remedyFor(name: BinaryName, environment: NodeJS.ProcessEnv): string {
  if (name !== "etcd") return `run tools/kubernetes/build, which builds it into ${cacheFolder(environment)}`;
  return `apt-get install etcd-server, or put one on the PATH or into ${cacheFolder(environment)}`;
}
