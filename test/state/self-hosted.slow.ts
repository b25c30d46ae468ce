import assert from "node:assert/strict";
import { Failure } from "../../automation/failure";
import { openStore } from "../../automation/state/open-store";
import type { StateStore } from "../../automation/state/store";
import { findProgram, skipped } from "./programs";
import type { SelfHosted } from "./self-hosted";
import { KEYS, SELF_HOSTED, bucketUrl, startSelfHosted } from "./self-hosted";
import type { LocalServer } from "./server";

const KEY = ".pulumi/stacks/proxmox-talos/homelab.json";

for (const name of Object.keys(SELF_HOSTED) as SelfHosted[]) {
  describe(`a bucket of ${name}`, function () {
    this.timeout(60_000);
    const { region, versions } = SELF_HOSTED[name];
    const environment = { ...process.env };
    let server: LocalServer;
    before(async function () {
      if (findProgram(name) === undefined) skipped(this, name);
      server = await startSelfHosted(name);
    });
    beforeEach(() => {
      Object.assign(process.env, KEYS);
    });
    afterEach(() => {
      for (const key of Object.keys(KEYS)) Reflect.deleteProperty(process.env, key);
      Object.assign(process.env, environment);
    });
    after(() => (findProgram(name) === undefined ? undefined : server.stop()));

    const store = (bucket: string, prefix?: string): StateStore => {
      const opened = openStore(bucketUrl(name, server, bucket, prefix));
      assert.ok(opened);
      return opened;
    };
    const failure = async (what: Promise<unknown>): Promise<Failure> => {
      const error: unknown = await what.catch((each: unknown) => each);
      assert.ok(error instanceof Failure, String(error));
      return error;
    };

    it("is made, probed, nobody else's to read, and keeps versions where it can", async () => {
      const bucket = store("lab-state", "/a/b");
      assert.equal(await bucket.exists(), false);
      await bucket.create();
      assert.equal(await bucket.exists(), true);
      await bucket.probe();
      assert.deepEqual(await bucket.list(""), []);
      assert.equal(await bucket.isPublic(), false);
      // Neither has a setting that keeps it so; MinIO does not even know the call.
      assert.equal(await bucket.closeToPublic(), false);
      assert.equal(await bucket.keepVersions(), versions ? "on" : "unsupported");
      assert.equal((await bucket.versioning()) === "on", versions);
    });

    it("gives back what was written, version by version where it has any, and lists more than one answer holds", async () => {
      const bucket = store("many");
      await bucket.create();
      if (versions) await bucket.keepVersions();
      const { S3Client, PutObjectCommand } = await import("@aws-sdk/client-s3");
      const client = new S3Client({ region, endpoint: server.endpoint, forcePathStyle: true });
      const put = (Key: string, Body: string): Promise<unknown> =>
        client.send(new PutObjectCommand({ Bucket: "many", Key, Body }));
      for (const body of ["one", "two!"]) await put(KEY, body);
      assert.equal((await bucket.read(KEY))?.toString(), "two!");
      assert.equal(await bucket.read("nowhere"), undefined);
      const kept = await bucket.versions(KEY);
      assert.equal(kept.length, versions ? 2 : kept.length);
      if (versions) assert.equal((await bucket.read(KEY, kept[1]?.id))?.toString(), "one");
      const keys = Array.from({ length: 1001 }, (_, index) => `f/${index}`);
      for (let first = 0; first < keys.length; first += 50)
        await Promise.all(keys.slice(first, first + 50).map((key) => put(key, "x")));
      assert.equal((await bucket.list("f/")).length, keys.length);
    });

    it("says what is wrong: no bucket, a wrong secret, another region", async () => {
      const nowhere = await failure(store("nowhere").probe());
      assert.match(nowhere.message, /there is none of this name; lab state bootstrap/);
      process.env["AWS_SECRET_ACCESS_KEY"] = "d3".repeat(32);
      const wrong = await failure(store("lab-state").exists());
      assert.equal(wrong.code, "store-refused");
      assert.match(wrong.message, /the credentials (are not right|may not)/);
      assert.ok(!wrong.message.includes("d3d3"));
      Object.assign(process.env, KEYS);
      const url = bucketUrl(name, server, "lab-state").replace(`region=${region}`, "region=elsewhere-1");
      const elsewhere = openStore(url);
      assert.ok(elsewhere);
      const found: unknown = await elsewhere.exists().catch((error: unknown) => error);
      // MinIO takes any region for its own.
      if (found !== true) assert.match((found as Failure).message, /another region than elsewhere-1.*state\.backend\.s3\.region/);
    });
  });
}
