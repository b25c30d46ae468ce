import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPulumiWith } from "../../../automation/commands/pulumi";
import type { Failure } from "../../../automation/failure";
import { captured } from "../../captured";
import type { Outcome } from "../../lab";
import { labWith } from "../../lab";

const RESOURCE = { urn: "urn:pulumi:homelab::proxmox-talos::t::a", type: "t" };
const NAME = "homelab-cluster";

describe("lab pulumi", () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-pulumi-"));
    // It answers with the state that is in a file, says no more of what else it is told than that it was, and ends with 7.
    const script = `#!/bin/sh
[ "$1" = version ] && echo v3.259.0 && exit 0
[ "$1 $2" = "stack export" ] && cat ${folder}/state && exit 0
[ "$1 $2" = "stack export" ] && echo "error: $(cat ${folder}/broken 2>/dev/null || echo "no stack named 'homelab' found")" >&2 && exit 255
echo "$PULUMI_STACK $PULUMI_BACKEND_URL $*" >> ${folder}/told
[ "$2" = die ] && kill -9 $$
[ "$2" = pipe ] && kill -PIPE $$
exit 7
`;
    writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
    environment = {
      PATH: `${folder}:${process.env["PATH"] ?? ""}`,
      XDG_STATE_HOME: join(folder, "kept"),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "horse",
    };
    stateIs([RESOURCE]);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const stateIs = (resources: readonly object[]): void => {
    writeFileSync(join(folder, "state"), JSON.stringify({ version: 3, deployment: { resources } }));
  };
  const plain = (...args: string[]): Promise<Outcome> => labWith(environment, "pulumi", "homelab", ...args);
  /** What the CLI was told beside what lab asks of it. */
  const told = (): string => (existsSync(join(folder, "told")) ? readFileSync(join(folder, "told"), "utf8") : "");
  const backups = (): string[] => {
    const kept = join(folder, "kept", "proxmox-talos", "backups", "proxmox-talos", "homelab");
    return existsSync(kept) ? readdirSync(kept).map((name) => name.replace(/^\w+-/, "")) : [];
  };

  it("runs a plain pulumi with the stack's name and backend, and ends as that ends", async () => {
    const { code, stderr } = await plain("--", "stack", "ls", "--json");
    assert.deepEqual([code, stderr, told()], [7, "", `homelab file://${folder} stack ls --json\n`]);
    assert.deepEqual(backups(), []);
    assert.equal((await labWith(environment, "pulumi", "homelabb", "--", "stack")).code, 2);
  });

  it("is not misled by a shell that is about another stack", async () => {
    Object.assign(environment, { PULUMI_STACK: "prod", PULUMI_OPTION_STACK: "prod", PULUMI_OPTION_CWD: "/" });
    writeFileSync(join(folder, "pulumi"), `#!/bin/sh\n[ "$1" = version ] && echo v3.259.0 && exit\nenv > ${folder}/told`, {
      mode: 0o755,
    });
    await plain("--", "stack", "ls");
    assert.deepEqual(told().match(/^PULUMI_(STACK|OPTION_\w+)=.*$/gm), ["PULUMI_STACK=homelab"]);
  });

  it("backs the state up before it is changed, says where, and asks for nothing", async () => {
    const { code, stdout, stderr } = await plain("--", "refresh", "--yes");
    assert.deepEqual([code, stdout, backups()], [7, "", ["pulumi-refresh.json"]]);
    assert.match(stderr, /^the state of homelab is kept in \S+-pulumi-refresh\.json\n$/);
    assert.equal((await plain("--", "something-new")).code, 7);
    assert.deepEqual(told().match(/(refresh|something).*/g), ["refresh --yes", "something-new"]);
  });

  it("makes no backup where there is no state, and none of an empty one", async () => {
    stateIs([]);
    assert.deepEqual([(await plain("--", "up")).code, (await plain("--", "destroy", "--yes")).code, backups()], [7, 7, []]);
    assert.equal((await plain("--", "stack", "rm", "--yes", "--preserve-config")).code, 7);
    rmSync(join(folder, "state"));
    assert.deepEqual([(await plain("--", "up")).code, (await plain("--", "destroy")).code, backups()], [7, 7, []]);
  });

  it("deletes no stack file without the cluster's name, though the state is empty", async () => {
    stateIs([]);
    for (const args of [
      ["stack", "rm", "--yes"],
      ["destroy", "--remove", "--yes"],
    ]) {
      const { code, stderr } = await plain("--", ...args);
      assert.deepEqual([code, told()], [1, ""]);
      assert.match(
        stderr,
        /^nothing was run: pulumi \S+( remove)? deletes Pulumi\.homelab\.yaml with all that is in it .*--consent/,
      );
    }
    assert.equal((await plain("--consent", NAME, "--", "stack", "rm", "--yes")).code, 7);
  });

  it("says nothing of a reader that has seen enough, unless the state was to change", async () => {
    const seen = await plain("--", "preview", "pipe");
    assert.deepEqual([seen.code, seen.stderr], [141, ""]);
    const changing = await plain("--", "refresh", "pipe");
    assert.deepEqual([changing.code, /ended by SIGPIPE; lab up homelab finishes/.test(changing.stderr)], [1, true]);
  });

  it("overwrites no other stack's file with a new name", async () => {
    const { code, stderr } = await plain("--", "stack", "rename", "prod");
    assert.deepEqual([code, told(), backups()], [2, "", []]);
    assert.match(stderr, /^nothing was run: Pulumi\.prod\.yaml is there, and would be overwritten by that of homelab; /);
  });

  it("says of a folder that is not there what makes it", async () => {
    writeFileSync(join(folder, "broken"), "unable to open bucket: no such file or directory");
    rmSync(join(folder, "state"));
    environment["PULUMI_BACKEND_URL"] = `file://${folder}/nowhere`;
    for (const args of [
      ["pulumi", "homelab", "--", "up"],
      ["state", "backup", "homelab"],
    ]) {
      const { code, stderr } = await labWith(environment, ...args);
      assert.equal(code, 1);
      assert.match(stderr, /^file:\S+\/nowhere \(PULUMI_BACKEND_URL\) is not there; lab state bootstrap homelab makes it/);
    }
  });

  it("loses nothing without the cluster's name, and says what would be better", async () => {
    const cases: [string[], RegExp][] = [
      [["destroy", "--yes"], /pulumi destroy deletes .* 1 resource, .* lab destroy homelab asks Proxmox before; /],
      [["--color", "never", "dn"], /lab destroy homelab asks/],
      [["stack", "rm", "--force"], /forgets 1 resource, and Pulumi\.homelab\.yaml with it \(--preserve-config leaves that\): /],
      [["stack", "rm", "--preserve-config"], /forgets 1 resource: what is there runs on/],
      [["stack", "import"], /puts another state in the place of 1 resource; lab state restore homelab/],
      [["state", "delete", "urn"], /takes some of 1 resource out of the state/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await plain("--", ...args);
      assert.equal(code, 1, args.join(" "));
      assert.match(
        stderr,
        /^nothing was run: .*; to consent, put the cluster's name before the two hyphens: lab pulumi homelab --consent homelab-cluster -- …\n$/,
      );
      assert.match(stderr, message);
    }
    assert.match((await plain("--consent", "homelab", "--", "dn")).stderr, /"homelab" is not the cluster's name; to consent/);
    assert.deepEqual([told(), backups()], ["", []]);
    assert.equal((await plain("--consent", NAME, "--", "stack", "rm", "--force")).code, 7);
    assert.deepEqual(
      [told().trimEnd().split(" ").slice(2).join(" "), backups()],
      ["stack rm --force", ["pulumi-stack-remove.json"]],
    );
  });

  it("asks at a terminal for the cluster's name", async () => {
    const asked: string[] = [];
    const before = { ...process.env };
    Object.assign(process.env, environment);
    const run = (typed: string): Promise<unknown> =>
      captured(() =>
        runPulumiWith(
          {
            ask: (question) => {
              asked.push(question);
              return Promise.resolve(typed);
            },
          },
          "homelab",
          ["destroy"],
          {},
        ).catch((error: unknown) => (error as Failure).code),
      ).then(({ result }) => result);
    try {
      assert.deepEqual([await run("yes"), told()], ["consent-missing", ""]);
      assert.deepEqual([await run(NAME), backups()], [7, ["pulumi-destroy.json"]]);
    } finally {
      for (const name of Object.keys(environment)) {
        if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = before[name];
      }
    }
    assert.match(asked[0] ?? "", /^pulumi destroy deletes .*\ntype homelab-cluster to run it all the same: $/);
  });

  it("leaves whoever is at work alone, and takes a lock away only with consent", async () => {
    assert.equal((await plain("--", "cancel", "--yes")).code, 7);
    const locks = join(folder, ".pulumi", "locks", "organization", "proxmox-talos", "homelab");
    mkdirSync(locks, { recursive: true });
    const lock = { pid: 7, username: "ada", hostname: "elsewhere", timestamp: "2026-11-21T18:00:00+01:00" };
    writeFileSync(join(locks, "1.json"), JSON.stringify(lock));
    rmSync(join(folder, "told"));
    const locked = await plain("--", "up");
    assert.match(locked.stderr, /^nothing was changed: homelab is locked by ada@elsewhere /);
    const cancelled = await plain("--", "cancel", "--yes");
    assert.match(cancelled.stderr, /takes the lock away from an update that may be at work; lab cancel homelab says whose it is/);
    assert.deepEqual([locked.code, cancelled.code, told(), backups()], [1, 1, "", []]);
    assert.equal((await plain("--consent", NAME, "--", "cancel", "--yes")).code, 7);
  });

  it("is nothing for another stack, and says so before anything is asked of the backend", async () => {
    rmSync(join(folder, "pulumi"));
    const { code, stderr } = await plain("--", "up", "-s", "prod");
    assert.equal(code, 2);
    assert.match(stderr, /^nothing was run: prod is another stack than homelab, .* lab pulumi <stack> -- …\n$/);
  });

  it("puts a state in the place of one that cannot be read, with consent, and nothing else then", async () => {
    rmSync(join(folder, "state"));
    writeFileSync(join(folder, "broken"), "failed to load checkpoint: unexpected EOF");
    assert.match((await plain("--", "up")).stderr, /failed to load checkpoint/);
    assert.match((await plain("--", "stack", "import")).stderr, /in the place of a state that cannot be read; .*to consent/);
    assert.equal(told(), "");
    const { code, stderr } = await plain("--consent", NAME, "--", "stack", "import");
    assert.deepEqual([code, stderr], [7, "there is no backup: the state of homelab cannot be read\n"]);
  });

  it("says which signal ended the engine, and what finishes its work", async () => {
    const { code, stderr } = await plain("--", "up", "die");
    assert.deepEqual([code, stderr], [1, stderr]);
    const killed = await plain("--consent", NAME, "--", "up", "die");
    assert.equal(killed.code, 1);
    assert.match(
      killed.stderr,
      /\nthe engine was ended by SIGKILL \(a kill, or this machine has no memory left\); lab up homelab finishes what was under way\n$/,
    );
  });
});
