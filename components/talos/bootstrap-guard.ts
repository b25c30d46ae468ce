import * as pulumi from "@pulumi/pulumi";
import { etcdRuns } from "./etcd-probe";

/**
 * Stops a bootstrap that has happened: the provider would try again for ten minutes and fail in the end (AlreadyExists), and what it
 * says then helps nobody.
 */
export class BootstrapGuard {
  /** For the one resource that bootstraps. */
  public readonly hooks: Required<Pick<pulumi.ResourceHookBinding, "beforeCreate">>;

  /** @param node address of the machine that is to be bootstrapped */
  constructor(
    private readonly node: string,
    private readonly probe: (address: string) => Promise<boolean> = etcdRuns,
  ) {
    this.hooks = { beforeCreate: [new pulumi.ResourceHook("bootstrap-once", () => this.judge())] };
  }

  /** @throws {Error} when etcd runs already */
  public async judge(): Promise<void> {
    if (!(await this.probe(this.node))) return;
    throw new Error(
      `etcd runs on ${this.node} already and the state does not know it: run npx lab up ${pulumi.getStack()}, which takes over what an ` +
        "interrupted update left",
    );
  }
}
