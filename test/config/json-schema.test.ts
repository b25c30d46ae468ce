import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { stackSchemaText } from "../../config/json-schema";
import { referenceText } from "../../config/reference";
import { stackConfig } from "../../config/schema";
import { leavesOf } from "../knobs/schema-leaves";
import { PROJECT, stackFile, stackText } from "../stacks";

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly description?: string;
}

/** As much of JSON Schema as ours uses: paths that break it. */
function broken(schema: Schema, value: unknown, path = ""): string[] {
  const kind = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  const { type } = schema;
  if (type !== undefined && kind !== (type === "integer" ? "number" : type)) return [path];
  const wrong =
    (schema.enum && !schema.enum.includes(value)) ||
    (typeof value === "string" && !new RegExp(schema.pattern ?? "").test(value)) ||
    (typeof value === "string" && value.length < (schema.minLength ?? 0)) ||
    (typeof value === "number" && (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity))) ||
    (type === "integer" && !Number.isInteger(value)) ||
    (Array.isArray(value) && value.length < (schema.minItems ?? 0));
  if (wrong) return [path];
  if (Array.isArray(value)) return value.flatMap((item, index) => broken(schema.items ?? {}, item, `${path}/${index}`));
  if (kind !== "object") return [];
  const entries = Object.entries(value as object) as [string, unknown][];
  return [
    ...(schema.required ?? []).filter((key) => !Object.hasOwn(value as object, key)).map((key) => `${path}/${key}`),
    ...entries.flatMap(([key, entry]) => {
      const own = schema.properties?.[key];
      const byPattern = Object.entries(schema.patternProperties ?? {}).find(([pattern]) => new RegExp(pattern).test(key))?.[1];
      const name = schema.propertyNames ? broken(schema.propertyNames, key, `${path}/${key}`) : [];
      const rest = schema.additionalProperties === false ? undefined : schema.additionalProperties;
      const inner = own ?? byPattern ?? (rest === true ? {} : rest);
      return [
        ...name,
        ...(inner ? broken(inner, entry, `${path}/${key}`) : schema.additionalProperties === undefined ? [] : [`${path}/${key}`]),
      ];
    }),
  ];
}

const schema = JSON.parse(stackSchemaText()) as Schema;

describe("JSON Schema", () => {
  it("is up to date in config/stack.schema.json", () => {
    assert.equal(readFileSync(join(PROJECT, "config", "stack.schema.json"), "utf8"), stackSchemaText(), "run `npm run schema`");
  });

  it("is what docs/stack-file.md is written from, key by key", () => {
    const text = readFileSync(join(PROJECT, "docs", "stack-file.md"), "utf8");
    assert.equal(text, referenceText(), "run `npm run schema`");
    const keys = new Set([...text.matchAll(/^- `([^`]+)`: \S/gm)].map(([, key]) => key));
    const leaves = leavesOf(stackConfig).map((path) =>
      path
        .replace(/^\w+(\.|(?=\[))/, "")
        .replaceAll("*", "<name>")
        .replace(/(\.<name>|\[\])+$/, ""),
    );
    const missing = leaves.filter((leaf) => !keys.has(leaf));
    assert.deepEqual(missing, []);
  });

  it("is named on the first line of every stack file", () => {
    for (const stack of ["homelab", "prod"]) {
      assert.equal(stackText(stack).split("\n")[0], "# yaml-language-server: $schema=./config/stack.schema.json");
    }
  });

  it("requires what the parser requires and knows the same keys", () => {
    const schema = JSON.parse(stackSchemaText()) as {
      properties: { config: { required: string[]; properties: Record<string, { properties?: object; required?: string[] }> } };
    };
    const { required, properties } = schema.properties.config;
    assert.deepEqual(
      required,
      ["metadata", "network", "topology"].map((name) => `proxmox-talos:${name}`),
    );
    const pool = JSON.stringify(properties["proxmox-talos:topology"]);
    for (const key of ["count", "machines", "cores", "memoryGiB", "names"]) assert.ok(pool.includes(`"${key}"`), key);
    assert.deepEqual(properties["proxmox-talos:metadata"]?.required, ["name", "environment"]);
  });

  it("accepts every stack file and example, and what the engine writes into them", () => {
    const examples = readdirSync(join(PROJECT, "examples")).map((name) => readFileSync(join(PROJECT, "examples", name), "utf8"));
    for (const text of [stackText("homelab"), stackText("prod"), stackFile(), ...examples]) {
      assert.deepEqual(broken(schema, parse(text, { merge: true })), []);
      assert.deepEqual(
        broken(schema, parse(`encryptionsalt: v1:x\n${text}\n  proxmoxve:apiToken: { secure: AAAB }\n`, { merge: true })),
        [],
      );
    }
  });

  it("refuses what the parser refuses, as far as a schema can", () => {
    const config = "/config/proxmox-talos";
    for (const [text, path] of [
      [stackFile({ vm: "{ idBase: 99 }" }), `${config}:proxmox/vm/idBase`],
      [stackFile({ vm: "{ idBase: 800, idCuont: 1 }" }), `${config}:proxmox/vm/idCuont`],
      [stackFile({ workers: "{ Big: { count: 1, cores: 2, memoryGiB: 4 } }" }), `${config}:topology/workers/Big`],
      [stackFile({ more: "  proxmox-talos:xyz: {}\n" }), `${config}:xyz`],
      [stackFile({ more: "  proxmox-talos:talos: { version: 1.13.9 }\n" }), `${config}:talos/version`],
      [stackFile().replace("environment: dev", "environment: production"), `${config}:metadata/environment`],
      [`configs: {}\n${stackFile()}`, "/configs"],
    ] as const)
      assert.deepEqual(broken(schema, parse(text)), [path]);
  });

  it("describes everything that can be written", () => {
    const bare = (each: Schema, path: string): string[] => [
      ...(each.description === undefined ? [path] : []),
      ...Object.entries(each.properties ?? {}).flatMap(([key, inner]) => bare(inner, `${path}.${key}`)),
      ...(typeof each.additionalProperties === "object" ? bare(each.additionalProperties, `${path}.*`) : []),
      ...(each.items ? bare(each.items, `${path}[]`) : []),
    ];
    const concerns = schema.properties?.["config"]?.properties ?? {};
    assert.deepEqual(
      Object.entries(concerns).flatMap(([key, each]) => bare(each, key)),
      [],
    );
  });
});
