import type { Actions } from "./actions";
import type { ApiClient } from "./api-client";
import type { Pod } from "./objects";
import type { Balancer, Definer, Operator } from "./operator";
import { isReady } from "./pods";
import { RunningBalancer } from "./running-balancer";
import { RunningDefiner } from "./running-definer";
import { RunningOperator } from "./running-operator";
import { hasAll } from "./selectors";

/** What runs of an operator while a pod of it is ready. */
type Running = Pick<RunningOperator, "follow" | "reconcile" | "stop">;

/** The operators of one cluster: each works while a ready pod of it runs, and nobody does its work while none does. */
export class Operators {
  private readonly running = new Map<Operator | Definer | Balancer, Running>();

  /** @param onChange called after every change of what an operator minds */
  constructor(
    private readonly client: ApiClient,
    private readonly operators: readonly (Operator | Definer | Balancer)[],
    private readonly actions: Actions,
    private readonly onChange: () => void,
  ) {}

  /** Lets every operator of which a pod is ready take a step. */
  public reconcile(pods: readonly Pod[]): void {
    for (const operator of this.operators) {
      const ready = pods.filter((pod) => isReady(pod) && hasAll(pod.metadata.labels ?? {}, operator.labels));
      if (ready.length > 0) this.start(operator).reconcile(ready);
      else this.end(operator);
    }
  }

  /** Ends all of them. */
  public stop(): void {
    for (const operator of this.operators) this.end(operator);
  }

  private start(operator: Operator | Definer | Balancer): Running {
    const running = this.running.get(operator) ?? this.begin(operator);
    if (!this.running.has(operator)) {
      this.running.set(operator, running);
      this.actions.run(
        () => running.follow(),
        () => {
          this.end(operator);
        },
      );
    }
    return running;
  }

  private begin(operator: Operator | Definer | Balancer): Running {
    if ("balances" in operator) return new RunningBalancer(this.client, this.actions, this.onChange);
    return "defines" in operator
      ? new RunningDefiner(this.client, operator, this.actions)
      : new RunningOperator(this.client, operator, this.actions, this.onChange);
  }

  private end(operator: Operator | Definer | Balancer): void {
    this.running.get(operator)?.stop();
    this.running.delete(operator);
  }
}
