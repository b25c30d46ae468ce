import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "mocha";
import { lookAt } from "../../components/proxmox/proxmox-api";

const pem = (name: string): string => readFileSync(join(__dirname, "fixtures", name), "utf8");
const apiToken = "root@pam!lab=hidden-secret";

const ANSWERS: Record<string, unknown> = {
  "/api2/json/cluster/resources?type=vm": [
    { id: "qemu/100", vmid: 100, type: "qemu", node: "pve", status: "running", name: "ctrl-00", tags: "lab;talos" },
    { id: "lxc/104", vmid: 104, type: "lxc", node: "pve-02" },
  ],
  "/api2/json/cluster/status": [
    { type: "cluster", name: "rack", nodes: 2 },
    { type: "node", name: "pve", online: 1 },
    { type: "node", name: "pve-02", online: 0 },
  ],
};

describe("the look at a Proxmox cluster", () => {
  let server: Server;
  let endpoint: string;
  let asked: string[];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  before(async () => {
    server = createServer({ key: pem("key.pem"), cert: pem("cert.pem") }, (request, response) => {
      asked.push(`${request.method ?? ""} ${request.url ?? ""} ${request.headers.authorization ?? ""}`);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
  });
  beforeEach(() => {
    asked = [];
    answer = (request, response) => {
      response.end(JSON.stringify({ data: ANSWERS[request.url ?? ""] }));
    };
  });

  it("logs in with a user name and password where there is no token, and lets neither out", async () => {
    const bodies: string[] = [];
    const cookies: string[] = [];
    answer = (request, response) => {
      if (request.method !== "POST") {
        cookies.push(request.headers.cookie ?? "");
        response.end(JSON.stringify({ data: ANSWERS[request.url ?? ""] }));
        return;
      }
      request.setEncoding("utf8").on("data", (chunk: string) => bodies.push(chunk));
      request.on("end", () => response.end(JSON.stringify({ data: { ticket: "PVE:root@pam:1", CSRFPreventionToken: "x" } })));
    };
    const login = { username: "root@pam", password: "hidden-secret&x" };
    const { vms } = await lookAt({ endpoint, insecure: true, apiToken: undefined, login });
    assert.equal(vms.length, 2);
    assert.deepEqual(bodies, ["username=root%40pam&password=hidden-secret%26x"]);
    assert.deepEqual(cookies, ["PVEAuthCookie=PVE:root@pam:1", "PVEAuthCookie=PVE:root@pam:1"]);

    answer = (_request, response) => {
      response.writeHead(401, "authentication failure for hidden-secret&x").end();
    };
    assert.equal(
      await message({ apiToken: undefined, login }),
      "https://pve:8006 refuses to tell (401 authentication failure for [secret])",
    );
  });

  const message = async (access: Partial<Parameters<typeof lookAt>[0]> = {}): Promise<string> => {
    const error: unknown = await lookAt({ endpoint, insecure: true, apiToken, ...access }).then(
      () => assert.fail("it answered"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Error);
    assert.ok(!error.message.includes("hidden-secret"), "the token is in the message");
    assert.ok(!error.message.includes("\n"));
    return error.message.replace(endpoint, "https://pve:8006");
  };

  it("reads guests, hosts and the cluster's name by two requests with the token", async () => {
    assert.deepEqual(await lookAt({ endpoint: `${endpoint}/`, insecure: true, apiToken }), {
      cluster: "rack",
      hosts: [
        { name: "pve", online: true },
        { name: "pve-02", online: false },
      ],
      vms: [
        { vmId: 100, name: "ctrl-00", host: "pve", status: "running", tags: ["lab", "talos"] },
        { vmId: 104, name: "", host: "pve-02", status: "unknown", tags: [] },
      ],
    });
    assert.deepEqual(
      asked.sort(),
      Object.keys(ANSWERS).map((path) => `GET ${path} PVEAPIToken=${apiToken}`),
    );
  });

  it("asks one thing more where a VM is being made: whether somebody is still at it", async () => {
    const guests = [
      { vmid: 105, node: "pve", status: "stopped", lock: "create" },
      { vmid: 106, node: "pve", status: "stopped", lock: "create" },
      { vmid: 107, node: "pve", status: "stopped", lock: "backup" },
    ];
    const tasks = [
      { type: "qmcreate", id: "105", starttime: 1 },
      { type: "qmcreate", id: "106", starttime: 1, endtime: 2, status: "unexpected status" },
      { type: "vzdump", id: "106", starttime: 1 },
      { type: "qmcreate", id: "107", starttime: 1 },
    ];
    answer = (request, response) => {
      const path = request.url ?? "";
      const data = path.includes("resources") ? guests : path.endsWith("/cluster/tasks") ? tasks : ANSWERS[path];
      response.end(JSON.stringify({ data }));
    };
    const { vms } = await lookAt({ endpoint, insecure: true, apiToken });
    assert.deepEqual(
      vms.map(({ vmId, creation }) => [vmId, creation]),
      [
        [105, "running"],
        [106, "broken"],
        [107, undefined],
      ],
    );
  });

  it("accepts a certificate nobody vouches for only where the stack does", async () => {
    assert.equal(
      await message({ insecure: false }),
      "https://pve:8006 has a certificate that nobody vouches for (DEPTH_ZERO_SELF_SIGNED_CERT); proxmox.insecure accepts it",
    );
    assert.deepEqual(asked, []);
  });

  it("says in one line, without the token, that it is refused", async () => {
    answer = (request, response) => {
      response.writeHead(401, `no such token ${request.headers.authorization ?? ""}`).end();
    };
    assert.equal(await message(), "https://pve:8006 refuses to tell (401 no such token PVEAPIToken=[secret])");
  });

  it("says in one line that something else answers", async () => {
    answer = (_, response) => {
      response.end("<html>hidden-secret</html>");
    };
    assert.match(await message(), /^https:\/\/pve:8006 does not answer as the Proxmox API does \(cluster\/(resources|status)\)$/);
  });

  it("says in one line that nothing answers", async () => {
    assert.equal(await message({ endpoint: "https://127.0.0.1:1" }), "https://127.0.0.1:1 does not answer (ECONNREFUSED)");
  });

  it("does not ask without a token", async () => {
    for (const none of [undefined, ""]) {
      assert.equal(
        await message({ apiToken: none }),
        "neither an API token (proxmoxve:apiToken or PROXMOX_VE_API_TOKEN) nor a user name and password to look with",
      );
    }
    assert.deepEqual(asked, []);
  });

  it("gives up after 5 s", async function () {
    this.timeout(7_000);
    answer = () => undefined;
    assert.equal(await message(), "https://pve:8006 does not answer within 5 s");
    server.closeAllConnections();
  });
});
