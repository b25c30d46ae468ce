import assert from "node:assert/strict";
import fc from "fast-check";
import { Document, visit } from "yaml";
import { readSource } from "../../../automation/access/document";
import type { Source } from "../../../automation/access/document";
import type { AccessKind } from "../../../automation/access/kind";
import { kubeconfig } from "../../../automation/access/kubeconfig";
import { merged, removed } from "../../../automation/access/merge";
import { checkShape } from "../../../automation/access/shape";
import { talosconfig } from "../../../automation/access/talosconfig";

const NAME = "lab";
const OWN = {
  kubeconfig: {
    clusters: { server: "https://192.168.68.100:6443", "certificate-authority-data": "QUJD" },
    users: { "client-certificate-data": "Q0VSVA==", "client-key-data": "S0VZ" },
    contexts: { cluster: NAME, user: NAME },
  },
  talosconfig: { contexts: { endpoints: ["192.168.68.100"], ca: "QUJD", crt: "Q1JU", key: "S0VZ" } },
};

const into = (kind: AccessKind, text: string, isCurrent = false): string =>
  only(merged(kind, [readSource(text, "f")], 0, NAME, OWN[kind.output], { isCurrent, isReplacing: false }));
const outOf = (kind: AccessKind, text: string): string => only(removed(kind, [readSource(text, "f")], NAME).sources);
const only = ([source]: readonly Source[]): string => source?.text ?? "";

/** How a text is laid out: what of it means nothing. */
interface Style {
  readonly indent: number;
  readonly indentSeq: boolean;
  /** Which maps and lists are written in brackets, in order. */
  readonly flows: readonly boolean[];
  readonly isJson: boolean;
  readonly newline: string;
  readonly isUnended: boolean;
  readonly hasMark: boolean;
  /** Lines in front of which there is something else. */
  readonly between: readonly string[];
}

const style: fc.Arbitrary<Style> = fc.record({
  indent: fc.constantFrom(2, 4),
  indentSeq: fc.boolean(),
  flows: fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)), { minLength: 30, maxLength: 30 }),
  isJson: fc.boolean(),
  newline: fc.constantFrom("\n", "\r\n"),
  isUnended: fc.boolean(),
  hasMark: fc.boolean(),
  between: fc.array(fc.constantFrom("", "", "", "\n", "# a note\n", "      # far in\n"), { minLength: 60, maxLength: 60 }),
});

function written(data: object, { isJson, indent, indentSeq, flows, newline, isUnended, hasMark, between }: Style): string {
  let text = JSON.stringify(data, null, indent);
  if (!isJson) {
    const document = new Document(data);
    let index = 0;
    visit(document, {
      Collection: (_key, node) => {
        if (node !== document.contents) node.flow = node.items.length === 0 || flows[index++ % flows.length] === true;
      },
    });
    // Flow on one line, so that a note before any line stands between entries of blocks.
    text = document.toString({ indent, indentSeq, lineWidth: 0, flowCollectionPadding: index % 2 === 0 });
    const lines = text.trimEnd().split("\n");
    if (!/[[{]$/m.test(text)) text = lines.map((line, at) => (between[at % between.length] ?? "") + line).join("\n");
  }
  text = `${text.trimEnd()}${isUnended ? "" : "\n"}`.replaceAll("\n", newline);
  return hasMark ? `\uFEFF${text}` : text;
}

const word = fc.stringMatching(/^[a-z][a-z0-9.@-]{0,12}$/).filter((each) => each !== NAME);
const scalar = fc.oneof(word, fc.integer(), fc.boolean(), fc.constantFrom("yes", "012", "a: b", "# c", "'", "1e3"));
const rest = fc.dictionary(
  word,
  fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), fc.dictionary(word, scalar, { maxKeys: 2 })),
  {
    maxKeys: 3,
  },
);
const entries = (field: string): fc.Arbitrary<object[]> =>
  fc.uniqueArray(fc.record({ name: word, [field]: rest }), { maxLength: 3, selector: ({ name }) => name });
const files = {
  kubeconfig: fc.record(
    {
      apiVersion: fc.constant("v1"),
      clusters: entries("cluster"),
      preferences: rest,
      users: entries("user"),
      contexts: entries("context"),
      "current-context": word,
    },
    { requiredKeys: ["clusters", "users", "contexts"] },
  ),
  talosconfig: fc.record({ context: word, contexts: fc.dictionary(word, rest, { maxKeys: 3 }) }, { requiredKeys: ["contexts"] }),
};

