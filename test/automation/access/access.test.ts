import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { AccessKind } from "../../../automation/access/kind";
import { kubeconfig } from "../../../automation/access/kubeconfig";
import { talosconfig } from "../../../automation/access/talosconfig";
import type { AccessOptions } from "../../../automation/commands/access";
import { accessWith } from "../../../automation/commands/access";
import { Failure } from "../../../automation/failure";
import { ownStack } from "../../../automation/stacks";
import { captured } from "../../captured";

const NAME = "homelab-cluster";
const kube = (authority: string, server = "https://192.168.68.100:6443"): string => `apiVersion: v1
kind: Config
clusters:
- name: homelab-cluster
  cluster: { server: "${server}", certificate-authority-data: ${authority} }
users:
- name: admin@homelab-cluster
  user: { client-certificate-data: Q0VSVA==, client-key-data: S0VZ }
contexts:
- name: admin@homelab-cluster
  context: { cluster: homelab-cluster, user: admin@homelab-cluster, namespace: default }
current-context: admin@homelab-cluster
`;
const talos = (authority: string): string =>
  `context: homelab-cluster\ncontexts:\n  homelab-cluster: { endpoints: [192.168.68.100], ca: ${authority}, crt: Q1JU, key: S0VZ }\n`;

const OTHERS = `# mine
apiVersion: v1
kind: Config
preferences: {}
clusters:
  # the one at work
  - name: work
    cluster:
      server: https://work.example.org
      certificate-authority-data: ${"QUFB".repeat(60)}
users:
  - name: me
    user: { token: hunter2 } # rotated in May
contexts:
  - name: work
    context: { cluster: work, user: me }
current-context: work
`;

/** A text without the entries of the cluster, which are the only ones in blocks with a mark. */
function withoutOwn(text: string): string {
  const [own = ""] = /^ *- name: homelab-cluster\n(?: {2,}(?!- )\S.*\n| {4,}.*\n)*/m.exec(text) ?? [];
  return own === "" ? text : withoutOwn(text.replace(own, ""));
}

