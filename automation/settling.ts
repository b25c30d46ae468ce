import { setTimeout as sleep } from "node:timers/promises";
import type { MachineMode } from "./machine-mode";
import type { PlannedMachine } from "../planner/plan";
import type { ClusterNode } from "./cluster-nodes";
import { EXIT, Failure } from "./failure";
import { interrupted } from "./interruption";
import { count } from "./render/text";

/** What is asked while machines become nodes. */
export interface SettlingDoors {
  readonly nodes: (kubeconfig: string) => Promise<readonly ClusterNode[]>;
  readonly machineMode: (address: string) => Promise<MachineMode>;
  /** @default the time that passes */
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

/** How machines are waited for. */
export interface Waiting {
  readonly onReady: (ready: number) => void;
  /** @default 10 */
  readonly limitMinutes?: number | undefined;
  /** Aborted when nobody wants to wait any longer. @default never */
  readonly stop?: AbortSignal;
}

type Machine = Pick<PlannedMachine, "name" | "address">;

/** How long machines may take from the end of an update until they are ready nodes, in minutes. */
const LIMIT_MINUTES = 10;
const POLL_MS = 2000;
/** Every so many rounds machines that are no nodes are asked what they are at. */
const ROUNDS_BETWEEN_LOOKS = 15;

/** What each mode means for a machine that is no node. */
const MODES: Readonly<Record<MachineMode, string>> = {
  maintenance: "it waits in maintenance mode: run the command once more, which configures it again",
  configured: "it has its configuration, but never joined: look at talosctl dmesg and talosctl services of it",
  away: "it does not answer: look at its console in Proxmox",
};

/**
 * Waits until every machine is a ready node: an update ends when all is asked for, and a machine that never makes anything of its
 * configuration is noticed by nobody then.
 *
 * @throws {Failure} `nodes-not-ready`, naming each machine that is none and what it is at; `interrupted`
 */
export async function settle(
  doors: SettlingDoors,
  kubeconfig: string,
  machines: readonly Machine[],
  { onReady, limitMinutes = LIMIT_MINUTES, stop }: Waiting,
): Promise<void> {
  const rounds = Math.ceil((limitMinutes * 60_000) / POLL_MS);
  const pause = doors.sleep ?? sleep;
  let nodes: readonly ClusterNode[] = [];
  let silence: string | undefined;
  let blank: readonly string[] = [];
  for (let round = 0; round <= rounds; round++) {
    if (round > 0) await pause(POLL_MS);
    if (stop?.aborted) throw interrupted("all of it is deployed; whether every machine becomes a ready node was not waited for");
    try {
      nodes = await doors.nodes(kubeconfig);
      silence = undefined;
    } catch (error) {
      silence = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    }
    const ready = machines.filter(({ name }) => nodes.some((node) => node.name === name && node.unready === undefined));
    onReady(silence === undefined ? ready.length : 0);
    if (silence === undefined && ready.length === machines.length) return;
    if (round === 0 || round % ROUNDS_BETWEEN_LOOKS > 0) continue;
    const before = blank;
    const modes = await Promise.all(machines.map(({ address }) => doors.machineMode(address)));
    blank = machines.filter((_, index) => modes[index] === "maintenance").map(({ name }) => name);
    // A machine takes seconds from its configuration to its first reboot: one that still waits for it later waits for ever.
    if (blank.some((name) => before.includes(name))) break;
  }
  if (silence !== undefined && blank.length === 0) throw notReady(`the cluster's nodes cannot be known: ${silence}`);
  const missing = machines.filter(({ name }) => !nodes.some((node) => node.name === name && node.unready === undefined));
  const told = await Promise.all(missing.map((machine) => describe(doors, machine, nodes)));
  throw notReady(`of ${count(machines.length, "machine")}, ${missing.length} never became ready: ${told.join("; ")}`);
}

async function describe(doors: SettlingDoors, { name, address }: Machine, nodes: readonly ClusterNode[]): Promise<string> {
  const node = nodes.find((each) => each.name === name);
  const what = node ? `its node says ${node.unready ?? ""}` : MODES[await doors.machineMode(address)];
  return `${name} (${address}): ${what}`;
}

function notReady(what: string): Failure {
  return new Failure("nodes-not-ready", `all of it is deployed, but ${what}`, EXIT.failed);
}
