import assert from "node:assert/strict";
import { readSource } from "../../../automation/access/document";
import type { AccessKind } from "../../../automation/access/kind";
import { kubeconfig } from "../../../automation/access/kubeconfig";
import { checkShape } from "../../../automation/access/shape";
import { talosconfig } from "../../../automation/access/talosconfig";
import { EXIT, Failure } from "../../../automation/failure";

/** What is said of a text; undefined when it is one of that kind. */
function refusal(kind: AccessKind, text: string): string | undefined {
  try {
    checkShape(readSource(text, "f"), kind.shape);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    assert.deepEqual([error.code, error.exitCode], ["invalid-file", EXIT.usage]);
    assert.ok(!error.message.includes("hunter2"), error.message);
    return /^f is left as it is: (.*); (?:mend|write)/s.exec(error.message)?.[1] ?? error.message;
  }
}

describe("a user's own kubeconfig or talosconfig", () => {
  const wrong: [AccessKind, string, string][] = [
    [kubeconfig, "clusters: hunter2\n", "clusters (line 1) is a text, and must be a list"],
    [kubeconfig, "users: { hunter2: 1 }\n", "users (line 1) is a map, and must be a list"],
    [kubeconfig, "a: 1\ncontexts: 3\n", "contexts (line 2) is a number, and must be a list"],
    [kubeconfig, "clusters:\n- hunter2\n", "clusters[0] (line 2) is a text, and must be a map with a name"],
    [kubeconfig, "clusters: [null]\n", "clusters[0] (line 1) is empty, and must be a map with a name"],
    [kubeconfig, "users:\n- user: { token: hunter2 }\n", "users[0].name (line 2) is missing, and must be a text"],
    [kubeconfig, "users:\n- name: 5\n", "users[0].name (line 2) is a number, and must be a text"],
    [kubeconfig, "users:\n- name: a\n  user: hunter2\n", "users[0].user (line 3) is a text, and must be a map"],
    [kubeconfig, "current-context: [a]\n", "current-context (line 1) is a list, and must be a text"],
    [kubeconfig, "apiVersion: v1\nkind: Pod\n", "kind (line 2) is something else, and must be Config"],
    [kubeconfig, "apiVersion: v2\nkind: Config\n", "apiVersion (line 1) is something else, and must be v1"],
    [
      kubeconfig,
      "users:\n- name: a\n- name: b\n- name: a\n",
      "users[2] (line 4) is the second of the name a: kubectl reads no such file",
    ],
    [
      kubeconfig,
      "clusters: x\nusers: y\n",
      "clusters (line 1) is a text, and must be a list; users (line 2) is a text, and must be a list",
    ],
    [talosconfig, "contexts: []\n", "contexts (line 1) is a list, and must be a map"],
    [talosconfig, "contexts: hunter2\n", "contexts (line 1) is a text, and must be a map"],
    [talosconfig, "contexts:\n  a: hunter2\n", "contexts.a (line 2) is a text, and must be a map"],
    [talosconfig, "contexts:\n  a:\n", "contexts.a (line 2) is empty, and must be a map"],
    [talosconfig, "context: { a: 1 }\n", "context (line 1) is a map, and must be a text"],
    [talosconfig, "apiVersion: v1\n", "apiVersion (line 1) is a text, and must be left out: it is another program's"],
    [kubeconfig, "contexts: {}\ncontext: a\n", "contexts (line 1) is a map, and must be a list"],
    // Whatever it holds.
    [kubeconfig, "a: 1\n---\nb: 2\n", "it is several documents (---), of which programs read the first alone (line 2)"],
    [kubeconfig, "clusters: []\nclusters: []\n", "it is ambiguous: it has a key twice (line 2)"],
    [kubeconfig, "- hunter2\n", "it is no such file, or broken"],
    [kubeconfig, "hunter2\n", "it is no such file, or broken"],
    [kubeconfig, "clusters:\n\t- hunter2\n", "it is no such file, or broken (line 2)"],
    [kubeconfig, "clusters: *hunter\n", "an alias (*) in it cannot be resolved"],
  ];
  for (const [kind, text, expected] of wrong)
    it(`is refused as ${kind.output} when it is ${JSON.stringify(text)}`, () => {
      assert.equal(refusal(kind, text), expected);
    });

  it("is refused when its aliases would fill the memory", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let n = 1; n < 6; n++)
      lines.push(
        `a${n}: &a${n} [${Array<string>(10)
          .fill(`*a${n - 1}`)
          .join(", ")}]`,
      );
    assert.equal(refusal(kubeconfig, lines.join("\n")), "an alias (*) in it cannot be resolved");
  });

  it("is taken as its own programs take it", () => {
    const fine = [
      "",
      "# none\n",
      "---\n",
      "{}",
      "clusters: null\ncurrent-context:\n",
      "\uFEFFkind: Config\r\n",
      "preferences: {}\nmine: 1\n",
    ];
    for (const text of fine) assert.equal(refusal(kubeconfig, text), undefined, text);
    const merged = "x: &x { server: y }\nclusters: [{ name: a, cluster: { <<: *x } }, { name: '', cluster: *x }]\n";
    assert.equal(refusal(kubeconfig, merged), undefined);
    for (const text of ["", "context: a\n", "contexts:\n", "contexts: { a: {} }\n"])
      assert.equal(refusal(talosconfig, text), undefined, text);
  });
});
