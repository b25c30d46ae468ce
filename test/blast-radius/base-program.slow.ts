import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "mocha";
import { PROJECT } from "../stacks";
import { BASE, fileOf, written } from "./edits";
import { Repository } from "./repository";

const COPIED = [
  "automation",
  "bin",
  "components",
  "config",
  "index.ts",
  "package.json",
  "package-lock.json",
  "planner",
  "sdks",
  "simulator",
];

interface Document {
  readonly code: number | null;
  readonly summary: { readonly update: number; readonly same: number };
  readonly notes: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

describe("lab diff --base-program", function () {
  this.timeout(180_000);
  let repository: Repository;
  let temporary: string;

  before(() => {
    temporary = mkdtempSync(join(tmpdir(), "lab-base-program-"));
    repository = new Repository();
    for (const entry of [...COPIED, "tsconfig.json"])
      cpSync(join(PROJECT, entry), join(repository.dir, entry), { recursive: true });
    symlinkSync(join(PROJECT, "node_modules"), join(repository.dir, "node_modules"));
    repository.ignore("node_modules");
    edit("config/schema.ts", "  consent,\n", '  consent,\n  legacy: z.string().default("none"),\n');
    repository.write(fileOf(written(BASE, { legacy: "a key that only the old program knows" })));
    repository.commit("an old program, and a stack file for it");
    edit("config/schema.ts", '  legacy: z.string().default("none"),\n', "");
    repository.write(fileOf(BASE));
    repository.commit("today's program");
    edit("components/proxmox/vm-pool.ts", 'scsiHardware: "virtio-scsi-pci"', 'scsiHardware: "virtio-scsi-single"');
    repository.commit("a change of the program alone");
  });
  after(() => {
    repository.remove();
    rmSync(temporary, { recursive: true, force: true });
  });

  it("sees what a change of the program does, which the file alone does not tell", async () => {
    const plain = await run("--base", "HEAD~1");
    const told = "the program has changed since as well: --base-program shows what that does";
    assert.deepEqual([plain.summary.update, plain.notes, plain.code], [0, [told], 0]);
    const whole = await run("--base", "HEAD~1", "--base-program");
    assert.deepEqual([whole.summary.update, whole.notes], [7, ["the base was planned by its own program"]]);
    nothingLeft();
  });

  it("reads a file that only its own program knows, and says what is not known then", async () => {
    const refused = await run("--base", "HEAD~2");
    assert.deepEqual([refused.error?.code, refused.code], ["base-unplannable", 2]);
    assert.match(refused.error?.message ?? "", /--base-program takes it through its own\n[^]*unknown key proxmox-talos:legacy/);
    const { notes, summary } = await run("--base", "HEAD~2", "--base-program");
    assert.deepEqual(notes, [
      "the base was planned by its own program",
      "what a datacenter would refuse is not known: the hardware of the base is not known",
    ]);
    assert.equal(summary.update, 7);
    nothingLeft();
  });

  it("exits 1 where something dangerous has no consent, and prints a comment that begins with its marker", async () => {
    repository.write(fileOf(written(BASE, { "topology.workers.main.count": 1 })));
    const child = start("--markdown");
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    const [code] = (await once(child, "close")) as [number | null];
    assert.equal(code, 1);
    assert.match(text, /^<!-- lab diff lab -->\n### :no_entry: lab: 2 delete; 1 danger without consent\n/);
    repository.write(fileOf(BASE));
  });

  it("takes the base away again when it is told to stop", async () => {
    const child = start("--base", "HEAD~1", "--base-program");
    const isRunning = (): boolean => readdirSync(temporary).some((name) => name.startsWith("proxmox-talos-base-"));
    for (let tries = 0; !isRunning() && tries < 600; tries++) await sleep(50);
    assert.ok(isRunning(), "the base was never laid out");
    await sleep(500);
    child.kill("SIGINT");
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    assert.ok(signal === "SIGINT" || code !== 0, `it ended with ${String(code)}`);
    nothingLeft();
  });

  function edit(path: string, from: string, to: string): void {
    const text = readFileSync(join(repository.dir, path), "utf8");
    assert.ok(text.includes(from), `${path} has no ${from}`);
    writeFileSync(join(repository.dir, path), text.replace(from, to));
  }

  function start(...args: readonly string[]): ChildProcessByStdio<null, Readable, null> {
    return spawn(process.execPath, [join(repository.dir, "bin", "lab.cjs"), "diff", "lab", ...args], {
      cwd: repository.dir,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  async function run(...args: readonly string[]): Promise<Document> {
    const child = start("--json", ...args);
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    const [code] = (await once(child, "close")) as [number | null];
    return { ...(JSON.parse(text) as Document), code };
  }

  /** No folder, and no work tree that Git still knows of. */
  function nothingLeft(): void {
    assert.deepEqual(
      readdirSync(temporary).filter((name) => name.startsWith("proxmox-talos-base-")),
      [],
    );
    assert.equal(repository.git("worktree", "list").trim().split("\n").length, 1);
  }
});
