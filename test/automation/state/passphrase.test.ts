import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Failure } from "../../../automation/failure";
import { stateEnvironment } from "../../../automation/state/environment";
import { decryptPassphrase } from "../../../automation/state/passphrase";
import { state as schema } from "../../../config/state";
import { PROJECT } from "../../stacks";

describe("a passphrase that is encrypted", () => {
  const path = process.env["PATH"] ?? "";
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "passphrase-"));
    process.env["PATH"] = [folder, path].join(delimiter);
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });

  /** A program that notes what it is told. */
  const program = (name: string, lines: string): void => {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" > "${folder}/told"\n${lines}\n`);
    chmodSync(file, 0o755);
  };
  const told = (): string[] => readFileSync(join(folder, "told"), "utf8").trimEnd().split("\n");
  const sops = { sops: { file: "secrets/lab.yaml", key: "pulumi.passphrase" } };
  const refused = async (config: Parameters<typeof decryptPassphrase>[0]): Promise<Failure> => {
    const error: unknown = await decryptPassphrase(config, folder).catch((each: unknown) => each);
    assert.ok(error instanceof Failure, String(error));
    return error;
  };

  it("is taken out of a file by sops, one value alone", async () => {
    program("sops", "printf 'correct horse'");
    assert.equal(await decryptPassphrase(sops, "/project"), "correct horse");
    assert.deepEqual(told(), ["--decrypt", "--extract", '["pulumi"]["passphrase"]', "/project/secrets/lab.yaml"]);
  });

  it("is what age decrypts, without the end of its line", async () => {
    program("age", "echo ' battery staple '");
    assert.equal(await decryptPassphrase({ age: { file: "~/lab.age" } }, "/project"), " battery staple ");
    const keys = join(homedir(), ".config", "age", "keys.txt");
    assert.deepEqual(told(), ["--decrypt", "--identity", keys, join(homedir(), "lab.age")]);
    await decryptPassphrase({ age: { file: "/a/lab.age", identity: "key.txt" } }, "/project");
    assert.deepEqual(told().slice(2), ["/project/key.txt", "/a/lab.age"]);
  });

  it("is handed to Pulumi in its environment", async () => {
    program("sops", "printf 'correct horse'");
    const settings = { state: schema.parse({ passphrase: sops }) };
    const { PULUMI_CONFIG_PASSPHRASE } = await stateEnvironment(settings, PROJECT, {});
    assert.equal(PULUMI_CONFIG_PASSPHRASE, "correct horse");
  });

  it("fails when the program is missing, will not, or has nothing to say, and nothing of it is shown", async () => {
    process.env["PATH"] = folder;
    const missing = await refused(sops);
    assert.deepEqual([missing.code, missing.exitCode], ["missing-tool", 1]);
    assert.match(missing.message, /^sops is not on the PATH, and \S+lab.yaml cannot be decrypted without it: get it from https/);
    process.env["PATH"] = [folder, path].join(delimiter);

    program("sops", "printf 'correct horse'; echo 'Failed to get the data key required to decrypt the SOPS file.' >&2; exit 128");
    const failed = await refused(sops);
    assert.equal(failed.code, "no-passphrase");
    assert.match(failed.message, /lab.yaml: Failed to get the data key required to decrypt the SOPS file; mend that/);
    assert.ok(!failed.message.includes("horse"));

    program("age", "echo 'age: error: no identity matched any of the recipients' >&2; echo 'age: report unexpected' >&2; exit 1");
    assert.match(
      (await refused({ age: { file: "a" } })).message,
      /\/a: age: error: no identity matched any of the recipients; mend/,
    );
    program("age", "exit 0");
    assert.match((await refused({ age: { file: "a" } })).message, /nothing is in it/);
  });
});
