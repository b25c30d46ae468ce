import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Failure } from "../../../automation/failure";
import { writePrivately } from "../../../automation/private-file";
import { Backups } from "../../../automation/state/backups";
import { state as schema } from "../../../config/state";

const LAYOUT = { project: "proxmox-talos", stack: "homelab" };
const stateOf = (...names: string[]): { deployment: { resources: { urn: string; type: string }[] } } => ({
  deployment: { resources: names.map((name) => ({ urn: `urn:pulumi:homelab::proxmox-talos::t::${name}`, type: "t" })) },
});
const at = (second: number): Date => new Date(Date.UTC(2026, 10, 21, 19, 15, second));
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe("backups of a state", () => {
  let folder: string;
  let backups: Backups;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "backups-"));
    backups = new Backups(join(folder, "proxmox-talos", "homelab"), 3);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("are files that only their owner reads, named by time and operation, the newest first", async () => {
    const file = await backups.save(stateOf("a"), "up", at(1));
    await backups.save(stateOf("a", "b"), "destroy", at(2));
    assert.equal(basename(file ?? ""), "20261121T191501Z-up.json");
    assert.deepEqual(JSON.parse(readFileSync(file ?? "", "utf8")), stateOf("a"));
    assert.deepEqual([mode(file ?? ""), mode(backups.folder), mode(join(folder, "proxmox-talos"))], ["600", "700", "700"]);
    const listed = (await backups.list()).map(({ time, operation, bytes }) => [time, operation, bytes > 10]);
    assert.deepEqual(listed, [
      ["2026-11-21T19:15:02Z", "destroy", true],
      ["2026-11-21T19:15:01Z", "up", true],
    ]);
  });

  it("are made of what is new only, and of nothing when there is nothing", async () => {
    assert.equal(await backups.save({ deployment: {} }, "up", at(1)), undefined);
    const pending = { deployment: { pending_operations: [{ type: "creating", resource: { urn: "u", type: "t" } }] } };
    assert.ok(await backups.save(pending, "up", at(1)));
    const file = await backups.save(stateOf("a"), "up", at(2));
    assert.equal(await backups.save(stateOf("a"), "up", at(3)), file);
    assert.equal((await backups.list()).length, 2);
  });

  it("are their owner's alone afterwards, whatever somebody made of them", async () => {
    const file = (await backups.save(stateOf("a"), "up", at(1))) ?? "";
    chmodSync(file, 0o644);
    assert.equal(await backups.save(stateOf("a"), "up", at(2)), file);
    assert.equal(mode(file), "600");
  });

  it("are not those that are somebody else's", async function () {
    if (process.getuid?.() !== 0) this.skip();
    const file = (await backups.save(stateOf("a"), "up", at(1))) ?? "";
    chownSync(file, 4711, 4711);
    const own = (await backups.save(stateOf("a"), "up", at(2))) ?? "";
    assert.notEqual(own, file);
    assert.deepEqual([mode(own), statSync(own).uid], ["600", 0]);
  });

  it("are made side by side, and none is lost", async () => {
    const names = ["a", "b", "c"];
    const files = await Promise.all(names.map((name) => backups.save(stateOf(name), "up", at(1))));
    assert.deepEqual(
      files.map((file) => JSON.parse(readFileSync(file ?? "", "utf8")) as unknown),
      names.map((name) => stateOf(name)),
    );
    assert.deepEqual(
      readdirSync(backups.folder).filter((name) => name.endsWith(".tmp")),
      [],
    );
    const same = await Promise.all(names.map(() => backups.save(stateOf("d"), "up", at(2))));
    assert.equal(new Set(same).size, 1);
  });

  it("stay so many as are asked for, also several of one second, and no other file goes", async () => {
    await backups.save(stateOf("0"), "up", at(0));
    writeFileSync(join(backups.folder, "notes.txt"), "mine");
    for (const name of ["a", "b", "c", "d", "e"]) await backups.save(stateOf(name), "up", at(7));
    const listed = (await backups.list()).map(({ file }) => basename(file));
    assert.deepEqual(listed, ["20261121T191507Z.4-up.json", "20261121T191507Z.3-up.json", "20261121T191507Z.2-up.json"]);
    assert.deepEqual(JSON.parse(readFileSync(join(backups.folder, listed[0] ?? ""), "utf8")), stateOf("e"));
    assert.ok(readdirSync(backups.folder).includes("notes.txt"));
  });

  it("say where they could not be made, and what to do", async () => {
    writeFileSync(join(folder, "proxmox-talos"), "no folder");
    await assert.rejects(backups.save(stateOf("a"), "up"), {
      code: "unwritable",
      message:
        /^nothing was changed: the state has no backup in \S+homelab \(ENOTDIR\); move away what is a file in that path, or name another folder in/,
    });
    assert.equal(await backups.problem(), "ENOTDIR");
    assert.equal(await new Backups(join(folder, "later"), 3).problem(), undefined);
  });

  it("are files, whatever else has such a name", async () => {
    await backups.save(stateOf("a"), "up");
    mkdirSync(join(backups.folder, "20991121T191536Z-up.json"));
    symlinkSync("nowhere", join(backups.folder, "20991121T191537Z-up.json"));
    assert.equal((await backups.list()).length, 1);
    assert.ok(await backups.save(stateOf("b"), "up"));
  });

  it("are outside of the repository by default, and where the stack file says", () => {
    const of = (value: object): string => Backups.of({ state: schema.parse(value) }, LAYOUT, "/project").folder;
    const before = process.env["XDG_STATE_HOME"];
    delete process.env["XDG_STATE_HOME"];
    assert.equal(of({}), join(homedir(), ".local/state/proxmox-talos/backups/proxmox-talos/homelab"));
    process.env["XDG_STATE_HOME"] = "/xdg";
    assert.equal(of({}), "/xdg/proxmox-talos/backups/proxmox-talos/homelab");
    if (before === undefined) delete process.env["XDG_STATE_HOME"];
    else process.env["XDG_STATE_HOME"] = before;
    assert.equal(of({ backups: { directory: "kept" } }), "/project/kept/proxmox-talos/homelab");
  });
});

