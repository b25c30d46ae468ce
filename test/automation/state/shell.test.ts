import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quoted, refuseOtherShell, shellChange, shellLines, withoutLeading, withoutShell } from "../../../automation/state/shell";
import { labWith } from "../../lab";

/** A shell that has evaluated some lines: what is in its environment then. */
function evaluated(environment: NodeJS.ProcessEnv, ...lines: string[]): NodeJS.ProcessEnv {
  const script = 'while [ $# -gt 0 ]; do eval "$1"; shift; done; env -0';
  const text = execFileSync("sh", ["-c", script, "sh", ...lines], {
    env: { PATH: process.env["PATH"], ...environment },
    encoding: "utf8",
  });
  const pairs = text.split("\0").map((each) => /^([^=]+)=(.*)$/s.exec(each)?.slice(1) ?? []);
  const ours = pairs.filter(([name = ""]) => /^(PULUMI|AWS)_/.test(name)) as [string, string][];
  return {
    ...Object.fromEntries(ours),
    PROXMOX_TALOS_STATE_ENV: pairs.find(([name]) => name === "PROXMOX_TALOS_STATE_ENV")?.[1],
  };
}

/** `eval "$(lab state env <stack>)"` in a shell. */
function inShell(shell: NodeJS.ProcessEnv, stack: string, own: Record<string, string>): NodeJS.ProcessEnv {
  const change = shellChange(stack, { ...own, PULUMI_STACK: stack }, shell);
  return evaluated(shell, shellLines(change).join("\n"));
}

const shown = (shell: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(shell).filter(([name]) => name !== "PROXMOX_TALOS_STATE_ENV"));

describe("a shell that lab state env was evaluated in", () => {
  const A = { PULUMI_BACKEND_URL: "s3://a's state?region=garage", PULUMI_DEFAULT_ORGANIZATION: "org" };

  it("has nothing of one stack left when it is told about another", () => {
    const a = inShell({}, "a", A);
    assert.deepEqual(shown(a), { ...A, PULUMI_STACK: "a" });
    assert.deepEqual(shown(inShell(a, "b", {})), { PULUMI_STACK: "b" });
    assert.deepEqual(shown(inShell(a, "c", { PULUMI_BACKEND_URL: "file:///c" })), {
      PULUMI_BACKEND_URL: "file:///c",
      PULUMI_STACK: "c",
    });
    assert.deepEqual(shown(inShell(inShell(inShell(a, "b", {}), "a", A), "b", {})), { PULUMI_STACK: "b" });
  });

  it("keeps what its user set, before and after", () => {
    const own = { PULUMI_BACKEND_URL: "file:///mine", AWS_PROFILE: "home", PULUMI_CONFIG_PASSPHRASE_FILE: "/x" };
    assert.deepEqual(shown(inShell(own, "b", {})), { ...own, PULUMI_STACK: "b" });
    const after = { ...inShell({}, "a", A), PULUMI_BACKEND_URL: "file:///mine" };
    assert.deepEqual(shown(inShell(after, "b", {})), { PULUMI_BACKEND_URL: "file:///mine", PULUMI_STACK: "b" });
  });

  it("leads no command of lab elsewhere: what is another stack's is refused in one line that says what to do", () => {
    const shell = inShell({ AWS_PROFILE: "home" }, "a", A);
    assert.deepEqual(shown(withoutShell(shell)), { AWS_PROFILE: "home" });
    assert.throws(
      () => {
        refuseOtherShell("b", {}, shell);
      },
      {
        code: "other-shell",
        exitCode: 2,
        message:
          'nothing was changed: this shell has PULUMI_BACKEND_URL and PULUMI_DEFAULT_ORGANIZATION of a (lab state env a), which b is not to go by; eval "$(npx lab state env b)", or unset PULUMI_BACKEND_URL PULUMI_DEFAULT_ORGANIZATION',
      },
    );
    assert.throws(() => {
      refuseOtherShell("b", { ...A, PULUMI_BACKEND_URL: "file:///b" }, shell);
    }, /this shell has PULUMI_BACKEND_URL of a /);
    refuseOtherShell("b", A, shell);
    refuseOtherShell("a", {}, shell);
    refuseOtherShell("b", {}, inShell(shell, "b", {}));
    const changed = { ...inShell({}, "a", A), PULUMI_BACKEND_URL: "file:///mine", PULUMI_DEFAULT_ORGANIZATION: "mine" };
    refuseOtherShell("b", {}, changed);
    assert.equal(withoutShell(changed)["PULUMI_BACKEND_URL"], "file:///mine");
  });

  it("says to no command of lab which stack it is about", async () => {
    const folder = mkdtempSync(join(tmpdir(), "shell-"));
    writeFileSync(join(folder, "pulumi"), "#!/bin/sh\necho v3.259.0\n", { mode: 0o755 });
    const PATH = `${folder}:${process.env["PATH"] ?? ""}`;
    const environment = { PULUMI_BACKEND_URL: A.PULUMI_BACKEND_URL };
    const shell = { ...inShell(environment, "a", A), PULUMI_OPTION_STACK: "c", PULUMI_OPTION_CWD: "/", PULUMI_OPTION_YES: "1" };
    withoutLeading(shell);
    assert.deepEqual(shown(shell), { ...A, PULUMI_OPTION_YES: "1" });
    for (const command of [["state", "list"], ["pulumi"], ["up"], ["outputs"]]) {
      const { code, stderr } = await labWith({ ...inShell({}, "prod", A), PATH }, ...command, "homelab");
      assert.deepEqual(
        [code, /^nothing was changed: this shell has PULUMI_BACKEND_URL and .* of prod /m.test(stderr)],
        [2, true],
        stderr,
      );
    }
    assert.match(
      (await labWith(inShell({}, "prod", A), "state", "env", "homelab")).stdout,
      /^unset PULUMI_BACKEND_URL\nunset PULUMI_DEFAULT_ORG/,
    );
    rmSync(folder, { recursive: true });
  });

  it("takes a mark that is none for none, and a text as it is", () => {
    for (const PROXMOX_TALOS_STATE_ENV of ["", "a", "a PULUMI_BACKEND_URL", "a PATH=$(x) ;=1"]) {
      const shell = { PULUMI_BACKEND_URL: "file:///x", PROXMOX_TALOS_STATE_ENV };
      assert.equal(withoutShell(shell)["PULUMI_BACKEND_URL"], "file:///x");
      refuseOtherShell("b", {}, shell);
      assert.deepEqual(shellChange("b", {}, shell).unset, []);
    }
    assert.equal(quoted("it's $HOME"), "'it'\\''s $HOME'");
  });
});
