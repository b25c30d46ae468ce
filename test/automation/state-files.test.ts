import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { Failure } from "../../automation/failure";
import { backendDir, mendStateFiles } from "../../automation/state-files";

const STATE = "stacks/proxmox-talos/homelab.json";

describe("a file backend whose engine was killed", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "backend-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const write = (path: string, content: string | Buffer): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  const mend = (): ReturnType<typeof mendStateFiles> => mendStateFiles(root, "proxmox-talos", "homelab");

  it("loses the empty descriptions of the stack's files, which nothing could be read with, and none of the others", async () => {
    const own = [
      `${STATE}.attrs`,
      `${STATE}.bak.attrs`,
      "history/proxmox-talos/homelab/homelab-1.history.json.attrs",
      "backups/proxmox-talos/homelab/homelab.1.json.attrs",
      "locks/organization/proxmox-talos/homelab/1.json.attrs",
      "meta.yaml.attrs",
    ];
    const others = ["stacks/proxmox-talos/prod.json.attrs", "stacks/other/homelab.json.attrs"];
    for (const path of [...own, ...others]) write(path, "");
    write(STATE, '{"version":3}');
    write("history/proxmox-talos/homelab/homelab-2.history.json.attrs", "{}");
    const { descriptions, restoredFrom } = await mend();
    assert.deepEqual([...descriptions].sort(), own.map((path) => join(root, path)).sort());
    assert.equal(restoredFrom, undefined);
    for (const path of own) assert.ok(!existsSync(join(root, path)), path);
    for (const path of others) assert.ok(existsSync(join(root, path)), path);
    assert.ok(existsSync(join(root, "history/proxmox-talos/homelab/homelab-2.history.json.attrs")));
    assert.deepEqual(await mend(), { descriptions: [], locks: [], restoredFrom: undefined });
  });

  it("loses what was to become a lock and never did, which no update could be begun with, and no lock", async () => {
    const lock = "locks/organization/proxmox-talos/homelab/1.json";
    for (const path of [lock, `${lock}.18ea33382a646471.tmp`, `${lock}.28ea33382a646471.tmp`]) write(path, "");
    const longAgo = new Date(Date.now() - 120_000);
    for (const path of [lock, `${lock}.18ea33382a646471.tmp`]) utimesSync(join(root, path), longAgo, longAgo);
    assert.deepEqual((await mend()).locks, [join(root, `${lock}.18ea33382a646471.tmp`)]);
    assert.deepEqual(
      ["", ".18ea33382a646471.tmp", ".28ea33382a646471.tmp"].map((end) => existsSync(join(root, lock + end))),
      [true, false, true],
    );
  });

  it("keeps the state as it is when the one before cannot be put in its place", async () => {
    write(STATE, "{");
    write(`${STATE}.bak`, "{}");
    // A folder of that name is as good as a full disk.
    write(`${STATE}.mending/x`, "");
    await assert.rejects(mend, {
      code: "cut-off-state",
      message: /homelab\.json is cut off and cannot be mended \(E\w+\); let the folder/,
    });
    assert.deepEqual([read(STATE), read(`${STATE}.bak`), existsSync(join(root, `${STATE}.cut-off`))], ["{", "{}", false]);
  });

  it("has the state of before in the place of one that is cut off, which is kept", async () => {
    write(STATE, '{"version":3,"checkp');
    write(`${STATE}.bak`, '{"version":3}');
    assert.equal((await mend()).restoredFrom, join(root, `${STATE}.bak`));
    assert.equal(read(STATE), '{"version":3}');
    assert.equal(read(`${STATE}.cut-off`), '{"version":3,"checkp');
    assert.equal(read(`${STATE}.bak`), '{"version":3}');
  });

  it("does the same with compressed states", async () => {
    const whole = gzipSync('{"version":3}');
    write(`${STATE}.gz`, whole);
    assert.equal((await mend()).restoredFrom, undefined);
    write(`${STATE}.gz`, whole.subarray(0, 12));
    write(`${STATE}.gz.bak`, whole);
    assert.equal((await mend()).restoredFrom, join(root, `${STATE}.gz.bak`));
  });

  for (const before of [undefined, ""]) {
    it(`says where copies are when the state before ${before === undefined ? "is missing" : "is cut off, too"}`, async () => {
      write(STATE, "");
      if (before !== undefined) write(`${STATE}.bak`, before);
      await assert.rejects(mend, (error) => {
        assert.ok(error instanceof Failure);
        assert.ok(error.message.includes(join(root, "backups/proxmox-talos/homelab")), error.message);
        return error.code === "cut-off-state";
      });
      assert.equal(read(STATE), "", "nothing was touched");
    });
  }

  it("is known by its URL", () => {
    assert.equal(backendDir("file:///srv/a%20b?no_tmp_dir=true"), "/srv/a b/.pulumi");
    assert.equal(backendDir("file://~"), join(homedir(), ".pulumi"));
    assert.equal(backendDir("file://~/state"), join(homedir(), "state/.pulumi"));
    for (const url of ["s3://bucket", "https://api.pulumi.com", ""]) assert.equal(backendDir(url), undefined);
  });

  it("that has nothing yet is left alone", async () => {
    assert.deepEqual(await mendStateFiles(join(root, "nowhere"), "p", "s"), {
      descriptions: [],
      locks: [],
      restoredFrom: undefined,
    });
  });
});