describe("a file that is its owner's alone", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "private-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is so in a folder that was made for it, and where others could read it before", async () => {
    const file = join(folder, "a", "b", "config");
    await writePrivately(file, "one");
    assert.deepEqual(
      [readFileSync(file, "utf8"), mode(file), mode(join(folder, "a")), mode(join(folder, "a", "b"))],
      ["one", "600", "700", "700"],
    );
    chmodSync(file, 0o644);
    chmodSync(join(folder, "a"), 0o755);
    await writePrivately(file, "two");
    assert.deepEqual([readFileSync(file, "utf8"), mode(file), mode(join(folder, "a"))], ["two", "600", "755"]);
    assert.deepEqual(readdirSync(join(folder, "a", "b")), ["config"]);
  });

  it("stays behind a link of the user's own, and is refused behind one that leads nowhere", async () => {
    writeFileSync(join(folder, "real"), "one");
    symlinkSync("real", join(folder, "link"));
    await writePrivately(join(folder, "link"), "two");
    assert.equal(readFileSync(join(folder, "real"), "utf8"), "two");
    assert.deepEqual(readdirSync(folder).sort(), ["link", "real"]);
    symlinkSync("nowhere", join(folder, "lost"));
    symlinkSync("loop", join(folder, "loop"));
    for (const name of ["lost", "loop"]) {
      await assert.rejects(
        writePrivately(join(folder, name), "x"),
        (error) => error instanceof Failure && error.code === "foreign-file",
      );
    }
  });

  it("is refused where it is somebody else's, or behind a link of theirs", async function () {
    if (process.getuid?.() !== 0) this.skip();
    const { chownSync, lchownSync } = await import("node:fs");
    writeFileSync(join(folder, "theirs"), "one");
    chownSync(join(folder, "theirs"), 4711, 4711);
    symlinkSync("theirs", join(folder, "to-theirs"));
    writeFileSync(join(folder, "mine"), "one");
    symlinkSync("mine", join(folder, "by-them"));
    lchownSync(join(folder, "by-them"), 4711, 4711);
    for (const name of ["theirs", "to-theirs", "by-them"]) {
      await assert.rejects(writePrivately(join(folder, name), "two"), /belongs to somebody else/);
    }
    assert.equal(readFileSync(join(folder, "mine"), "utf8"), "one");
  });

  it("says what cannot be written, and leaves nothing", async () => {
    writeFileSync(join(folder, "file"), "");
    const failure = await writePrivately(join(folder, "file", "config"), "x").catch((error: unknown) => error);
    assert.ok(failure instanceof Failure);
    assert.match(failure.message, /^\S+\/file\/config cannot be written: (EEXIST|ENOTDIR); choose another file$/);
    assert.deepEqual(readdirSync(folder), ["file"]);
  });
});
