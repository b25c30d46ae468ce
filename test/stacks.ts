import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JudgedStack } from "../automation/judgement";
import { parseStackFile } from "../config/parse";
import type { StackConfig } from "../config/schema";
import { planStack } from "../planner";
import type { Plan } from "../planner";

/** Folder of `Pulumi.yaml`. */
export const PROJECT = join(__dirname, "..");

/** Text of a stack file of the project. */
export function stackText(stack: string): string {
  return readFileSync(join(PROJECT, `Pulumi.${stack}.yaml`), "utf8");
}

/** A valid configuration from a text. */
export function configOf(text: string): StackConfig {
  const parsed = parseStackFile(text, "test.yaml");
  assert.ok(parsed.ok, JSON.stringify(parsed, null, 2));
  return parsed.config;
}

/** A plan from a text. */
export function planOf(text: string, stack = "test"): Plan {
  const planned = planStack(configOf(text), stack);
  assert.ok(planned.ok, JSON.stringify(planned, null, 2));
  return planned.plan;
}

/** A text read and planned, without stack files beside it. */
export function stackOfText(text: string, stack = "test"): JudgedStack {
  return { config: configOf(text), plan: planOf(text, stack), neighbours: [] };
}

/** A small valid stack file, with parts to replace. */
export function stackFile(
  parts: {
    hosts?: string;
    controlPlane?: string;
    workers?: string;
    endpoint?: string;
    vm?: string;
    /** Further keys of `proxmox` and of `network`. */
    proxmox?: string;
    network?: string;
    more?: string;
  } = {},
): string {
  return `config:
  proxmox-talos:metadata: { name: lab, environment: dev }
  proxmox-talos:proxmox:
    endpoint: https://192.168.1.2:8006
    vm: ${parts.vm ?? "{ idBase: 800, idCount: 10 }"}
    hosts: ${parts.hosts ?? HOST.replace("NAME", "pve")}${line(parts.proxmox)}
  proxmox-talos:network:
    subnet: 192.168.1.0/24
    gateway: 192.168.1.1
    addresses: 192.168.1.100-192.168.1.109
    endpoint: ${parts.endpoint ?? "{ address: 192.168.1.100 }"}${line(parts.network)}
  proxmox-talos:topology:
    controlPlane: ${parts.controlPlane ?? "{ count: 1, cores: 2, memoryGiB: 4, diskGiB: 20 }"}
    workers: ${parts.workers ?? "{ main: { count: 1, cores: 2, memoryGiB: 4, diskGiB: 20 } }"}
${parts.more ?? ""}`;
}

function line(part: string | undefined): string {
  return part === undefined ? "" : `\n    ${part}`;
}

const HOST =
  "{ NAME: { address: 192.168.1.2, cores: 8, threads: 16, memoryGiB: 64, reservedMemoryGiB: 4, datastores: { local-lvm: { sizeGiB: 500 } } } }";

/** `count` like hosts named pve-1, pve-2 and so on. */
export function hosts(count: number, memoryGiB = 64): string {
  const one = (index: number): string =>
    `pve-${index}: { address: 192.168.1.${index + 1}, cores: 8, threads: 16, memoryGiB: ${memoryGiB}, reservedMemoryGiB: 4, datastores: { local-lvm: { sizeGiB: 500 } } }`;
  return `{ ${Array.from({ length: count }, (_, index) => one(index + 1)).join(", ")} }`;
}
