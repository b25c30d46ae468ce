import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FolderStore } from "../../../automation/state/folder-store";

describe("a folder that states are in", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "folder-store-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is made, tried, and left as it was", async () => {
    const store = new FolderStore(join(folder, "a", "b"));
    assert.equal(await store.exists(), false);
    await store.create();
    await store.probe();
    assert.deepEqual([await store.exists(), await store.isPublic(), readdirSync(store.name)], [true, false, []]);
  });

  it("says that it is a file, or that something in its path is", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    await assert.rejects(new FolderStore(file).exists(), {
      code: "store-refused",
      message: `${file} is a file, and no folder; move it away, or name another folder in state.backend.file`,
    });
    await assert.rejects(new FolderStore(join(file, "state")).exists(), {
      message: /cannot be read \(ENOTDIR\); something in that path is a file: move it away, or name another folder/,
    });
  });

  it("says what in it cannot be read, also deep in it", async () => {
    const store = new FolderStore(folder);
    mkdirSync(join(folder, ".pulumi", "x"), { recursive: true });
    writeFileSync(join(folder, ".pulumi", "locks"), "");
    assert.deepEqual(await store.list(".pulumi/stacks/"), []);
    const refused = (path: string, code: string): RegExp => new RegExp(`^${folder}/${path} cannot be read \\(${code}\\); `);
    await assert.rejects(store.list(".pulumi/locks/a/"), {
      code: "store-refused",
      message: refused(".pulumi/locks/a/", "ENOTDIR"),
    });
    await assert.rejects(store.read(".pulumi/x"), { code: "store-refused", message: refused(".pulumi/x", "EISDIR") });
    assert.equal(await store.read(".pulumi/nowhere"), undefined);
  });

  it("says what it cannot do, and leaves nothing of it", async () => {
    const store = new FolderStore(join(folder, "gone"));
    await assert.rejects(store.probe(), {
      code: "store-refused",
      message: /cannot be written to \(ENOENT\); run it as its owner, or/,
    });
    mkdirSync(store.name);
    await store.probe();
    assert.deepEqual(readdirSync(store.name), []);
  });
});
