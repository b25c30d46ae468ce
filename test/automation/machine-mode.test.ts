import assert from "node:assert/strict";
import { createServer as createPlainServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:tls";
import type { TlsOptions } from "node:tls";
import { machineMode } from "../../automation/machine-mode";
import { issue, newAuthority } from "../../simulator/wire/certificates";

const authority = newAuthority("talos");

describe("the mode of a machine", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function listening(server: Server): Promise<number> {
    servers.push(server);
    server.on("tlsClientError", () => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }

  function showing(commonName: string, options: TlsOptions = {}): Promise<number> {
    const { certificate, key } = issue(authority, { commonName, names: ["127.0.0.1"], usages: ["server"] });
    return listening(createServer({ cert: certificate, key, ...options }));
  }

  it("is maintenance where it shows the name of machines without a configuration", async () => {
    assert.equal(await machineMode("127.0.0.1", await showing("maintenance-service.talos.dev")), "maintenance");
  });

  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    it(`is configured where it asks who is there (${maxVersion})`, async () => {
      const options: TlsOptions = { requestCert: true, rejectUnauthorized: true, ca: authority.certificate, maxVersion };
      assert.equal(await machineMode("127.0.0.1", await showing("work-00", options)), "configured");
    });
  }

  it("is away where nobody listens, and where somebody does who is no Talos machine", async () => {
    assert.equal(await machineMode("127.0.0.1", 1), "away");
    const port = await listening(createPlainServer((socket) => socket.destroy()));
    assert.equal(await machineMode("127.0.0.1", port), "away");
  });
});
