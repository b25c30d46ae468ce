import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { StateConfig } from "../../config/state";
import { EXIT, Failure } from "../failure";
import { cleaned } from "../plain";
import { absolutePath } from "./paths";

type PassphraseConfig = NonNullable<StateConfig["passphrase"]>;

/** How a program is run, and what it is told. */
interface Decryption {
  readonly program: "sops" | "age";
  readonly args: readonly string[];
  /** The file, for reports. */
  readonly file: string;
}

const SOURCES = {
  sops: "https://github.com/getsops/sops/releases, or go install github.com/getsops/sops/v3/cmd/sops@v3.13.3",
  age: "Debian's package age, https://github.com/FiloSottile/age/releases, or go install filippo.io/age/cmd/age@v1.3.2",
} as const;

/**
 * The passphrase that a stack file leads to, decrypted by the real `sops` or `age`. It is in this process' memory and nowhere else.
 *
 * @param folder what paths of the stack file are relative to
 * @throws {Failure} `missing-tool` without the program, `no-passphrase` when it will not decrypt or nothing is in it
 */
export async function decryptPassphrase(config: PassphraseConfig, folder: string): Promise<string> {
  const decryption = decryptionOf(config, folder);
  const { program, args, file } = decryption;
  try {
    const { stdout } = await promisify(execFile)(program, args, { encoding: "utf8" });
    // age hands on what somebody's editor ended with.
    const passphrase = stdout.replace(/\r?\n$/, "");
    if (passphrase === "") throw noPassphrase(decryption, "nothing is in it");
    return passphrase;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, stderr = "" } = error as { code?: unknown; stderr?: string };
    if (code !== "ENOENT") throw noPassphrase(decryption, lastLine(stderr));
    const what = `${program} is not on the PATH, and ${file} cannot be decrypted without it`;
    throw new Failure("missing-tool", `${what}: get it from ${SOURCES[program]}`, EXIT.failed);
  }
}

function decryptionOf({ sops, age }: PassphraseConfig, folder: string): Decryption {
  if (sops) {
    const file = absolutePath(sops.file, folder);
    const path = sops.key.split(".").map((key) => `["${key}"]`);
    return { program: "sops", args: ["--decrypt", "--extract", path.join(""), file], file };
  }
  const file = absolutePath(age?.file ?? "", folder);
  const identity = age?.identity ?? join(homedir(), ".config", "age", "keys.txt");
  return { program: "age", args: ["--decrypt", "--identity", absolutePath(identity, folder), file], file };
}

function noPassphrase({ program, file }: Decryption, why: string): Failure {
  const remedy = "or set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE";
  return new Failure("no-passphrase", `${program} gives no passphrase from ${file}: ${why}; mend that, ${remedy}`, EXIT.failed);
}

/** What the program says is wrong: it ends with that, or with advice on its own flags. */
function lastLine(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const said = lines.filter((line) => line !== "" && !/report unexpected|If you believe/i.test(line));
  return cleaned(said.find((line) => /error|fail|no identity/i.test(line)) ?? said.at(-1) ?? "it did not say why");
}
