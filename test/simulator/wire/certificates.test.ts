import assert from "node:assert/strict";
import { X509Certificate, createPublicKey, generateKeyPairSync } from "node:crypto";
import { connect, createServer } from "node:tls";
import type { AddressInfo } from "node:net";
import { issue, newAuthority } from "../../../simulator/wire/certificates";
import type { KeyPair } from "../../../simulator/wire/certificates";

describe("certificates of the wire doors", () => {
  const authority = newAuthority("rehearsal");

  it("are of the authority that issued them, with names, groups and purposes", () => {
    const { certificate } = issue(authority, {
      commonName: "ctrl-00",
      organizations: ["os:admin"],
      names: ["ctrl-00", "192.168.68.100", "fd00::1"],
      usages: ["client"],
    });
    const read = new X509Certificate(certificate);
    assert.equal(read.verify(new X509Certificate(authority.certificate).publicKey), true);
    assert.equal(read.verify(new X509Certificate(newAuthority("rehearsal").certificate).publicKey), false);
    assert.equal(read.subject, "O=os:admin\nCN=ctrl-00");
    assert.equal(read.subjectAltName, "DNS:ctrl-00, IP Address:192.168.68.100, IP Address:FD00:0:0:0:0:0:0:1");
    // The object identifier of client authentication.
    assert.deepEqual(read.keyUsage, ["1.3.6.1.5.5.7.3.2"]);
    assert.equal(read.ca, false);
  });

  it("can be out of date", () => {
    const { certificate } = issue(authority, { commonName: "late", notAfter: new Date("2020-01-01T00:00:00Z") });
    assert.equal(new X509Certificate(certificate).validTo, "Jan  1 00:00:00 2020 GMT");
  });

  for (const [kind, key] of [
    ["an Ed25519 key as Talos labels it", generateKeyPairSync("ed25519").privateKey],
    ["an RSA key", generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey],
    ["an EC key", generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey],
  ] as const) {
    it(`can be signed with ${kind}`, () => {
      const pem = key.export({ type: "pkcs8", format: "pem" }) as string;
      const text = key.asymmetricKeyType === "ed25519" ? pem.replaceAll("PRIVATE KEY", "ED25519 PRIVATE KEY") : pem;
      const { certificate } = issue({ certificate: authority.certificate, key: text }, { commonName: "x" });
      assert.equal(new X509Certificate(certificate).verify(createPublicKey(key)), true);
    });
  }

  it("let two sides trust each other and nobody else", async () => {
    const server = issue(authority, { commonName: "server", names: ["127.0.0.1"], usages: ["server"] });
    assert.equal(await handshake(authority, server, issue(authority, { commonName: "client", usages: ["client"] })), "client");
    await assert.rejects(handshake(authority, server, issue(newAuthority("stranger"), { commonName: "client" })));
    await assert.rejects(handshake(newAuthority("stranger"), server, issue(authority, { commonName: "client" })));
    const elsewhere = issue(authority, { commonName: "server", names: ["127.0.0.2"] });
    await assert.rejects(handshake(authority, elsewhere, issue(authority, { commonName: "client" })), /IP/);
  });
});

/** The name of the client as the server saw it. */
async function handshake(authority: KeyPair, server: KeyPair, client: KeyPair): Promise<string> {
  const listener = createServer(
    { cert: server.certificate, key: server.key, ca: authority.certificate, requestCert: true, rejectUnauthorized: true },
    (socket) => socket.end(String(socket.getPeerCertificate().subject.CN)),
  );
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as AddressInfo;
  try {
    return await new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, ca: authority.certificate, cert: client.certificate, key: client.key });
      let text = "";
      socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
      socket.on("error", reject);
      socket.on("end", () => {
        if (text === "") reject(new Error("refused"));
        else resolve(text);
      });
    });
  } finally {
    listener.close();
  }
}
