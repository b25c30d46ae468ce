import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { stringify } from "yaml";
import { clusterNodes } from "../../automation/cluster-nodes";
import { issue, newAuthority } from "../../simulator/wire/certificates";

describe("the nodes of a cluster", () => {
  const authority = newAuthority("kubernetes");
  const { certificate, key } = issue(authority, { commonName: "api", names: ["127.0.0.1"], usages: ["server"] });
  const admin = issue(authority, { commonName: "admin", usages: ["client"] });
  let status = 200;
  let body: unknown;
  const options = { cert: certificate, key, ca: authority.certificate, requestCert: true };
  const server = createServer(options, (request, response) => {
    assert.equal(request.url, "/api/v1/nodes");
    response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  before(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  after(() => {
    server.close();
  });
  beforeEach(() => (status = 200));

  const kubeconfig = (port = (server.address() as AddressInfo).port): string => {
    const encode = (text: string): string => Buffer.from(text).toString("base64");
    return stringify({
      clusters: [
        {
          name: "lab",
          cluster: { server: `https://127.0.0.1:${port}`, "certificate-authority-data": encode(authority.certificate) },
        },
      ],
      users: [
        {
          name: "admin@lab",
          user: { "client-certificate-data": encode(admin.certificate), "client-key-data": encode(admin.key) },
        },
      ],
    });
  };

  it("are ready, or say why not", async () => {
    const node = (name: string, ...conditions: object[]): object => ({ metadata: { name }, status: { conditions } });
    body = {
      items: [
        node("a", { type: "MemoryPressure", status: "False" }, { type: "Ready", status: "True", message: "kubelet is ready" }),
        node("b", { type: "Ready", status: "False", message: "no network plugin\n" }),
        node("c"),
      ],
    };
    assert.deepEqual(await clusterNodes(kubeconfig()), [
      { name: "a" },
      { name: "b", unready: "no network plugin" },
      { name: "c", unready: "its kubelet says nothing of it" },
    ]);
  });

  it("cannot be known, which is said in a line without anything of the kubeconfig", async () => {
    const said = async (text: string): Promise<string> => {
      const error: unknown = await clusterNodes(text).then(
        () => assert.fail("it answered"),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof Error);
      return error.message.replace(/127\.0\.0\.1:\d+/, "lab:6443");
    };
    status = 403;
    assert.equal(await said(kubeconfig()), "https://lab:6443 answers 403 Forbidden");
    status = 200;
    body = "<html>";
    assert.equal(await said(kubeconfig()), "https://lab:6443 does not answer as the Kubernetes API does");
    assert.equal(await said(kubeconfig(1)), "https://lab:6443 does not answer (ECONNREFUSED)");
    assert.equal(await said("SECRET: ["), "the kubeconfig is not one of Talos'");
  });
});
