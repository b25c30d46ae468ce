import { mkdtempSync, rmSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackConfig } from "../../config/schema";
import { SECRETS, SECRET_NAMES, neededSecrets } from "../../config/secrets";
import { isVm } from "../../planner/machines";
import { FRONTEND_ADDRESS, INTERNET_NAMES, openDoors } from "../../simulator/wire/doors";
import type { Faults } from "../../simulator/faults/faults";
import type { Doors } from "../../simulator/wire/doors";
import type { Binaries } from "../../simulator/kubernetes-door/binaries";
import { datacenterSpec } from "../datacenter-spec";
import type { PlannedStack } from "../stacks";
import { carry } from "./namespace";
import { createStack } from "./pulumi";
import type { Sandbox } from "./sandbox";
import { makeSandbox } from "./sandbox";

/** What opens the simulated Proxmox: worth nothing anywhere else. */
export const API_TOKEN = "root@pam!rehearsal=00000000-0000-4000-8000-000000000000";

/** Stand-ins for every secret that is one of a kind. */
export const REHEARSAL_SECRETS: Readonly<Record<string, string>> = {
  "proxmoxve:apiToken": API_TOKEN,
  ...Object.fromEntries(SECRET_NAMES.map((name) => [SECRETS[name].key, `rehearsal-${name}`])),
};

/** Stand-ins for every secret that a stack needs, and some that it may need. */
export function rehearsalSecrets(config: StackConfig): Readonly<Record<string, string>> {
  return { ...Object.fromEntries(neededSecrets(config).map((key) => [key, standIn(key)])), ...REHEARSAL_SECRETS };
}

/** The API server reads logins of registries, which are JSON. */
function standIn(key: string): string {
  return /\/\.docker(cfg|configjson)$/.test(key) ? '{"auths":{}}' : `rehearsal-${key}`;
}

/** A stack with the datacenter it is deployed to. */
export interface Site {
  readonly doors: Doors;
  readonly sandbox: Sandbox;
  close(): Promise<void>;
}

/** What a site is made with. */
export interface SiteOptions {
  readonly binaries?: Binaries;
  /** Virtual seconds in a real one. @default 20 */
  readonly speed?: number;
  readonly faults?: Faults;
  /** What the stack becomes later: its secrets are there from the beginning. @default nothing else */
  readonly becomes?: StackConfig;
}

/** Opens the datacenter that a stack file describes, inside of a namespace, and a project to deploy it from. */
export async function openSite(stack: PlannedStack, { binaries, speed = 20, faults, becomes }: SiteOptions = {}): Promise<Site> {
  carryStack(stack);
  const { config, plan } = stack;
  const [first] = plan.machines;
  if (faults && first && isVm(first)) faults.wanted = { host: first.host, vmId: first.vmId };
  const dataDir = mkdtempSync(join(tmpdir(), "proxmox-talos-kubernetes-"));
  const doors = await openDoors({
    spec: datacenterSpec(config),
    credentials: { apiToken: API_TOKEN },
    talosVersion: config.talos.version,
    speed,
    ...(faults ? { faults } : {}),
    mirrors: mirrorsOf(config),
    ...(binaries ? { kubernetes: { binaries, dataDir } } : {}),
  });
  const sandbox = makeSandbox(stack.stack, stack.text, doors.authority);
  await createStack(sandbox, { ...rehearsalSecrets(config), ...(becomes ? rehearsalSecrets(becomes) : {}) });
  return {
    doors,
    sandbox,
    async close() {
      await doors.close();
      sandbox.remove();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Lets the namespace carry all addresses and names a stack speaks of: its hosts', its machines', its endpoint's. */
export function carryStack({ config, plan }: PlannedStack): void {
  const { endpoint } = config.network;
  const frontends = [endpoint.dns, endpoint.loadBalancer].filter((each) => each !== undefined);
  const own = [
    ...Object.values(config.proxmox?.hosts ?? {}).map(({ address }) => address),
    // A machine that is no VM keeps whatever addresses it has: only the one it is reached at is known.
    ...plan.machines.flatMap(({ address, addresses }) => [address, ...addresses.map((each) => each.address)]),
    ...(plan.balancers?.machines ?? []).flatMap(({ addresses }) => addresses.map((each) => each.address)),
    ...[endpoint.vip, endpoint.haproxy?.vip].filter((each) => each !== undefined),
    ...frontends.filter((each) => isIP(each) !== 0),
    FRONTEND_ADDRESS,
  ];
  const elsewhere = [...INTERNET_NAMES, ...mirrorsOf(config)].map((name) => [name, "127.0.0.1"]);
  const names = frontends.filter((each) => isIP(each) === 0).map((name) => [name, FRONTEND_ADDRESS]);
  carry(own, Object.fromEntries([...elsewhere, ...names]) as Record<string, string>);
}

/** Hosts that charts are mirrored on. */
function mirrorsOf({ addons }: StackConfig): string[] {
  const repositories = [
    addons.mirror,
    ...Object.values(addons).map((each) => (each as { repository?: string } | undefined)?.repository),
  ];
  return repositories.flatMap((url) => (typeof url === "string" ? [new URL(url.replace(/^oci:/, "https:")).hostname] : []));
}
