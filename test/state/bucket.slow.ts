import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Failure } from "../../automation/failure";
import { openStore } from "../../automation/state/open-store";
import type { StateStore } from "../../automation/state/store";
import { findProgram, skipped } from "./programs";
import { CREDENTIALS, S3Server } from "./s3-server";

const KEY = ".pulumi/stacks/proxmox-talos/homelab.json";

describe("a bucket of a real S3 server", function () {
  this.timeout(60_000);
  const servers: S3Server[] = [];
  const environment = { ...process.env };
  before(async function () {
    if (findProgram("versitygw") === undefined) skipped(this, "versitygw");
    servers.push(await S3Server.start({ versions: true }), await S3Server.start({ versions: false }));
  });
  beforeEach(() => {
    Object.assign(process.env, CREDENTIALS);
  });
  afterEach(() => {
    for (const name of Object.keys(CREDENTIALS)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
  });
  after(() => Promise.all(servers.map((server) => server.stop())));

  const storeAt = (url: string): StateStore => {
    const store = openStore(url);
    assert.ok(store);
    return store;
  };
  const server = (versions: boolean): S3Server => {
    const found = servers[versions ? 0 : 1];
    assert.ok(found);
    return found;
  };
  const failure = async (what: Promise<unknown>): Promise<Failure> => {
    const error: unknown = await what.catch((each: unknown) => each);
    assert.ok(error instanceof Failure, String(error));
    return error;
  };

  it("is made, probed, told to keep versions, and keeps them", async () => {
    const store = storeAt(server(true).url("versioned", "/a/b"));
    assert.equal(await store.exists(), false);
    await store.create();
    assert.equal(await store.exists(), true);
    assert.equal(await store.versioning(), "off");
    assert.equal(await store.keepVersions(), "on");
    await store.probe();
    assert.deepEqual(await store.list(""), []);
    assert.equal(await store.isPublic(), false);
    // This server has no such setting; the one of Amazon's has.
    assert.equal(await store.closeToPublic(), false);

    const { S3Client, PutObjectCommand } = await import("@aws-sdk/client-s3");
    const client = new S3Client({ region: "us-east-1", endpoint: server(true).endpoint, forcePathStyle: true });
    for (const Body of ["one", "two!"]) await client.send(new PutObjectCommand({ Bucket: "versioned", Key: `a/b/${KEY}`, Body }));
    await client.send(new PutObjectCommand({ Bucket: "versioned", Key: `a/b/${KEY}.bak`, Body: "no" }));
    const listed = (await store.list(".pulumi/stacks/proxmox-talos/")).map(({ key, bytes }) => [key, bytes]);
    assert.deepEqual(listed, [
      [KEY, 4],
      [`${KEY}.bak`, 2],
    ]);
    const versions = await store.versions(KEY);
    assert.deepEqual(
      versions.map(({ bytes, isLatest }) => [bytes, isLatest]),
      [
        [4, true],
        [3, false],
      ],
    );
    assert.equal((await store.read(KEY, versions[1]?.id))?.toString(), "one");
    assert.equal((await store.read(KEY))?.toString(), "two!");
    assert.equal(await store.read("nowhere"), undefined);
  });

  it("lists more than one answer holds", async () => {
    const store = storeAt(server(false).url("many"));
    await store.create();
    const { S3Client, PutObjectCommand } = await import("@aws-sdk/client-s3");
    const client = new S3Client({ region: "us-east-1", endpoint: server(false).endpoint, forcePathStyle: true });
    const keys = Array.from({ length: 1001 }, (_, index) => `f/${index}`);
    for (let first = 0; first < keys.length; first += 50) {
      await Promise.all(
        keys.slice(first, first + 50).map((Key) => client.send(new PutObjectCommand({ Bucket: "many", Key, Body: "x" }))),
      );
    }
    assert.equal((await store.list("f/")).length, keys.length);
  });

  it("keeps none where the server cannot, and says so", async () => {
    const store = storeAt(server(false).url("plain"));
    await store.create();
    assert.notEqual(await store.versioning(), "on");
    assert.equal(await store.keepVersions(), "unsupported");
    await store.probe();
    assert.deepEqual(await store.versions(KEY), []);
  });

  it("is seen to be everybody's where it is", async () => {
    const store = storeAt(server(true).url("open-house"));
    await store.create();
    assert.equal(await store.isPublic(), false);
    const { S3Client, PutBucketPolicyCommand } = await import("@aws-sdk/client-s3");
    const client = new S3Client({ region: "us-east-1", endpoint: server(true).endpoint, forcePathStyle: true });
    const Statement = [{ Effect: "Allow", Principal: "*", Action: ["s3:ListBucket"], Resource: ["arn:aws:s3:::open-house"] }];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await client.send(new PutBucketPolicyCommand({ Bucket: "open-house", Policy }));
    assert.equal(await store.isPublic(), true);
  });

  it("says which right the credentials lack, and does without those that are only for asking", async () => {
    const store = storeAt(server(true).url("limited"));
    await store.create();
    const { S3Client, PutBucketPolicyCommand } = await import("@aws-sdk/client-s3");
    const client = new S3Client({ region: "us-east-1", endpoint: server(true).endpoint, forcePathStyle: true });
    server(true).addUser("somebody", "with few rights");
    const Resource = ["arn:aws:s3:::limited", "arn:aws:s3:::limited/*"];
    const without = async (...rights: string[]): Promise<StateStore> => {
      const all = { Effect: "Allow", Principal: { AWS: ["somebody"] }, Action: ["s3:*"], Resource };
      const Policy = JSON.stringify({
        Statement: [all, { ...all, Effect: "Deny", Action: rights.map((right) => `s3:${right}`) }],
      });
      Object.assign(process.env, CREDENTIALS);
      await client.send(new PutBucketPolicyCommand({ Bucket: "limited", Policy }));
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: "somebody", AWS_SECRET_ACCESS_KEY: "with few rights" });
      return storeAt(server(true).url("limited"));
    };
    const cases: [string, (limited: StateStore) => Promise<unknown>, string][] = [
      ["ListBucket", (limited) => limited.exists(), "be listed"],
      ["ListBucket", (limited) => limited.list(""), "be listed"],
      ["PutObject", (limited) => limited.probe(), "be written to"],
      ["GetObject", (limited) => limited.probe(), "be read"],
      ["DeleteObject", (limited) => limited.probe(), "be deleted from"],
      ["ListBucketVersions", (limited) => limited.versions(KEY), "say what versions it has"],
    ];
    for (const [right, act, what] of cases) {
      // Whoever may not delete a version deletes plainly, and the other way round is none.
      const refused = await failure(act(await without(right, ...(right === "DeleteObject" ? ["DeleteObjectVersion"] : []))));
      assert.equal(refused.code, "store-refused");
      assert.ok(
        refused.message.includes(`cannot ${what}: the credentials may not (AccessDenied); give them s3:${right} in`),
        refused.message,
      );
    }
    assert.equal(await (await without("GetBucketVersioning")).versioning(), "unknown");
    assert.equal(await (await without("PutBucketVersioning")).keepVersions(), "unknown");
  });

  it("says what is wrong: no bucket, no credentials, wrong ones, nobody there", async () => {
    const url = server(true).url("nowhere");
    assert.match(
      (await failure(storeAt(url).probe())).message,
      /^the bucket nowhere\/ on http:\S+ cannot be written to: there is none of this name; lab state bootstrap/,
    );
    process.env["AWS_SECRET_ACCESS_KEY"] = "hunter2";
    const wrong = await failure(storeAt(url).exists());
    assert.deepEqual([wrong.code, wrong.message.includes("hunter2")], ["store-refused", false]);
    assert.match(wrong.message, /the credentials are not right \(SignatureDoesNotMatch\); correct AWS_ACCESS_KEY_ID/);
    const gone = await failure(storeAt("s3://x?endpoint=http%3A%2F%2F127.0.0.1%3A9&s3ForcePathStyle=true").exists());
    assert.deepEqual(
      [gone.code, /nobody answers at http:\/\/127.0.0.1:9 \(ECONNREFUSED\)/.test(gone.message)],
      ["store-unreachable", true],
    );
    for (const name of Object.keys(CREDENTIALS)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, {
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_SHARED_CREDENTIALS_FILE: "/nowhere",
      AWS_CONFIG_FILE: "/nowhere",
    });
    const none = await failure(storeAt(url).exists());
    assert.equal(none.code, "no-credentials");
    assert.match(
      none.message,
      /there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; they never belong/,
    );
  });

  it("says what is wrong when a server refuses, has another region, or is no S3 server", async () => {
    let answer = { status: 200, body: "" };
    const http = createServer((_, response) => response.writeHead(answer.status).end(answer.body));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const url = `s3://lab?s3ForcePathStyle=true&endpoint=http%3A%2F%2F127.0.0.1%3A${(http.address() as AddressInfo).port}`;
    const xml = (code: string): string => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>told</Message></Error>`;
    try {
      const cases: [number, string, RegExp][] = [
        [403, xml("AccessDenied"), /the credentials may not \(AccessDenied\); give them s3:ListBucket in the store/],
        [
          400,
          xml("AuthorizationHeaderMalformed"),
          /the store has another region than us-east-1 \(told\); correct state.backend.s3.region/,
        ],
        [404, "<html>", /cannot be listed: what answers there is no S3 server; see that the endpoint is right$/],
      ];
      for (const [status, body, message] of cases) {
        answer = { status, body };
        assert.match((await failure(storeAt(url).exists())).message, message);
      }
      answer = { status: 501, body: xml("NotImplemented") };
      assert.equal(await storeAt(url).versioning(), "unsupported");
      assert.equal(await storeAt(url).closeToPublic(), false);
    } finally {
      http.close();
    }
  });
});
