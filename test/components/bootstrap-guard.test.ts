import assert from "node:assert/strict";
import { createServer } from "node:net";
import type * as pulumi from "@pulumi/pulumi";
import { BootstrapGuard } from "../../components/talos/bootstrap-guard";
import { etcdRuns } from "../../components/talos/etcd-probe";
import { startMocks } from "./mocks";

describe("the guard of the bootstrap", () => {
  beforeEach(() => startMocks());

  it("is called by the engine before a cluster is bootstrapped, never in a preview", () => {
    const { beforeCreate } = new BootstrapGuard("10.0.0.1").hooks;
    assert.deepEqual(
      (beforeCreate as pulumi.ResourceHook[]).map(({ name, opts }) => [name, opts?.onDryRun]),
      [["bootstrap-once", undefined]],
    );
  });

  it("lets a bootstrap go on where no etcd runs, and names lab up where one does", async () => {
    await new BootstrapGuard("10.0.0.1", () => Promise.resolve(false)).judge();
    await assert.rejects(
      new BootstrapGuard("10.0.0.1", (address) => Promise.resolve(address === "10.0.0.1")).judge(),
      /^Error: etcd runs on 10\.0\.0\.1 already and the state does not know it: run npx lab up \S+, which takes over what an interrupted update left$/,
    );
  });

  it("sees etcd by its port alone", async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(2379, "127.68.1.1", resolve));
    assert.equal(await etcdRuns("127.68.1.1"), true);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(await etcdRuns("127.68.1.1"), false);
  });
});
