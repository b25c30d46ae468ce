import type { Plan } from "../plan";
import { criteriaOf } from "./criteria";
import type { Criterion } from "./criteria";
import type { Observations } from "./observations";
import { marksOf, stageOf } from "./stage";
import type { Stage } from "./stage";

/** Whether a stack may stay where it is. */
export interface Advice {
  readonly stage: Stage;
  /** What the stack lacks of its stage and those before. */
  readonly lacks: readonly string[];
  /** `open`: nothing known leads on, but not everything speaks for staying, or something is not known. */
  readonly verdict: "stay" | "move" | "open";
  /** The furthest stage that a criterion leads to. @default none leads on */
  readonly target?: Stage;
  /** Criteria that decided: those that lead on, or those that keep the verdict open. */
  readonly because: readonly Criterion[];
  /** Whether a managed Kubernetes is worth a thought; null where nobody knows. */
  readonly considerManaged: boolean | null;
  readonly criteria: readonly Criterion[];
}

/** Stay or move on, by the criteria of the roadmap; what is not known is never guessed. */
export function advise(plan: Plan, seen: Observations): Advice {
  const stage = stageOf(plan);
  const criteria = criteriaOf(plan, stage, seen);
  const common = {
    stage,
    lacks: marksOf(plan)
      .filter((mark) => mark.stage <= stage && !mark.holds)
      .map(({ what }) => what),
    considerManaged: criteria.find(({ speaksFor }) => speaksFor === "managed")?.holds ?? null,
    criteria,
  };
  const leading = criteria.filter(({ speaksFor, holds, leadsTo }) => speaksFor === "move" && holds === true && leadsTo !== null);
  if (leading.length > 0) {
    const target = Math.max(...leading.map(({ leadsTo }) => leadsTo ?? stage)) as Stage;
    return { ...common, verdict: "move", target, because: leading };
  }
  // There is nothing to move on to.
  if (stage === 4) return { ...common, verdict: "stay", because: [] };
  const doubts = criteria.filter(
    ({ speaksFor, holds, leadsTo }) =>
      (speaksFor === "stay" && holds !== true) || (speaksFor === "move" && leadsTo !== null && holds === null),
  );
  return { ...common, verdict: doubts.length > 0 ? "open" : "stay", because: doubts };
}
