import { importQueue, isVm } from "./machines";
import type { PlannedMachine } from "./plan";

/** What the engine does at once by itself on four cores (pulumi pkg/cmd/pulumi/operations/up.go: GOMAXPROCS × 4). */
const AT_LEAST = 16;

/**
 * Machines under way for every import: while one is imported, those before it boot, and a slot is taken until they are configured.
 * With fewer the imports wait for slots; more change nothing (`npm run bench`, the part on `--parallel`).
 */
const PER_QUEUE = 4;

/** How many operations the engine should have under way at once: enough that no datastore ever waits for a slot. */
export function parallelism(machines: readonly PlannedMachine[]): number {
  const queues = new Set(machines.filter(isVm).map(importQueue)).size;
  const existing = machines.filter((machine) => !isVm(machine)).length;
  return Math.max(AT_LEAST, PER_QUEUE * queues + existing);
}
