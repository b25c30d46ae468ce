import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { commandLines, labArguments, parsed } from "./commands";
import { applied } from "./edits";
import { elsewhereProblem } from "./elsewhere";
import { kindOf } from "./kinds";
import { difference, renewed } from "./output";

const ACTUAL = "one\ntwo\nthree\nfour\nfive";

describe("what documents are held against", () => {
  it("sees an output that is another, or in another order", () => {
    assert.equal(difference(ACTUAL, `${ACTUAL}\n\n`), undefined);
    assert.equal(difference("…\ntwo\nthree\n…\nfive", ACTUAL), undefined);
    for (const wrong of ["one", "…\ntwo\nfour\n…", "…\nfour\n…\ntwo", "…\nsix"]) assert.ok(difference(wrong, ACTUAL), wrong);
  });

  it("writes an output anew between the lines that it begins and ends with", () => {
    assert.equal(renewed("…\ntwo\n2½\nfour\n…\nfive", ACTUAL), "…\ntwo\nthree\nfour\n…\nfive");
    assert.equal(renewed("what was before", ACTUAL), ACTUAL);
  });

  it("makes an edit in one place, and in no other", () => {
    assert.equal(applied("a: 1\nb: 2\nc: 3\n", " a: 1\n-b: 2\n+b: 4\n"), "a: 1\nb: 4\nc: 3\n");
    assert.throws(() => applied("a: 1\nb: 2\n", "-b: 3\n+b: 4"), /0 places/);
    assert.throws(() => applied("b: 2\nb: 2\n", "-b: 2\n+b: 4"), /2 places/);
  });

  it("reads a command over several lines as one, and none that does not end", () => {
    const lines = (text: string): string[] =>
      commandLines({ file: "a.md", line: 1, language: "console", text, attributes: {} }).map((each) => each.text);
    assert.deepEqual(lines("a |\n  b &&\nc \\\n d ||\ne\nf # g"), ["a | b && c d || e", "f"]);
    assert.throws(() => lines("a |"), /does not end/);
  });

  it("knows what becomes of a command, and of none that nobody has looked up", () => {
    const kinds = ["npx lab plan x", "git diff | head", "npx lab up x", "kubectl get nodes", "curl https://example.org | bash"];
    assert.deepEqual(
      kinds.map((text) => kindOf(parsed(text))),
      ["offline", "shell", "engine", "elsewhere", undefined],
    );
    assert.deepEqual(labArguments(["npm", "run", "--silent", "plan", "--", "x", "--json"]), ["plan", "x", "--json"]);
  });

  it("takes for elsewhere what stands in its table, with the options that it has there", () => {
    assert.equal(elsewhereProblem(["kubectl", "-n", "kube-system", "logs", "pod", "--tail=3"]), undefined);
    assert.equal(elsewhereProblem(["kubectl", "logs", "pod", "--color"]), "kubectl logs has no option --color here");
    assert.equal(elsewhereProblem(["kubectl", "-n", "x", "explode"]), "kubectl is never told to explode");
    assert.equal(elsewhereProblem(["nmap", "x"]), "nmap is in none of the tables of what may stand in a document");
  });
});
