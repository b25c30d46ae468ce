import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import { NodeRemoval } from "../../components/kubernetes/node-removal";
import { issue, newAuthority } from "../../simulator/wire/certificates";
import { startMocks } from "./mocks";

const of = { name: "work-00", oldInputs: { vmId: 103, name: "work-00" } };

describe("the removal of nodes", () => {
  beforeEach(() => startMocks());

  it("is called by the engine after a VM was deleted, never in a preview", () => {
    const { hooks } = new NodeRemoval();
    assert.deepEqual(
      Object.entries(hooks).map(([when, each]) => [when, ...each.map(({ name, opts }) => [name, opts?.onDryRun])]),
      [["afterDelete", ["node-removal", undefined]]],
    );
  });

  it("deletes the node of the VM's own name through the cluster's kubeconfig", async () => {
    const deleted: string[] = [];
    const removal = new NodeRemoval({
      deleteNode: (kubeconfig, node) => Promise.resolve(void deleted.push(`${node} by ${kubeconfig}`)),
      warn: (message) => Promise.reject(new Error(message)),
    });
    removal.through(pulumi.secret("KUBECONFIG"));
    await removal.remove(of);
    await removal.remove({ name: "renamed" });
    assert.deepEqual(deleted, ["work-00 by KUBECONFIG", "renamed by KUBECONFIG"]);
  });

  describe("with the API itself", () => {
    const authority = newAuthority("kubernetes");
    const { certificate, key } = issue(authority, { commonName: "api", names: ["127.0.0.1"], usages: ["server"] });
    const asked: string[] = [];
    let status = 200;
    const server = createServer(
      { cert: certificate, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: true },
      ({ method, url, socket }, response) => {
        const { subject } = (socket as unknown as { getPeerCertificate(): { subject: { O: string } } }).getPeerCertificate();
        asked.push(`${method ?? ""} ${url ?? ""} as ${subject.O}`);
        response.writeHead(status).end("{}");
      },
    );
    const warnings: string[] = [];
    before(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
    after(() => server.close());
    beforeEach(() => {
      asked.length = 0;
      warnings.length = 0;
      status = 200;
    });

    for (const [code, warning] of [
      [200, []],
      [404, []],
      [
        403,
        ["work-00 is gone, but its node could not be deleted (the API answered 403 Forbidden); run kubectl delete node work-00"],
      ],
    ] as const) {
      it(`says ${warning.length === 0 ? "nothing" : "what to do"} when it answers ${code}`, async () => {
        status = code;
        await removal(kubeconfig()).remove(of);
        assert.deepEqual(asked, ["DELETE /api/v1/nodes/work-00 as system:masters"]);
        assert.deepEqual(warnings, warning);
      });
    }

    it("fails nothing when the API is away or the kubeconfig makes no sense", async () => {
      await removal(kubeconfig("https://127.0.0.1:1")).remove(of);
      assert.match(warnings[0] ?? "", /^work-00 is gone, but its node could not be deleted \(connect ECONNREFUSED/);
      await removal("kind: Config").remove(of);
      assert.match(warnings[1] ?? "", /the kubeconfig is not one of Talos'/);
      const undeclared = new NodeRemoval({
        deleteNode: () => Promise.reject(new Error("asked")),
        warn: (text) => Promise.resolve(void warnings.push(text)),
      });
      await undeclared.remove(of);
      assert.match(warnings[2] ?? "", /no cluster is declared/);
    });

    function removal(text: string): NodeRemoval {
      const made = new NodeRemoval();
      Reflect.set(made, "doors", {
        ...(made as unknown as { doors: object }).doors,
        warn: (message: string) => Promise.resolve(void warnings.push(message)),
      });
      made.through(pulumi.secret(text));
      return made;
    }

    function kubeconfig(url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`): string {
      const admin = issue(authority, { commonName: "admin", organizations: ["system:masters"], usages: ["client"] });
      const base64 = (text: string): string => Buffer.from(text).toString("base64");
      return stringify({
        clusters: [{ name: "c", cluster: { server: url, "certificate-authority-data": base64(authority.certificate) } }],
        users: [
          { name: "u", user: { "client-certificate-data": base64(admin.certificate), "client-key-data": base64(admin.key) } },
        ],
      });
    }
  });
});
