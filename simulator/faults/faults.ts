import type { Effect, Fault, Outage } from "./fault";
import { FAULTS } from "./table";

export type { Effect, Fault, Outage } from "./fault";
export { FAULTS } from "./table";

/** A fault that is to happen. */
export interface PlannedFault {
  readonly fault: Fault;
  /** The how-manieth of its calls it happens to. */
  readonly at: number;
}

/** Takes seeds that follow each other all over the calls; odd and no multiple of five, so that it reaches every one of them. */
const STRIDE = 37;

/**
 * Reads `name[@n]`.
 *
 * @param seed chooses the call where none is named: the same for the same seed
 * @throws {Error} naming what there is
 */
export function plannedFault(text: string, seed = 0): PlannedFault {
  const [, name = "", at] = /^([a-z0-9-]+)(?:@([1-9]\d*))?$/.exec(text) ?? [];
  const fault = FAULTS.find((each) => each.name === name);
  if (!fault) throw new Error(`no fault ${text}: lab faults lists them, each with @n for its n-th call`);
  const { among = 2 } = fault;
  return { fault, at: at === undefined ? 1 + ((seed * STRIDE) % among) : Number(at) };
}

/** The faults of one run, and how often what they happen to was asked for. */
export class Faults {
  /** Names of those that have happened. */
  public readonly struck: string[] = [];
  /** The VM whose id a stranger takes where the call itself names none. */
  public wanted: { readonly host: string; readonly vmId: number } = { host: "", vmId: 0 };
  /** Told when something goes away. */
  public onOutage: (outage: Outage) => void = () => undefined;
  /** Told when the engine is to be killed. */
  public onKill: () => void = () => undefined;
  private readonly counts = new Map<PlannedFault, number>();

  constructor(private planned: readonly PlannedFault[] = []) {}

  /** What to tell of those that never happened: what they happen to was not asked for often enough. */
  public missed(): string[] {
    return this.planned
      .filter((planned) => (this.counts.get(planned) ?? 0) < planned.at)
      .map((planned) => {
        const { fault, at } = planned;
        const count = this.counts.get(planned) ?? 0;
        return `the fault ${fault.name}@${at} never happened: there were ${count} of what it happens to`;
      });
  }

  /** Has these faults happen from now on, and no others; counts anew. */
  public arm(planned: readonly PlannedFault[]): void {
    this.planned = planned;
    this.counts.clear();
  }

  /** What is to happen to this call of a door. */
  public strike(call: string): Effect | undefined {
    const effect = this.next((fault) => [call, "*"].includes(fault.call) || call.startsWith(`${fault.call} `))?.effect;
    if (effect?.kind === "outage") this.onOutage(effect);
    if (effect?.kind === "killed") this.onKill();
    return effect;
  }

  /** What is to happen to this operation on a resource, for the embedded engine. */
  public strikeResource(type: string): Fault | undefined {
    return this.next((fault) => [type, "*"].includes(fault.type));
  }

  /** Every planned fault counts the calls that it may happen to; the first whose turn it is happens. */
  private next(matches: (fault: Fault) => boolean): Fault | undefined {
    const due = this.planned.filter((planned) => {
      const { fault, at } = planned;
      if (!matches(fault)) return false;
      const count = (this.counts.get(planned) ?? 0) + 1;
      this.counts.set(planned, count);
      return count >= at && count < at + (fault.times ?? 1);
    });
    const found = due[0]?.fault;
    if (found) this.struck.push(found.name);
    return found;
  }
}
