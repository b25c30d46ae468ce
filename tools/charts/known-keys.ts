import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isMap, valueAt } from "./values";
import type { Values } from "./values";
import { metadataOf } from "./sources";

type Schema = { readonly [key: string]: unknown };

/**
 * Keys of values that a chart knows nothing of: a misspelt one is ignored by Helm without a word. Known is what is in `values.yaml` or
 * below an empty map, a list or nothing there, in `values.schema.json`, what a template reads, and all of that in the charts it depends on.
 *
 * @param folder a chart, unpacked
 * @returns paths, keys joined by dots
 */
export function unknownKeys(folder: string, values: Values): string[] {
  return new Chart(folder).unknown(values, []);
}

class Chart {
  private readonly values: Values;
  private readonly schema: Schema | undefined;
  private readonly read: ReadonlySet<string>;
  /** Handed on whole, into a file of the program's own: whatever is below is the program's. */
  private readonly handedOn: ReadonlySet<string>;
  private readonly dependencies: ReadonlyMap<string, string>;

  constructor(folder: string) {
    this.values = (yamlIn(join(folder, "values.yaml")) ?? {}) as Values;
    this.schema = yamlIn(join(folder, "values.schema.json")) as Schema | undefined;
    const templates = templatesOf(folder);
    this.read = new Set(pathsAfter(/\.Values\.([\w.]+)/g, templates));
    this.handedOn = new Set([
      ...pathsAfter(/toYaml \(?\$?\.Values\.([\w.]+)/g, templates),
      ...pathsAfter(/with \$?\.Values\.([\w.]+) ?-?\}\}[^{]*\{\{-? ?(?:tpl )?\(?(?:toYaml \.|\. \| toYaml)/g, templates),
    ]);
    this.dependencies = new Map(
      (metadataOf(folder).dependencies ?? []).map(({ name, alias }) => [alias ?? name, join(folder, "charts", name)]),
    );
  }

  public unknown(values: Values, above: readonly string[]): string[] {
    return Object.entries(values).flatMap(([key, value]) => {
      const path = [...above, key];
      const dependency = above.length === 0 ? this.dependencies.get(key) : undefined;
      if (dependency !== undefined && isMap(value) && existsSync(join(dependency, "Chart.yaml"))) {
        const inIt = new Chart(dependency).unknown(value, []);
        // What the chart itself says of its dependency's keys, or reads of them, is known, too.
        return inIt.map((each) => [...path, ...each.split(".")]).flatMap((each) => (this.knows(each) ? [] : [each.join(".")]));
      }
      if (isMap(value) && Object.keys(value).length > 0 && !this.takesAnything(path)) return this.unknown(value, path);
      return this.knows(path) ? [] : [path.join(".")];
    });
  }

  /** Whether whatever is below a path is taken as it is. */
  private takesAnything(path: readonly string[]): boolean {
    if (this.handedOn.has(path.join("."))) return true;
    const there = valueAt(this.values, path);
    if (there !== undefined) return !isMap(there) || Object.keys(there).length === 0;
    return this.read.has(path.join("."));
  }

  private knows(path: readonly string[]): boolean {
    if (path[0] === "global") return true;
    for (let length = 1; length <= path.length; length++) {
      const part = path.slice(0, length);
      if (this.handedOn.has(part.join("."))) return true;
      const there = valueAt(this.values, part);
      // What holds other keys says which those are.
      if (isMap(there) && Object.keys(there).length > 0) continue;
      if (there !== undefined || this.read.has(part.join("."))) return true;
    }
    return valueAt(this.values, path) !== undefined || (this.schema !== undefined && inSchema(this.schema, this.schema, path));
  }
}

/** All that is a template: some charts keep parts of theirs among the values. */
function templatesOf(folder: string): string[] {
  const templates = join(folder, "templates");
  const names = existsSync(templates) ? readdirSync(templates, { recursive: true, encoding: "utf8" }) : [];
  const files = names.filter((name) => /\.(ya?ml|tpl|txt)$/.test(name)).map((name) => join(templates, name));
  return [...files, join(folder, "values.yaml")].filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"));
}

function pathsAfter(pattern: RegExp, texts: readonly string[]): string[] {
  return texts.flatMap((text) => [...text.matchAll(pattern)].map(([, path = ""]) => path));
}

function inSchema(root: Schema, schema: Schema, path: readonly string[]): boolean {
  const { $ref, properties, additionalProperties, anyOf, oneOf, allOf } = schema;
  if (typeof $ref === "string") return inSchema(root, (valueAt(root, $ref.replace(/^#\//, "").split("/")) ?? {}) as Schema, path);
  const [key, ...rest] = path;
  if (key === undefined) return true;
  const own = (properties as Readonly<Record<string, Schema>> | undefined)?.[key];
  if (own !== undefined && inSchema(root, own, rest)) return true;
  if (isMap(additionalProperties) && inSchema(root, additionalProperties, rest)) return true;
  return [anyOf, oneOf, allOf].some((each) => Array.isArray(each) && each.some((one) => inSchema(root, one as Schema, path)));
}

/** A document; undefined when there is no such file. */
export function yamlIn(file: string): unknown {
  return existsSync(file) ? (parse(readFileSync(file, "utf8"), { merge: true, maxAliasCount: -1 }) as unknown) : undefined;
}