describe("a cluster's kubeconfig and talosconfig", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "access-"));
    file = join(folder, "config");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const read = (): string => readFileSync(file, "utf8");
  async function run(
    kind: AccessKind,
    content: string | undefined,
    options: Partial<AccessOptions> = {},
  ): Promise<{ code: number | string; message: string; stdout: string }> {
    const doors = {
      open: () => Promise.resolve({ output: (name: string) => Promise.resolve(name === kind.output ? content : "?") }),
    };
    const work = (): Promise<number> => accessWith(doors, kind, ownStack("homelab"), { color: false, ascii: true, ...options });
    const { result, stdout } = await captured(() => work().catch((error: unknown) => error as Error));
    if (result instanceof Failure) return { code: result.code, message: result.message, stdout };
    if (result instanceof Error) throw result;
    return { code: result, message: "", stdout };
  }
  const merge = (content = kube("QUJD"), more: Partial<AccessOptions> = {}): ReturnType<typeof run> =>
    run(kubeconfig, content, { merge: true, file, ...more });

  it("are printed as they are, and as one document", async () => {
    assert.equal((await run(kubeconfig, kube("QUJD"))).stdout, kube("QUJD"));
    assert.equal((await run(talosconfig, "context: x")).stdout, "context: x\n");
    const { stdout } = await run(kubeconfig, kube("QUJD"), { json: true });
    assert.deepEqual(JSON.parse(stdout), { stack: "homelab", kubeconfig: kube("QUJD") });
    const { code, message } = await run(talosconfig, undefined);
    assert.deepEqual([code, message], ["no-output", "homelab has no talosconfig yet: lab up homelab makes it"]);
  });

  it("are written for their owner alone, whoever could read the file before", async () => {
    writeFileSync(file, "before");
    chmodSync(file, 0o644);
    const { code, stdout } = await run(kubeconfig, kube("QUJD"), { file });
    assert.deepEqual([code, read(), statSync(file).mode & 0o777], [0, kube("QUJD"), 0o600]);
    assert.equal(stdout, `ok ${file} has the kubeconfig of ${NAME}\n`);
  });

  it("replace no file with others' entries in it", async () => {
    writeFileSync(file, OTHERS);
    const { code, message } = await run(kubeconfig, kube("QUJD"), { file });
    assert.equal(code, "other-entries");
    assert.match(
      message,
      /config is left as it is: it has others' entries, such as cluster work; --merge adds the cluster to it/,
    );
    assert.equal(read(), OTHERS);
    rmSync(file);
    for (const authority of ["QUJD", "TkVX"]) assert.equal((await run(kubeconfig, kube(authority), { file })).code, 0);
    assert.equal(read(), kube("TkVX"));
    assert.equal((await run(talosconfig, talos("QUJD"), { file })).code, "other-entries");
    rmSync(file);
    for (const authority of ["QUJD", "TkVX"]) assert.equal((await run(talosconfig, talos(authority), { file })).code, 0);
  });

  it("come into the user's own beside what is there, which stays to the letter", async () => {
    writeFileSync(file, OTHERS, { mode: 0o644 });
    const { stdout } = await merge();
    assert.match(
      stdout,
      /has the context homelab-cluster\n {2}as it was before: \S+\/config\.before-lab\n {2}\S+ can be read by its owner alone now \(0600\); it was 0644\n$/,
    );
    assert.equal(withoutOwn(read()), OTHERS);
    const { clusters, users, contexts, ...rest } = parse(read()) as Record<string, { name: string }[]>;
    assert.deepEqual(
      [clusters, users, contexts].map((list) => list?.map(({ name }) => name)),
      [
        ["work", NAME],
        ["me", NAME],
        ["work", NAME],
      ],
    );
    const extensions = [{ name: "proxmox-talos", extension: { cluster: NAME } }];
    assert.deepEqual(contexts?.[1], { name: NAME, context: { cluster: NAME, user: NAME, extensions } });
    assert.equal(rest["current-context"], "work");
    assert.equal(readFileSync(`${file}.before-lab`, "utf8"), OTHERS);
    assert.deepEqual(
      [file, `${file}.before-lab`].map((each) => statSync(each).mode & 0o777),
      [0o600, 0o600],
    );
  });

  it("are current only when that is asked for, and are there once however often they come", async () => {
    writeFileSync(file, OTHERS);
    await merge();
    const once = read();
    assert.match((await merge()).stdout, /had the context homelab-cluster already\n$/);
    assert.equal(read(), once);
    await merge(kube("QUJD"), { use: true });
    assert.equal((parse(read()) as Record<string, unknown>)["current-context"], NAME);
    await merge(kube("QUJD", "https://api.example.org:6443"));
    const { clusters } = parse(read()) as { clusters: { cluster: { server: string } }[] };
    assert.deepEqual(
      clusters.map(({ cluster }) => cluster.server),
      ["https://work.example.org", "https://api.example.org:6443"],
    );
  });

  it("make a file where there is none", async () => {
    await merge();
    const { apiVersion, kind, clusters } = parse(read()) as { apiVersion: string; kind: string; clusters: unknown[] };
    assert.deepEqual([apiVersion, kind, clusters.length], ["v1", "Config", 1]);
    assert.ok(!existsSync(`${file}.before-lab`));
  });

  it("are refused where another cluster, a context or a user has the name", async () => {
    const other = OTHERS.replaceAll("name: work", `name: ${NAME}`);
    const contextOnly = OTHERS.replace("- name: work\n    context", `- name: ${NAME}\n    context`);
    const userOnly = OTHERS.replace("- name: me", `- name: ${NAME}`);
    for (const text of [other, contextOnly, userOnly]) {
      writeFileSync(file, text);
      const { code, message } = await merge();
      assert.equal(code, "name-taken");
      assert.match(
        message,
        /^\S+ is left as it is: it has a (cluster|context|user) of the name homelab-cluster already, which is not this cluster's; --merge --replace puts/,
      );
      assert.equal(read(), text);
    }
  });

  it("are taken out again, and nothing that somebody else put there", async () => {
    writeFileSync(file, OTHERS);
    await merge(kube("QUJD"), { use: true });
    const { stdout } = await run(kubeconfig, undefined, { remove: true, file });
    assert.match(stdout, /homelab-cluster is in \S+ no more/);
    assert.deepEqual(parse(read()), { ...(parse(OTHERS) as object), "current-context": "" });
    assert.match((await run(kubeconfig, undefined, { remove: true, file })).stdout, /homelab-cluster is not in/);
    writeFileSync(file, OTHERS.replaceAll("name: work", `name: ${NAME}`));
    assert.equal((await run(kubeconfig, undefined, { remove: true, file })).code, "foreign-entry");
  });

  it("of Talos keep their name, where talosctl would give them another", async () => {
    writeFileSync(file, "# mine\ncontext: work\ncontexts:\n  work: { endpoints: [10.0.0.1], ca: QUFB } # at work\n");
    const merged = (content: string, more: object = {}): ReturnType<typeof run> =>
      run(talosconfig, content, { merge: true, file, ...more });
    await merged(talos("QUJD"));
    await merged(talos("QUJD"));
    assert.match(read(), /^# mine\ncontext: work\n.*\n {2}work: .* # at work\n {2}homelab-cluster:/s);
    assert.deepEqual(Object.keys((parse(read()) as { contexts: object }).contexts), ["work", NAME]);
    await merged(talos("QUJD"), { use: true });
    assert.equal((parse(read()) as { context: string }).context, NAME);
    assert.equal((await merged(talos("WFla"))).code, "name-taken");
    await run(talosconfig, undefined, { remove: true, file });
    const left = parse(read()) as { context: string; contexts: object };
    assert.deepEqual([left.context, Object.keys(left.contexts)], ["", ["work"]]);
  });

  it("leave a file alone that they cannot read, and say nothing of it", async () => {
    writeFileSync(file, "clusters: [\n  { token: hunter2 \n");
    const { code, message } = await merge();
    assert.equal(code, "invalid-file");
    assert.match(message, /^\S+ is left as it is: it is no such file, or broken \(line \d+\); mend or move it, or choose/);
    writeFileSync(file, "- hunter2\n");
    assert.equal((await merge()).code, "invalid-file");
    for (const options of [{ merge: true }, { merge: false }])
      assert.equal((await merge("hunter2", options)).message, "the stack's kubeconfig is none: lab refresh has it read again");
    rmSync(file);
    const { code: none, message: why } = await merge("a: hunter2");
    assert.equal(none, "invalid-output");
    assert.ok(!why.includes("hunter2"));
  });

  it("leave a file alone where what would change is somebody else's, too, by an alias", async () => {
    await merge();
    const shared = read().replace("  cluster:\n", "  cluster: &c\n").replace("users:", "- { name: b, cluster: *c }\nusers:");
    for (const text of [shared, shared.replace("server: https://192.168.68.100:6443", "server: https://before.example.org")]) {
      writeFileSync(file, text);
      const { code, message } = await run(
        kubeconfig,
        kube("QUJD"),
        text === shared ? { remove: true, file } : { merge: true, file },
      );
      assert.equal(code, "invalid-file");
      assert.match(message, /what would change is shared with other entries/);
      assert.equal(read(), text);
    }
  });

  it("keep what their user set in the cluster's own entries, and bring everything else up to date", async () => {
    await merge();
    const own = read()
      .replace("    user: homelab-cluster\n", "    user: homelab-cluster\n    namespace: dev # mine\n")
      .replace("    server:", "    proxy-url: socks5://127.0.0.1:1080\n    server:");
    writeFileSync(file, own);
    assert.match((await merge(kube("QUJD"))).stdout, /had the context/);
    await merge(kube("QUJD", "https://api.example.org:6443").replace("S0VZ", "TkVX"));
    assert.equal(read(), own.replace("https://192.168.68.100:6443", "https://api.example.org:6443").replace("S0VZ", "TkVX"));
  });

  it("of a cluster that was built anew replace the old one's in one step, which must be asked for", async () => {
    await merge();
    writeFileSync(file, read().replace("    server:", "    proxy-url: socks5://127.0.0.1:1080\n    server:"));
    const before = read();
    const { code, message } = await merge(kube("TkVX"));
    assert.equal(code, "name-taken");
    assert.match(
      message,
      /its homelab-cluster has another certificate authority: .*; --merge --replace puts this one in its place/,
    );
    assert.equal(read(), before);
    assert.equal((await merge(kube("TkVX"), { replace: true })).code, 0);
    assert.equal(read(), before.replace("QUJD", "TkVX"));
  });

  it("replace what somebody else put there only when that is asked for, and then all of it", async () => {
    const foreign = OTHERS.replace("- name: me\n    user: { token: hunter2 }", `- name: ${NAME}\n    user: { token: hunter2 }`);
    writeFileSync(file, foreign);
    assert.equal((await merge()).code, "name-taken");
    assert.equal((await merge(kube("QUJD"), { replace: true })).code, 0);
    const { users } = parse(read()) as { users: { user: object }[] };
    assert.deepEqual(
      users.map(({ user }) => Object.keys(user)),
      [["client-certificate-data", "client-key-data", "extensions"]],
    );
    assert.equal(readFileSync(`${file}.before-lab`, "utf8"), foreign);
  });

  it("leave entries alone that somebody else made for the same cluster, also when their own go", async () => {
    const server = "https://192.168.68.100:6443";
    const same = OTHERS.replace(
      "  - name: work\n",
      `  - { name: ${NAME}, cluster: { server: "${server}", certificate-authority-data: QUJD } }\n  - name: work\n`,
    );
    writeFileSync(file, same);
    await merge();
    assert.equal(withoutOwn(read()), same);
    const { code, stdout } = await run(kubeconfig, undefined, { remove: true, file });
    assert.equal(code, 0);
    assert.match(stdout, /homelab-cluster is in \S+ no more\n {2}somebody else's of that name stays: clusters of \S+config\n/);
    assert.equal(read(), same);
    assert.equal((await run(kubeconfig, undefined, { remove: true, file })).code, "foreign-entry");
    writeFileSync(file, same.replace(server, "https://elsewhere.example.org"));
    assert.equal((await merge()).code, "name-taken");
  });

  it("are asked for in ways that mean one thing", async () => {
    for (const options of [
      { merge: true, remove: true },
      { use: true },
      { replace: true },
      { file: "" },
      { merge: true, file: "-" },
    ]) {
      assert.equal((await run(kubeconfig, "x", options)).code, "usage");
    }
  });
});
