import type { Actions } from "./actions";
import type { ApiClient } from "./api-client";
import { ApiError } from "./api-types";
import type { Definer } from "./operator";

const PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** An operator of which a pod is ready, and that defines its kinds: once, at its start. */
export class RunningDefiner {
  private readonly asked = new Set<object>();

  constructor(
    private readonly client: ApiClient,
    private readonly operator: Definer,
    private readonly actions: Actions,
  ) {}

  /** It follows nothing. */
  public follow(): Promise<void> {
    return Promise.resolve();
  }

  public stop(): void {
    this.asked.clear();
  }

  public reconcile(): void {
    for (const each of this.operator.defines) {
      if (this.asked.has(each)) continue;
      this.asked.add(each);
      this.actions.run(
        () => this.define(each),
        () => this.asked.delete(each),
      );
    }
  }

  /** What is there already stays as it is. */
  private async define(each: object): Promise<void> {
    try {
      await this.client.create(PATH, each);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
    }
  }
}
