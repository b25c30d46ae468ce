import { datacenterSpec } from "../automation/datacenter-spec";
import { PROJECT_DIR, plannedText } from "../automation/stacks";
import { rehearse } from "../simulator";
import type { ParallelRow } from "./report";
import type { Size } from "./stack";
import { stackOf } from "./stack";

/** Few hosts with many machines each, many with few, and what lies between. */
const SIZES: readonly Size[] = [
  { machines: 30, hosts: 4 },
  { machines: 100, hosts: 20 },
  { machines: 300, hosts: 12 },
];

/** The engine's own choice on one core is 4, on two 8, on four 16; 400 stands for no limit. */
const TRIED = [4, 8, 16, 32, 64, 400] as const;

/** Simulated time of a deployment by the number of operations the engine has under way at once, the plan's own choice among them. */
export async function measureParallel(tell: (what: string) => void): Promise<ParallelRow[]> {
  const rows: ParallelRow[] = [];
  for (const size of SIZES) {
    const text = stackOf(size);
    const { config, plan, stack } = plannedText({ stack: "bench", path: "bench", file: "bench", text: "" }, text);
    for (const parallel of [...new Set([...TRIED, plan.parallel])].sort((a, b) => a - b)) {
      tell(`${size.machines} machines on ${size.hosts} hosts, --parallel ${parallel}`);
      const options = { stack, stackText: text, projectDir: PROJECT_DIR, datacenter: datacenterSpec(config), parallel };
      const { result, makespanSeconds, violations } = await rehearse(options);
      const failure = result === "failed" ? { failure: violations[0]?.rule ?? "program" } : {};
      rows.push({ ...size, parallel, isChosen: parallel === plan.parallel, makespanSeconds, ...failure });
    }
  }
  return rows;
}

/** How much longer the plan's own choice takes than the best one, over all sizes: 1 where it is the best. */
export function worstChoice(rows: readonly ParallelRow[]): number {
  const ratios = rows
    .filter(({ isChosen }) => isChosen)
    .map((chosen) => {
      const peers = rows.filter(({ machines, hosts, failure }) => {
        return machines === chosen.machines && hosts === chosen.hosts && failure === undefined;
      });
      const best = Math.min(...peers.map(({ makespanSeconds }) => makespanSeconds));
      return chosen.failure === undefined ? chosen.makespanSeconds / best : Number.POSITIVE_INFINITY;
    });
  return Math.max(...ratios);
}
