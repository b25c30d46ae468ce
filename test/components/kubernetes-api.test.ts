import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { after, before, beforeEach, describe, it } from "mocha";
import { kubernetesAnswerProvider } from "../../components/kubernetes/kubernetes-answer";

type Provider = typeof kubernetesAnswerProvider;

const pem = (name: string): string => readFileSync(join(__dirname, "fixtures", name), "utf8");
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** The provider as the engine's plugin gets it: from its serialised text, in a scope of its own. */
async function deserialised(): Promise<Provider> {
  const { text } = await pulumi.runtime.serializeFunction(() => kubernetesAnswerProvider);
  const module = { exports: {} as { handler: () => Provider } };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- this is how the plugin runs it
  const run = new Function("exports", "require", "module", text) as (
    exports: object,
    require: NodeJS.Require,
    module: object,
  ) => void;
  run(module.exports, createRequire(__filename), module);
  return module.exports.handler();
}

describe("KubernetesApi", function () {
  this.timeout(30_000);
  let server: Server;
  let endpoint: string;
  let asked: string[] = [];
  let statuses: number[] = [];
  let provider: Provider;

  before(async () => {
    server = createServer({ key: pem("key.pem"), cert: pem("cert.pem") }, (request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(statuses.shift() ?? 200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    provider = await deserialised();
  });
  after(() => {
    server.close();
  });
  beforeEach(() => {
    asked = [];
    statuses = [];
  });

  const inputs = (timeoutSeconds: number): Parameters<Provider["create"]>[0] => ({
    endpoint,
    kubeconfig: {
      caCertificate: base64(pem("cert.pem")),
      clientCertificate: base64(pem("cert.pem")),
      clientKey: base64(pem("key.pem")),
    },
    timeoutSeconds,
  });

  it("exists once the API is ready, asked again until then", async () => {
    statuses = [500, 200];
    const { id, outs } = await provider.create(inputs(20));
    assert.deepEqual([id, outs, asked], [endpoint, { endpoint }, ["/readyz", "/readyz"]]);
  });

  it("exists once the API serves a kind, where that is what is waited for", async () => {
    statuses = [404, 200];
    const path = "/apis/cilium.io/v2/ciliumbgppeerconfigs";
    const { id } = await provider.create({ ...inputs(20), path });
    assert.deepEqual([id, asked], [path, [`${path}?limit=1`, `${path}?limit=1`]]);
    statuses = [404, 404, 404];
    await assert.rejects(provider.create({ ...inputs(1), path }), {
      message: `The Kubernetes API at ${endpoint} did not serve ${path} within 1 s (last: HTTP 404)`,
    });
  });

  it("gives no credential back", async () => {
    const created = await provider.create(inputs(20));
    assert.ok(!JSON.stringify(created).includes(inputs(1).kubeconfig.clientKey ?? "-"));
  });

  it("fails with the last answer when the API does not get ready in time", async () => {
    statuses = [503, 503, 503];
    await assert.rejects(provider.create(inputs(1)), {
      message: `The Kubernetes API at ${endpoint} was not ready within 1 s (last: HTTP 503)`,
    });
  });

  it("does not take another's certificate for the API's", async () => {
    const strange = { ...inputs(1), kubeconfig: { ...inputs(1).kubeconfig, caCertificate: "" } };
    await assert.rejects(provider.create(strange), /was not ready within 1 s \(last: self-signed certificate\)/);
  });

  it("never changes once it exists: neither a preview nor an update waits again", async () => {
    assert.deepEqual(await provider.diff?.("id", inputs(1), { ...inputs(99), endpoint: "https://elsewhere:6443" }), {
      changes: false,
    });
    assert.equal(provider.read, undefined);
    assert.equal(provider.delete, undefined);
  });
});
