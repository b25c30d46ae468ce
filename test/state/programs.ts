import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Programs that the tests of state and secrets run for real. */
export const PROGRAMS = ["versitygw", "sops", "age", "age-keygen", "garage", "minio"] as const;
/** Those that take minutes to build. */
const SERVERS: readonly Program[] = ["garage", "minio"];
type Program = (typeof PROGRAMS)[number];

const CACHE = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "proxmox-talos", "state-programs");

/** Where a program is: in the cache that `tools/state/build` fills, or on the PATH; undefined when it is neither. */
export function findProgram(name: Program): string | undefined {
  const folders = [CACHE, ...(process.env["PATH"] ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Says loudly what a test that is skipped needs. */
export function skipped(test: Mocha.Context, ...names: readonly Program[]): never {
  const how = names.some((name) => SERVERS.includes(name))
    ? "tools/state/build-servers makes them, with Go and Cargo"
    : "tools/state/build makes them, with Go";
  process.stdout.write(`SKIPPED: ${test.test?.fullTitle() ?? "a test"} needs ${names.join(", ")}: ${how}\n`);
  return test.skip();
}
