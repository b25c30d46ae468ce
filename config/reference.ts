import { stackSchemaText } from "./json-schema";
import { NAMESPACE } from "./schema";

/** What is read of a JSON Schema. */
interface Node {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
}

const HEAD = `# Every key of a stack file

Written by \`npm run schema\` from the schemas in \`config/\`: nothing here is edited by hand. \`<name>\` stands for a name of your choice,
\`[]\` for an entry of a list. Keys without a default may be left out unless they are required. How they play together is in
[configuration.md](configuration.md).
`;

/** The reference of all keys as Markdown; the same text for the same schemas. */
export function referenceText(): string {
  const schema = JSON.parse(stackSchemaText()) as { readonly properties: { readonly config: Node } };
  const { properties = {}, required = [] } = schema.properties.config;
  const concerns = Object.entries(properties).map(([key, concern]) => {
    const name = key.slice(NAMESPACE.length + 1);
    const mark = required.includes(key) ? " (required)" : "";
    return [`\n## \`${name}\`${mark}\n\n${concern.description ?? ""}\n\n`, ...below(concern, "").map((line) => `${line}\n`)].join(
      "",
    );
  });
  return [HEAD, ...concerns].join("");
}

function below(node: Node, path: string): string[] {
  const named = Object.entries(node.properties ?? {}).flatMap(([key, each]) =>
    entry(each, path === "" ? key : `${path}.${key}`, node.required?.includes(key) ?? false),
  );
  const free =
    typeof node.additionalProperties === "object"
      ? below(node.additionalProperties, path === "" ? "<name>" : `${path}.<name>`)
      : [];
  return [...named, ...free, ...(node.items ? below(node.items, `${path}[]`) : [])];
}

function entry(node: Node, path: string, isRequired: boolean): string[] {
  const fallback = isPlain(node.default) ? `; default \`${JSON.stringify(node.default)}\`` : "";
  const required = isRequired && fallback === "" ? "; required" : "";
  return [`- \`${path}\`: ${node.description ?? ""}${fallback}${required}`, ...below(node, path)];
}

/** Defaults of maps say nothing that those of their keys do not. */
function isPlain(value: unknown): boolean {
  return value !== undefined && (typeof value !== "object" || Array.isArray(value));
}
