import assert from "node:assert/strict";
import { createServer } from "node:tls";
import { describe, it } from "mocha";
import { BalancerGuard, answersThrough } from "../../components/guests/balancer-guard";
import { issue, newAuthority } from "../../simulator/wire/certificates";

const PAIR = { "lb-00": "10.0.0.8", "lb-01": "10.0.0.9" };

/** Judges the first balancer; whoever is listed answers, from that many waits on. */
async function judged(
  answering: Readonly<Record<string, number>>,
  all: Readonly<Record<string, string>> = PAIR,
): Promise<number> {
  let waits = 0;
  const guard = new BalancerGuard(all, {
    answers: (address) => Promise.resolve(waits >= (answering[address] ?? Number.POSITIVE_INFINITY)),
    pause: () => {
      waits++;
      return Promise.resolve();
    },
  });
  await guard.judge("lb-00");
  return waits;
}

describe("the guard of balancers", () => {
  it("lets one go while another answers", async () => {
    assert.equal(await judged({ "10.0.0.8": 0, "10.0.0.9": 0 }), 0);
  });

  it("waits for another that does not answer yet", async () => {
    assert.equal(await judged({ "10.0.0.8": 0, "10.0.0.9": 7 }), 7);
  });

  it("refuses to let go of the only one that answers", async () => {
    await assert.rejects(
      judged({ "10.0.0.8": 0 }),
      /^Error: lb-00 is the only balancer that leads to the API: none of 10\.0\.0\.9 does within 15 minutes; look at its console, mend or delete it, and run the update again$/,
    );
  });

  it("lets one go that answers nobody, that is alone or that is none of them", async () => {
    assert.equal(await judged({}), 0);
    assert.equal(await judged({ "10.0.0.8": 0 }, { "lb-00": "10.0.0.8" }), 0);
    assert.equal(await judged({ "10.0.0.8": 0 }, { "lb-05": "10.0.0.7" }), 0);
  });

  it("takes a handshake for an answer, an open port for none", async () => {
    const { certificate, key } = issue(newAuthority("api"), { commonName: "api", names: ["127.0.0.1"], usages: ["server"] });
    const server = createServer({ cert: certificate, key });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    assert.equal(await answersThrough("127.0.0.1", port), true);
    server.close();
    assert.equal(await answersThrough("127.0.0.1", port), false);
    const { createServer: open } = await import("node:net");
    // As HAProxy does without a server behind it: it takes the connection and ends it.
    const bare = open((socket) => socket.end());
    await new Promise<void>((resolve) => bare.listen(0, "127.0.0.1", resolve));
    assert.equal(await answersThrough("127.0.0.1", (bare.address() as { port: number }).port), false);
    bare.close();
  });
});
