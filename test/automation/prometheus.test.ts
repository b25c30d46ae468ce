import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "mocha";
import { Failure } from "../../automation/failure";
import { QUERIES, measure } from "../../automation/stages/prometheus";
import { planned } from "../../automation/stacks";
import type { NodeUse } from "../../planner";
import { PROJECT } from "../stacks";
import { lab } from "../lab";

const EXAMPLE = join(PROJECT, "examples/roadmap-3.yaml");
const { plan } = planned(EXAMPLE);

/** A server that answers as Prometheus does (web/api/v1): a vector for a query that it knows. */
describe("a Prometheus that is asked", () => {
  let server: Server;
  let address = "";
  /** What it says to a query: a status and a body; nothing for no answer at all. */
  let answer: (query: string) => [number, string] | undefined;
  const asked: { method?: string; url?: string; query: string | null }[] = [];

  before((done) => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        const query = new URLSearchParams(body).get("query");
        asked.push({ method: request.method, url: request.url, query });
        const said = answer(query ?? "");
        if (said) response.writeHead(said[0], { "content-type": "application/json" }).end(said[1]);
      });
    }).listen(0, "127.0.0.1", () => {
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  afterEach(() => asked.splice(0));
  after((done) => {
    server.closeAllConnections();
    server.close(done);
  });

  const vector = (samples: Readonly<Record<string, string>>): [number, string] => {
    const result = Object.entries(samples).map(([instance, value]) => ({
      metric: { instance },
      value: [1_777_629_600.5, value],
    }));
    return [200, JSON.stringify({ status: "success", data: { resultType: "vector", result } })];
  };
  const byKey =
    (values: Readonly<Record<keyof NodeUse, Readonly<Record<string, string>>>>): typeof answer =>
    (query) => {
      const key = (Object.keys(QUERIES) as (keyof NodeUse)[]).find((each) => QUERIES[each] === query);
      return key ? vector(values[key]) : [400, '{"status":"error","errorType":"bad_data","error":"unknown query"}'];
    };

  it("is asked for three figures of every node, and for nothing else", async () => {
    answer = byKey({
      cpuPercent: { "203.0.113.10:9100": "41.5", "203.0.113.20:9100": "100.2", "198.51.100.1:9100": "99" },
      sustainedCpuPercent: { "203.0.113.10:9100": "30", "work-00:9100": "81" },
      memoryPercent: { "203.0.113.10:9100": "NaN", "work-00": "60" },
    });
    const seen = await measure(address, plan);
    assert.deepEqual(seen, {
      measuredAt: "2026-05-01T10:00:00.500Z",
      nodes: {
        "node-00": { cpuPercent: 41.5, sustainedCpuPercent: 30 },
        // By address or by name; of machines that are none of the stack's nothing is told.
        "work-00": { cpuPercent: 100, sustainedCpuPercent: 81, memoryPercent: 60 },
      },
      operations: {},
    });
    assert.deepEqual(
      asked.map(({ method, url, query }) => [method, url, query]),
      Object.values(QUERIES).map((query) => ["POST", "/api/v1/query", query]),
    );
  });

  it("may be behind a path", async () => {
    answer = () => vector({});
    assert.deepEqual(await measure(`${address}/prometheus/`, plan), { nodes: {}, operations: {} });
    assert.equal(asked[0]?.url, "/prometheus/api/v1/query");
  });

  it("tells lab advise what to do, or what is not known", async () => {
    const all = Object.fromEntries(plan.machines.map(({ address: each }) => [`${each}:9100`, "20"]));
    answer = byKey({ cpuPercent: all, sustainedCpuPercent: all, memoryPercent: all });
    const facts = ["workBlocked=false", "teamTimePercent=5"].flatMap((fact) => ["--fact", fact]);
    const quiet = await lab("advise", EXAMPLE, "--prometheus", address, ...facts);
    assert.deepEqual([quiet.code, quiet.stderr], [0, ""]);
    assert.match(quiet.stdout, /measured at 2026-05-01T10:00:00\.500Z[^]*\nstay in stage 3, multi-node\n$/);
    const some = Object.fromEntries(Object.entries(all).filter(([instance]) => instance !== "203.0.113.22:9100"));
    answer = byKey({ cpuPercent: all, sustainedCpuPercent: all, memoryPercent: some });
    const partly = await lab("advise", EXAMPLE, "--prometheus", address, ...facts);
    assert.match(
      partly.stdout,
      /\? {2}stay with CPU and memory of every node below 70%: at most 20%, on node-00, and nothing is known\s+of work-02/,
    );
    assert.match(partly.stdout, /nothing known leads on, but not all speaks for staying: not known: CPU and memory/);
  });

  const failures: [string, typeof answer, string, RegExp][] = [
    [
      "refuses a query",
      () => [422, '{"status":"error","errorType":"execution","error":"query processing would load too many samples"}'],
      "prometheus-refused",
      /answers 422: query processing would load too many samples/,
    ],
    [
      "is none",
      () => [200, "<html>hello</html>"],
      "prometheus-refused",
      /answers 200: what it says is no answer of a Prometheus/,
    ],
    ["wants a password", () => [401, "Unauthorized"], "prometheus-refused", /answers 401/],
    [
      "answers with something else",
      () => [200, '{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}'],
      "prometheus-refused",
      /no answer of a Prometheus/,
    ],
    ["does not answer", () => undefined, "prometheus-unreachable", /does not answer: nothing within 0\.1 s/],
  ];
  for (const [what, says, code, message] of failures)
    it(`fails clearly where it ${what}`, async () => {
      answer = says;
      await assert.rejects(measure(address, plan, 100), (error) => {
        assert.ok(error instanceof Failure);
        assert.deepEqual([error.code, error.exitCode], [code, 1]);
        assert.match(error.message, message);
        return true;
      });
    });

  it("fails clearly where nobody listens", async () => {
    const { code, stderr, stdout } = await lab("advise", EXAMPLE, "--prometheus", "http://127.0.0.1:9");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^http:\/\/127\.0\.0\.1:9 does not answer: /);
  });
});