describe("a cluster among others", () => {
  for (const kind of [kubeconfig, talosconfig])
    it(`changes nothing else of a ${kind.output}, however that is laid out, and leaves no trace`, () => {
      fc.assert(
        fc.property(files[kind.output], style, (data, laidOut) => {
          const text = written(data, laidOut);
          checkShape(readSource(text, "f"), kind.shape);
          const after = into(kind, text);
          assert.equal(into(kind, after), after);
          assert.equal(outOf(kind, after), text);
          const { data: with_ } = readSource(after, "f");
          for (const { key } of kind.sections) assert.ok(JSON.stringify(with_[key]).includes(`"${NAME}"`));
          const { data: current } = readSource(into(kind, after, true), "f");
          assert.deepEqual(current, { ...with_, [kind.current]: NAME });
          if (text.includes("\r\n")) assert.ok(!/[^\r]\n/.test(after));
        }),
        { numRuns: 150 },
      );
    });

  it("changes a text by no more than its own lines, whatever its manner", () => {
    const cases: [string, RegExp][] = [
      // Nothing yet, in every way to say so.
      ["", /^apiVersion: v1\nkind: Config\nclusters:\n- name: lab\n/],
      ["# mine\n", /^# mine\napiVersion: v1\n/],
      ["---\n", /^---\napiVersion: v1\n/],
      ["{}", /^\{"apiVersion": "v1",.*\}$/s],
      [
        "clusters: null\nusers:\ncontexts: ~ # none\n",
        /^clusters:\n- name: lab\n.*\nusers:\n- name: lab\n.*\ncontexts: # none\n- name: lab\n/s,
      ],
      ["clusters: [] # none yet\n", /^clusters: # none yet\n- name: lab\n/],
      ["clusters: &c []\n", /^clusters: &c\n- name: lab\n/],
      // Notes stay with what they are about.
      [
        "clusters:\n- name: a\n  # about a\n# about users\nusers: []\n",
        /^clusters:\n- name: a\n {2}# about a\n- name: lab\n.*\n# about users\nusers:\n/s,
      ],
      [
        "clusters:\n    -   name:   a\n\n\nusers: []",
        /^clusters:\n {4}- {3}name: {3}a\n {4}- name: lab\n {6}cluster:\n.*\n\n\nusers:\n- name: lab.*[^\n]$/s,
      ],
      // JSON, by the line and all in one.
      ['{\n\t"clusters": [\n\t\t{"name": "a"}\n\t]\n}\n', /\n\t\t\{"name": "a"\},\n\t\t\{"name":"lab",.*\n\t\],\n\t"users": \[/s],
      ['{"clusters":[{"name":"a"}]}', /^\{"clusters":\[\{"name":"a"\}, \{"name":"lab",/],
    ];
    for (const [text, expected] of cases) {
      const after = into(kubeconfig, text);
      assert.match(after, expected);
      checkShape(readSource(after, "f"), kubeconfig.shape);
      assert.equal(into(kubeconfig, after), after);
      const { data } = readSource(outOf(kubeconfig, after), "f");
      assert.deepEqual(
        [data["clusters"], data["users"], data["contexts"]].flat().filter(Boolean),
        text.includes("name") ? [{ name: "a" }] : [],
      );
    }
  });

  it("keeps notes in brackets, and however much space is there", () => {
    const cases = [
      "users: [\n  # none\n]\n",
      "users: [\n  {name: a}, # about a\n  # about nobody\n]\n",
      "users: [\n  {name: a}, # about a\n  {name: b} # about b\n]\n",
      "users: [ {name: a}, ]\n",
      "users: [ # these\n]\n",
    ].map((users) => `clusters: []\n${users}contexts: []\n`);
    for (const text of cases) {
      const after = into(kubeconfig, text);
      for (const [note] of text.matchAll(/#.*\n/g)) assert.ok(after.includes(note), after);
      assert.equal(outOf(kubeconfig, after).replaceAll(/,(?=\s*(#.*\s*)*\])/g, ""), text.replaceAll(/,(?=\s*(#.*\s*)*\])/g, ""));
    }
    const between =
      "users: [{name: a}, {name: lab, user: {extensions: [{name: proxmox-talos, extension: {cluster: lab}}]}}, # about b\n {name: b}]\n";
    assert.equal(outOf(kubeconfig, between), "users: [{name: a},  # about b\n {name: b}]\n");
  });

  it("makes a cluster current wherever that is said, and however", () => {
    const cases = [
      ["current-context: # c\n", "current-context: lab # c\n"],
      ["current-context:\n", "current-context: lab\n"],
      ["current-context: 'a' # c\n", "current-context: lab # c\n"],
      ["current-context: &a b\n", "current-context: &a lab\n"],
      ["current-context: >-\n  a\n", "current-context: lab\n"],
      ["current-context:\n  a\n", "current-context:\n  lab\n"],
      ['{"current-context":""}', '{"current-context":"lab"'],
    ];
    for (const [text = "", expected = ""] of cases)
      assert.equal(into(kubeconfig, text, true).slice(0, expected.length), expected);
  });

  it("writes names that YAML 1.1 takes for something else in quotes, for kubectl does", () => {
    for (const name of ["on", "y", "no", "012", "1e3"]) {
      const own = { ...OWN.kubeconfig, contexts: { cluster: name, user: name } };
      const [after] = merged(kubeconfig, [readSource("", "f")], 0, name, own, { isCurrent: true, isReplacing: false });
      assert.equal(after?.text.match(new RegExp(`: "${name}"\n`, "g"))?.length, 9, after?.text);
    }
  });
});
