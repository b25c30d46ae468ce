import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { ScalarTag } from "yaml";
import { DEFAULT_VERSIONS } from "../../config/versions";
import type { PlannedRelease } from "../../planner";
import { isMap } from "./values";
import type { Values } from "./values";

/** An object that a chart makes. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>> | null;
  };
  readonly [field: string]: unknown;
}

/** What Helm made of a chart and values, or why it refused. */
export type Rendering = { readonly text: string; readonly refused?: undefined } | { readonly refused: string };

/** What a release is rendered with beside its values. */
export type Placed = Pick<PlannedRelease, "name" | "namespace">;

/** What a rendering depends on beside the values. */
export interface RenderOptions {
  /** Groups and kinds of custom resources that the cluster serves when the chart comes, as `--api-versions` wants them. */
  readonly apis?: readonly string[];
  /** Whether definitions in the chart's folder `crds` are wanted, too. @default false */
  readonly crds?: boolean;
}

/** Renders charts with the Helm on the PATH, which also holds the values to the chart's own schema. */
export class Helm {
  private readonly folder = mkdtempSync(join(tmpdir(), "charts-"));

  /** @param options what is served already, and whether definitions in the chart's folder `crds` are wanted, too */
  public render(
    chart: string,
    { name, namespace }: Placed,
    values: Values,
    { apis = [], crds = false }: RenderOptions = {},
  ): Rendering {
    const file = join(this.folder, "values.json");
    writeFileSync(file, JSON.stringify(values));
    const version = DEFAULT_VERSIONS.kubernetes.replace(/^v/, "");
    const args = ["template", name, chart, "--namespace", namespace, "--kube-version", version, "--values", file];
    if (apis.length > 0) args.push("--api-versions", apis.join(","));
    if (crds) args.push("--include-crds");
    const options = { encoding: "utf8", maxBuffer: 2 ** 28 } as const;
    const { status, stdout, stderr, error } = spawnSync("helm", args, options);
    if (error) throw error;
    return status === 0 ? { text: stdout } : { refused: stderr.trim() };
  }

  public close(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Modes of files as charts write them: to Helm, whose YAML is of before 1.2, a leading zero makes a number octal. */
const OCTAL: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^0[0-7]+$/,
  resolve: (digits) => parseInt(digits, 8),
};

/** Every object of a rendering; lists are their items. */
export function objectsIn(text: string): Rendered[] {
  return parseAllDocuments(text, { customTags: (tags) => [OCTAL, ...tags] }).flatMap((document) => {
    const object: unknown = document.toJS({ maxAliasCount: -1 });
    return isObject(object) ? itemsOf(object) : [];
  });
}

function itemsOf(object: Rendered): readonly Rendered[] {
  const { kind, items } = object;
  return kind.endsWith("List") && Array.isArray(items) ? items.filter(isObject) : [object];
}

function isObject(value: unknown): value is Rendered {
  return isMap(value) && typeof value["kind"] === "string";
}
