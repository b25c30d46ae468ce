import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Set inside the namespace: whoever sees it must not enter another one. */
const INSIDE = "PROXMOX_TALOS_NAMESPACE";

/** Whether this process runs in a namespace of its own. */
export function isInside(): boolean {
  return process.env[INSIDE] === "1";
}

/**
 * Why no private network can be made here, and what to do about it; undefined when it can.
 * A network namespace has a loopback of its own: nothing in it reaches the host's network, and nothing there reaches it.
 */
export function namespaceProblem(): { readonly found: string; readonly remedy: string } | undefined {
  if (process.platform !== "linux")
    return { found: process.platform, remedy: "network namespaces need Linux: a VM or a container will do" };
  try {
    execFileSync("unshare", [...flags(), "ip", "link", "set", "lo", "up"], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    if (code === "ENOENT") return { found: "unshare not found", remedy: "install util-linux and iproute2" };
    const said = (stderr?.toString() ?? "").trim().split("\n")[0] ?? "";
    if (/No such file|not found/.test(said)) return { found: "ip not found", remedy: "install iproute2" };
    return { found: `refused (${said})`, remedy: remedyFor() };
  }
}

/**
 * Runs a command in a network and mount namespace of its own, with this process' streams.
 *
 * @returns its exit code
 */
export function runInNamespace(command: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("unshare", [...flags(), ...command], { stdio: "inherit", env: { ...process.env, [INSIDE]: "1" } });
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      resolve(code ?? (signal === null ? 1 : 130));
    });
  });
}

/** Lets the namespace's loopback carry addresses, and names lead to them. Only inside. */
export function carry(addresses: readonly string[], names: Readonly<Record<string, string>>): void {
  execFileSync("ip", ["link", "set", "lo", "up"]);
  for (const address of new Set(addresses)) {
    const bits = address.includes(":") ? ["-6", "addr", "replace", `${address}/128`] : ["addr", "replace", `${address}/32`];
    execFileSync("ip", [...bits, "dev", "lo"]);
  }
  const lines = Object.entries(names).map(([name, address]) => `${address} ${name}`);
  const path = join(mkdtempSync(join(tmpdir(), "proxmox-talos-hosts-")), "hosts");
  writeFileSync(path, ["127.0.0.1 localhost", "::1 localhost", ...lines, ""].join("\n"));
  execFileSync("mount", ["--bind", path, "/etc/hosts"]);
}

/** Root makes namespaces as it is; everybody else becomes root in one of users first. */
function flags(): string[] {
  return [...(process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"]), "--net", "--mount"];
}

function remedyFor(): string {
  const says = (path: string, value: string): boolean => existsSync(path) && readFileSync(path, "utf8").trim() === value;
  if (says("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")) {
    return "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or run as root";
  }
  if (says("/proc/sys/kernel/unprivileged_userns_clone", "0")) return "sysctl kernel.unprivileged_userns_clone=1, or run as root";
  if (says("/proc/sys/user/max_user_namespaces", "0")) return "sysctl user.max_user_namespaces=1000, or run as root";
  return "run as root; in a container, with --privileged";
}
