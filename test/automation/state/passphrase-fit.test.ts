import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../automation/failure";
import type { Check } from "../../../automation/render/checks";
import { ownStack } from "../../../automation/stacks";
import { fits, requireFit, saltIn } from "../../../automation/state/passphrase-fit";
import { restore } from "../../../automation/state/restore";
import { checkSecrets } from "../../../automation/state/secrets-check";
import { StackState } from "../../../automation/state/stack-state";
import type { WholeState } from "../../../automation/state/whole-state";

/** As Pulumi 3.248 made them. */
const HORSE = "v1:jw0RNRnNz1E=:v1:PTVVLGdCvlx1GKPm:RFG7jteaV+ODDQ+pH1VlZZPcd6OrLA==";
const COW = "v1:Ssr5SCfoJzM=:v1:u3GRJw/yUq3asFRA:ifwyNzxTi184qmisHtRhxCer+ZOasg==";

const VARIABLES = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];
const homelab = ownStack("homelab");
const withSalt = (salt: string | undefined): StackState =>
  new StackState(
    { ...homelab, text: salt === undefined ? homelab.text : `${homelab.text}encryptionsalt: ${salt}\n` },
    { pulumi: () => Promise.reject(new Error("nobody is to be asked")), openStore: () => undefined },
  );
const stateWith = (salt: string): WholeState => ({
  version: 3,
  deployment: { resources: [], secrets_providers: { type: "passphrase", state: { salt } } },
});

describe("a passphrase", () => {
  const before = { ...process.env };
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "passphrase-fit-"));
    for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    for (const name of VARIABLES) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
  });

  it("is known by the salt that Pulumi made with it, without Pulumi", async () => {
    assert.deepEqual(
      [await fits("horse", HORSE), await fits("cow", HORSE), await fits("cow", COW), await fits("", COW)],
      [true, false, true, false],
    );
    for (const salt of ["", "v1:salt", "v2:a:v1:b:c", `${HORSE}:x`, "v1::v1::"])
      assert.equal(await fits("horse", salt), undefined, salt);
    assert.equal(await fits("horse", "v1:YQ==:v1:YQ==:YQ=="), false);
    assert.deepEqual(
      [saltIn(`encryptionsalt: ${HORSE}`), saltIn("a: 1"), saltIn(`secretsprovider: awskms://x\nencryptionsalt: ${HORSE}`)],
      [HORSE, undefined, undefined],
    );
  });

  it("that is another stack's stops a command at once, and says where it is from", async () => {
    const failure = (salt: string | undefined): Promise<unknown> => requireFit(withSalt(salt)).catch((error: unknown) => error);
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "cow";
    const wrong = await failure(HORSE);
    assert.ok(wrong instanceof Failure);
    assert.deepEqual([wrong.code, wrong.exitCode], ["wrong-passphrase", 1]);
    assert.equal(
      wrong.message,
      "nothing was changed: the passphrase is wrong for homelab: the one of PULUMI_CONFIG_PASSPHRASE does not fit Pulumi.homelab.yaml; give the stack's own; lab state check homelab says what the one at hand fits",
    );
    assert.deepEqual([await failure(COW), await failure(undefined), await failure("v9:x")], [undefined, undefined, undefined]);
    delete process.env["PULUMI_CONFIG_PASSPHRASE"];
    assert.equal(await failure(HORSE), undefined, "without any, whoever needs one says so");
  });

  it("in a file is read as Pulumi reads it, and is told from one that is not there", async () => {
    const file = join(folder, "homelab.passphrase");
    writeFileSync(file, " cow\n\n");
    process.env["PULUMI_CONFIG_PASSPHRASE_FILE"] = file;
    await requireFit(withSalt(COW));
    await assert.rejects(requireFit(withSalt(HORSE)), {
      code: "wrong-passphrase",
      message: new RegExp(`PULUMI_CONFIG_PASSPHRASE_FILE \\(${file}\\)`),
    });
    process.env["PULUMI_CONFIG_PASSPHRASE_FILE"] = join(folder, "gone");
    await assert.rejects(requireFit(withSalt(HORSE)), {
      code: "no-passphrase",
      message: /gone, which cannot be read \(ENOENT\); correct/,
    });
  });

  it("that is stale is said to fit what it fits: the state, the stack file, or neither", async () => {
    const said = (file: string | undefined, state: string): Promise<Check> => checkSecrets(withSalt(file), stateWith(state));
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "cow";
    assert.deepEqual((await said(COW, COW)).state, "ok");
    assert.deepEqual((await said(undefined, COW)).state, "ok");
    const cases: [string | undefined, string, RegExp, RegExp][] = [
      [HORSE, HORSE, /^the passphrase of PULUMI_CONFIG_PASSPHRASE does not fit the state$/, /give that of homelab$/],
      [undefined, HORSE, /does not fit the state$/, /it was changed, or is another stack's/],
      [COW, HORSE, /fits Pulumi\.homelab\.yaml, and not the state$/, /^it was changed from another checkout: give the new one/],
      [HORSE, COW, /fits the state, and not Pulumi\.homelab\.yaml$/, /is older than the state: pull/],
    ];
    for (const [file, state, found, remedy] of cases) {
      const check = await said(file, state);
      assert.equal(check.state, "fail");
      assert.match(check.found, found);
      assert.match(check.remedy, remedy);
    }
    delete process.env["PULUMI_CONFIG_PASSPHRASE"];
    assert.match((await said(COW, COW)).found, /^there is no passphrase at hand$/);
  });

  it("that did not encrypt a backup puts none back", async () => {
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "cow";
    const wanted = { name: "backup", state: stateWith(HORSE) };
    await assert.rejects(restore(withSalt(COW), wanted), {
      code: "wrong-passphrase",
      message: /was encrypted with another one .*; give the one of that time, and put the stack file of that time back, too$/,
    });
    await assert.rejects(restore(withSalt(HORSE), wanted), { code: "wrong-passphrase", message: /is wrong for homelab: / });
  });
});
