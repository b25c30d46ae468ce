import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Backups } from "../../automation/state/backups";
import { FolderStore } from "../../automation/state/folder-store";

const STATE = { deployment: { resources: [{ urn: "urn:pulumi:homelab::proxmox-talos::t::a", type: "t" }] } };

describe("a disk that is full", function () {
  this.timeout(30_000);
  let folder: string | undefined;
  before(function () {
    const made = mkdtempSync(join(tmpdir(), "full-disk-"));
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", made], { stdio: "ignore" });
      folder = made;
    } catch {
      rmSync(made, { recursive: true });
      process.stdout.write("SKIPPED: a full disk needs the right to mount one\n");
      this.skip();
    }
  });
  after(() => {
    if (folder === undefined) return;
    execFileSync("umount", [folder]);
    rmSync(folder, { recursive: true });
  });

  it("stops what has no backup there, and a state's folder, with what to do, and leaves nothing half written", async () => {
    const own = folder ?? "";
    const backups = new Backups(join(own, "backups"), 3);
    const store = new FolderStore(join(own, "state"));
    mkdirSync(store.name);
    mkdirSync(backups.folder);
    assert.throws(() => {
      writeFileSync(join(own, "fill"), Buffer.alloc(128 * 1024));
    }, /ENOSPC/);
    await assert.rejects(backups.save(STATE, "up"), {
      code: "unwritable",
      message: `nothing was changed: the state has no backup in ${backups.folder} (ENOSPC); make room there, or name another folder in state.backups.directory`,
    });
    await assert.rejects(store.probe(), {
      code: "store-refused",
      message: /cannot be written to \(ENOSPC\); make room there, or name/,
    });
    assert.deepEqual([readdirSync(backups.folder), readdirSync(store.name)], [[], []]);
    execFileSync("mount", ["-o", "remount,ro", own]);
    await assert.rejects(backups.save(STATE, "up"), /\(EROFS\); it is mounted read-only: have it be written to, or name another/);
    await assert.rejects(store.probe(), /\(EROFS\); it is mounted read-only/);
  });
});
