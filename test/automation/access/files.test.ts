import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { parse } from "yaml";
import { kubeconfig } from "../../../automation/access/kubeconfig";
import { talosconfig } from "../../../automation/access/talosconfig";
import type { AccessOptions } from "../../../automation/commands/access";
import { accessWith } from "../../../automation/commands/access";
import { Failure } from "../../../automation/failure";
import { ownStack } from "../../../automation/stacks";
import { captured } from "../../captured";

const NAME = "homelab-cluster";
const CONTENT = `clusters: [{ name: x, cluster: { server: "https://192.168.68.100:6443", certificate-authority-data: QUJD } }]
users: [{ name: x, user: { client-key-data: S0VZ } }]
`;
const others = (name: string, current = ""): string =>
  `clusters: [{ name: ${name}, cluster: {} }]\nusers: []\ncontexts: []\n${current === "" ? "" : `current-context: ${current}\n`}`;
const run = promisify(execFile);

/** Makes a device like /dev/null, which only root can; the machine's own is nothing that a test may endanger. */
function isDevice(path: string): Promise<boolean> {
  return run("mknod", [path, "c", "1", "3"]).then(
    () => true,
    () => false,
  );
}

describe("the files that a user's programs read", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "access-"));
    file = join(folder, "config");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const read = (path = file): string => readFileSync(path, "utf8");
  const names = (path: string): string[] =>
    (parse(read(path)) as { clusters: { name: string }[] }).clusters.map(({ name }) => name);
  const snapshot = (): string[] =>
    readdirSync(folder)
      .sort()
      .map((name) => {
        const found = lstatSync(join(folder, name));
        return `${name} ${found.mode.toString(8)} ${found.isFile() ? read(join(folder, name)) : ""}`;
      });
  async function lab(
    options: Partial<AccessOptions>,
    environment: NodeJS.ProcessEnv = {},
    patienceMs = 10_000,
  ): Promise<{ code: number | string; message: string; stdout: string; stderr: string }> {
    const doors = {
      open: () => Promise.resolve({ output: () => Promise.resolve(CONTENT) }),
      environment,
      patienceMs,
    };
    const all = { color: false, ascii: true, ...options };
    const { result, stdout, stderr } = await captured(() =>
      accessWith(doors, kubeconfig, ownStack("homelab"), all).catch((error: unknown) => error as Error),
    );
    if (result instanceof Failure) return { code: result.code, message: result.message, stdout, stderr };
    if (result instanceof Error) throw result;
    return { code: result, message: "", stdout, stderr };
  }
  /** Refused, with nothing changed. */
  async function refused(
    options: Partial<AccessOptions>,
    code: string,
    message: RegExp,
    environment: NodeJS.ProcessEnv = {},
  ): Promise<void> {
    const before = snapshot();
    const answer = await lab(options, environment, 100);
    assert.equal(answer.code, code, answer.message);
    assert.match(answer.message, message);
    assert.deepEqual(snapshot(), before);
  }

  describe("as kubectl and talosctl find them", () => {
    it("are those of the variable, or the usual one", () => {
      const isThere =
        (...paths: string[]) =>
        (path: string): boolean =>
          paths.includes(path);
      const home = join(homedir(), ".kube/config");
      assert.deepEqual(kubeconfig.files({}, isThere()), { all: [home], target: home });
      assert.deepEqual(kubeconfig.files({ KUBECONFIG: "::" }, isThere()), { all: [home], target: home });
      assert.deepEqual(kubeconfig.files({ KUBECONFIG: ":/a/b:" }, isThere()), { all: ["/a/b"], target: "/a/b" });
      // The first that is there, and the last where none is (client-go, PathOptions.GetDefaultFilename).
      const KUBECONFIG = "/a:/b:/a:/c";
      assert.deepEqual(kubeconfig.files({ KUBECONFIG }, isThere("/b", "/c")), { all: ["/a", "/b", "/c"], target: "/b" });
      assert.equal(kubeconfig.files({ KUBECONFIG }, isThere()).target, "/c");
      const talos = (environment: NodeJS.ProcessEnv, ...paths: string[]): string =>
        talosconfig.files(environment, isThere(...paths)).target;
      const usual = join(homedir(), ".talos/config");
      assert.equal(talos({}), usual);
      assert.equal(talos({ TALOS_HOME: "/h" }), "/h/config");
      assert.equal(talos({ TALOS_HOME: "h" }), usual);
      assert.equal(talos({ TALOSCONFIG: "/t" }), "/t");
      assert.equal(talos({ TALOSCONFIG: "/t" }, usual), usual);
      assert.equal(talos({ TALOSCONFIG: "/t" }, "/t", usual), "/t");
    });

    it("have an entry changed where it is, new ones added to the first that is there, and it taken out wherever it is", async () => {
      const [none, first, second] = ["none", "first", "second"].map((name) => join(folder, name)) as [string, string, string];
      const KUBECONFIG = [none, first, second].join(":");
      writeFileSync(first, others("a", "a"));
      writeFileSync(second, others("b", "b"));
      assert.match((await lab({ merge: true }, { KUBECONFIG })).stdout, new RegExp(`^ok ${first} has the context ${NAME}\\n`));
      assert.deepEqual([names(first), names(second), existsSync(none)], [["a", NAME], ["b"], false]);
      // In the second file alone it is renewed there, and made current in the first.
      await lab({ remove: true }, { KUBECONFIG });
      await lab({ merge: true, file: second });
      const stale = read(second).replace("192.168.68.100", "10.0.0.1");
      writeFileSync(second, stale);
      assert.match((await lab({ merge: true, use: true }, { KUBECONFIG })).stdout, new RegExp(`^ok ${second} has the context`));
      assert.equal(read(second), stale.replace("10.0.0.1", "192.168.68.100"));
      assert.deepEqual([names(first), (parse(read(first)) as Record<string, unknown>)["current-context"]], [["a"], NAME]);
      // In both of them, of which the first counts.
      await lab({ merge: true, file: first });
      const { stdout } = await lab({ remove: true, json: true }, { KUBECONFIG });
      assert.deepEqual(
        (JSON.parse(stdout) as { files: { file: string }[] }).files.map((each) => each.file),
        [first, second],
      );
      assert.deepEqual([names(first), names(second)], [["a"], ["b"]]);
      assert.deepEqual([parse(read(first)), parse(read(second))], [parse(others("a", '""')), parse(others("b", "b"))]);
    });

    it("may be named twice", async () => {
      writeFileSync(file, others("a"));
      symlinkSync("config", join(folder, "link"));
      const KUBECONFIG = [file, join(folder, ".", "config"), `${folder}/./config`, join(folder, "link")].join(":");
      assert.equal((await lab({ merge: true, use: true }, { KUBECONFIG })).code, 0);
      assert.deepEqual(names(file), ["a", NAME]);
      assert.equal((await lab({ remove: true }, { KUBECONFIG })).code, 0);
      assert.deepEqual(names(file), ["a"]);
    });

    it("are all left alone when one of them is broken", async () => {
      const second = join(folder, "second");
      writeFileSync(file, others("a"));
      writeFileSync(second, "clusters: hunter2\n");
      await refused({ merge: true }, "invalid-file", /second is left as it is: clusters/, { KUBECONFIG: `${file}:${second}` });
    });
  });

  describe("as they are in the file system", () => {
    it("are left alone when they are read-only or somebody else's", async () => {
      writeFileSync(file, "# mine\n", { mode: 0o444 });
      for (const options of [{ merge: true, file }, { file }])
        await refused(
          options,
          "foreign-file",
          /config is left as it is: it is read-only \(0444\), which chmod u\+w would change; choose/,
        );
      if (process.getuid?.() !== 0) return;
      chmodSync(file, 0o644);
      chownSync(file, 12_345, 12_345);
      for (const options of [{ merge: true, file }, { file }])
        await refused(options, "foreign-file", /it belongs to somebody else/);
    });

    it("are their owner's alone afterwards, which is said where they were not", async () => {
      for (const [mode, said] of [
        [0o640, true],
        [0o600, false],
        [0o700, false],
      ] as const) {
        writeFileSync(file, others("a"));
        chmodSync(file, mode);
        const { stdout } = await lab({ merge: true, file });
        assert.equal(stdout.includes(`can be read by its owner alone now (0600); it was 0${mode.toString(8)}`), said, stdout);
        assert.equal(statSync(file).mode & 0o777, 0o600);
      }
    });

    it("stay links where they are, and are no links that lead nowhere or in a circle", async () => {
      const target = join(folder, "dotfiles");
      writeFileSync(target, others("a"));
      symlinkSync("dotfiles", file);
      const { stdout } = await lab({ merge: true, file });
      assert.equal(readlinkSync(file), "dotfiles");
      assert.deepEqual(names(target), ["a", NAME]);
      assert.match(stdout, /as it was before: \S+\/config\.before-lab\n/);
      unlinkSync(file);
      symlinkSync("nowhere", file);
      await refused({ merge: true, file }, "foreign-file", /it is a link that leads nowhere/);
      await refused({ file }, "foreign-file", /it is a link that leads nowhere/);
      unlinkSync(file);
      symlinkSync("config", file);
      await refused({ merge: true, file }, "unreadable-file", /its links lead in a circle/);
    });

    it("are files and texts", async () => {
      mkdirSync(file);
      for (const options of [{ merge: true, file }, { file }])
        await refused(options, "foreign-file", /it is a folder, not a file/);
      rmSync(file, { recursive: true });
      await run("mkfifo", [file]);
      await refused({ merge: true, file }, "foreign-file", /it is a pipe, not a file/);
      rmSync(file);
      if (await isDevice(file)) {
        await refused({ merge: true }, "foreign-file", /config is left as it is: it is a device/, { KUBECONFIG: file });
        rmSync(file);
      }
      writeFileSync(file, Buffer.from("\uFEFFclusters: []\n", "utf16le"));
      await refused({ merge: true, file }, "invalid-file", /it is no text in UTF-8/);
    });
  });

  describe("before they are changed", () => {
    it("are copied, and no copy is lost, led elsewhere or made twice", async () => {
      const elsewhere = join(folder, "elsewhere");
      writeFileSync(elsewhere, "mine");
      symlinkSync("elsewhere", `${file}.before-lab`);
      writeFileSync(`${file}.before-lab-2`, "older");
      writeFileSync(file, others("a"));
      await lab({ merge: true, file });
      assert.deepEqual(
        [read(elsewhere), read(`${file}.before-lab-2`), read(`${file}.before-lab-3`)],
        ["mine", "older", others("a")],
      );
      for (let round = 0; round < 3; round++) {
        await lab({ remove: true, file });
        await lab({ merge: true, file });
      }
      assert.deepEqual(readdirSync(folder).sort(), [
        "config",
        "config.before-lab",
        "config.before-lab-2",
        "config.before-lab-3",
        "config.before-lab-4",
        "elsewhere",
      ]);
      assert.equal(statSync(`${file}.before-lab-4`).mode & 0o777, 0o600);
    });

    it("are locked as kubectl locks them, for which it is waited a while", async () => {
      const lock = `${file}.lock`;
      writeFileSync(file, others("a"));
      writeFileSync(lock, "", { mode: 0 });
      const message =
        /config is left as it is: kubectl or another lab is changing it since \S+Z \(\S+config\.lock\); run it again; if nobody is/;
      await refused({ merge: true, file }, "locked-file", message);
      const waiting = lab({ merge: true, file });
      await sleep(100);
      unlinkSync(lock);
      assert.equal((await waiting).code, 0);
      assert.ok(!existsSync(lock));
      writeFileSync(file, "clusters: hunter2\n");
      assert.equal((await lab({ merge: true, file })).code, "invalid-file");
      assert.ok(!existsSync(lock));
    });

    it("are changed by one at a time, so that nothing is lost", async () => {
      writeFileSync(file, "# mine\n");
      const clusters = Array.from({ length: 20 }, (_, index) => `c${index}`);
      const program = join(__dirname, "merging.ts");
      const merging = [0, 5, 10, 15].map((from) =>
        run(process.execPath, ["--import", "tsx", program, file, ...clusters.slice(from, from + 5)]),
      );
      await Promise.all(merging);
      assert.deepEqual(names(file).sort(), [...clusters].sort());
      assert.match(read(), /^# mine\n/);
    });

    it("stay as they are when there is no room for others", async function () {
      if (process.platform === "win32") this.skip();
      writeFileSync(file, `${others("a")}# ${"x".repeat(3000)}\n`, { mode: 0o600 });
      const before = snapshot();
      // Files of at most 1 KiB, or 512 bytes, as the shell has it.
      const command = `ulimit -f 1; exec "$0" --import tsx "$@"`;
      const failed = await run("sh", ["-c", command, process.execPath, join(__dirname, "merging.ts"), file, "b"]).catch(
        (error: unknown) => error as { stderr: string },
      );
      assert.match(failed.stderr, /config\.before-lab cannot be written: EFBIG; nothing was changed/);
      assert.deepEqual(snapshot(), before);
    });
  });

  describe("that are named with --file", () => {
    it("may be what is printed to, and then nothing else is printed", async () => {
      for (const name of ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
        assert.equal((await lab({ file: name })).stdout, CONTENT, name);
    });

    it("may be open already, and then go on from where they are", async () => {
      writeFileSync(file, "# before\n");
      const { ino } = statSync(file);
      const open = openSync(file, "a");
      try {
        for (const name of [`/dev/fd/${open}`, `/proc/self/fd/${open}`]) assert.equal((await lab({ file: name })).code, 0, name);
      } finally {
        closeSync(open);
      }
      assert.deepEqual([read(), statSync(file).ino], [`# before\n${CONTENT.repeat(2)}`, ino]);
    });

    it("may be devices and pipes, which are written to", async () => {
      if (await isDevice(file)) {
        assert.equal((await lab({ file })).code, 0);
        assert.ok(statSync(file).isCharacterDevice());
        rmSync(file);
      }
      await run("mkfifo", [file]);
      const answer = await lab({ file }, {}, 100);
      assert.deepEqual(
        [answer.code, answer.message],
        ["unwritable", `${file} cannot be written: nobody reads it; choose another file`],
      );
      const reader = spawn("cat", [file]);
      const text = new Promise<string>((resolve) => {
        reader.stdout.on("data", (data: Buffer) => {
          resolve(data.toString());
        });
      });
      assert.equal((await lab({ file })).code, 0);
      assert.equal(await text, CONTENT);
      assert.ok(lstatSync(file).isFIFO());
    });
  });
});
