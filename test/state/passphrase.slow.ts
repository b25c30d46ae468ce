import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { Failure } from "../../automation/failure";
import { decryptPassphrase } from "../../automation/state/passphrase";
import { readDocument } from "../docs/markdown";
import { findProgram, skipped } from "./programs";

describe("a passphrase that the real sops and age encrypted", function () {
  this.timeout(60_000);
  const before_ = process.env["PATH"] ?? "";
  let folder: string;
  let recipient: string;
  before(function () {
    const [sops, age, keygen] = [findProgram("sops"), findProgram("age"), findProgram("age-keygen")];
    if (sops === undefined || age === undefined || keygen === undefined) skipped(this, "sops", "age", "age-keygen");
    process.env["PATH"] = [dirname(sops), dirname(age), dirname(keygen), before_].join(delimiter);
    folder = mkdtempSync(join(tmpdir(), "passphrase-"));
    execFileSync("age-keygen", ["--output", join(folder, "keys.txt")], { stdio: "ignore" });
    recipient = /age1\w+/.exec(readFileSync(join(folder, "keys.txt"), "utf8"))?.[0] ?? "";
    process.env["SOPS_AGE_KEY_FILE"] = join(folder, "keys.txt");
  });
  after(() => {
    process.env["PATH"] = before_;
    delete process.env["SOPS_AGE_KEY_FILE"];
    if (folder) rmSync(folder, { recursive: true });
  });

  const failure = async (what: Promise<unknown>): Promise<Failure> => {
    const error: unknown = await what.catch((each: unknown) => each);
    assert.ok(error instanceof Failure, String(error));
    return error;
  };

  it("comes of what docs/state.md has typed, in a home that has nothing yet", async () => {
    const home = join(folder, "home");
    mkdirSync(home);
    const typed = (script: string): string =>
      execFileSync("bash", ["-ec", script], {
        cwd: home,
        env: { PATH: process.env["PATH"], HOME: home },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    const blocks = readDocument("docs/state.md").blocks.filter(({ text }) => /^(mkdir|head|age)/.test(text));
    const [key = "", ...rest] = blocks.flatMap(({ text }) => text.split(/\n(?=head)/));
    assert.equal(rest.length, 2);
    typed(key);
    const keys = join(home, ".config", "sops", "age", "keys.txt");
    const own = /age1\w+/.exec(readFileSync(keys, "utf8"))?.[0] ?? "";
    for (const text of rest) typed(text.replaceAll("age1…", own));
    process.env["SOPS_AGE_KEY_FILE"] = keys;
    const file = { sops: "secrets/homelab.sops.yaml", age: "secrets/homelab.passphrase.age" };
    const passphrases = [
      await decryptPassphrase({ sops: { file: file.sops, key: "passphrase" } }, home),
      await decryptPassphrase({ age: { file: file.age, identity: keys } }, home),
    ];
    process.env["SOPS_AGE_KEY_FILE"] = join(folder, "keys.txt");
    for (const passphrase of passphrases) assert.match(passphrase, /^[\w+/]{32}$/);
    assert.notEqual(passphrases[0], passphrases[1]);
  });

  it("is a value in a file of sops", async () => {
    writeFileSync(join(folder, "plain.yaml"), "passphrase: correct horse\npulumi:\n  lab: 'battery: staple #1'\n");
    const encrypted = execFileSync("sops", ["--encrypt", "--age", recipient, join(folder, "plain.yaml")], { encoding: "utf8" });
    assert.ok(!encrypted.includes("horse"));
    writeFileSync(join(folder, "lab.sops.yaml"), encrypted);
    const of = (key: string): Promise<string> => decryptPassphrase({ sops: { file: "lab.sops.yaml", key } }, folder);
    assert.deepEqual([await of("passphrase"), await of("pulumi.lab")], ["correct horse", "battery: staple #1"]);
    const missing = await failure(of("other"));
    assert.deepEqual(
      [missing.code, /component \["other"\] not found|not found/.test(missing.message)],
      ["no-passphrase", true],
      missing.message,
    );
    process.env["SOPS_AGE_KEY_FILE"] = join(folder, "nowhere");
    const keyless = await failure(of("passphrase"));
    process.env["SOPS_AGE_KEY_FILE"] = join(folder, "keys.txt");
    assert.ok(!keyless.message.includes("\n"), keyless.message);
    assert.match(
      keyless.message,
      /^sops gives no passphrase from \S+lab.sops.yaml: .*; mend that, or set PULUMI_CONFIG_PASSPHRASE/,
    );
  });

  it("is all of a file of age", async () => {
    const age = { file: "lab.age", identity: "keys.txt" };
    execFileSync("age", ["--recipient", recipient, "--output", join(folder, "lab.age")], { input: "correct horse\n" });
    assert.equal(await decryptPassphrase({ age }, folder), "correct horse");
    execFileSync("age-keygen", ["--output", join(folder, "others.txt")], { stdio: "ignore" });
    const wrong = await failure(decryptPassphrase({ age: { ...age, identity: "others.txt" } }, folder));
    assert.match(wrong.message, /age: error: (no identity matched|identity did not match)[^;]*; mend that/);
    assert.match((await failure(decryptPassphrase({ age: { ...age, file: "none" } }, folder))).message, /no such file/);
  });
});
