import { parseAllDocuments } from "yaml";
import type { DeclaredResource } from "./policy";
import { at, list, map, text } from "./values";
import type { Value, Values } from "./values";

/** Patches are the same for many machines. */
const parsed = new Map<string, readonly Values[]>();

/** What a machine is told beside its configuration: every document of every patch that can be read. */
export function patchesOf({ properties }: DeclaredResource): readonly Values[] {
  return list(at(properties, "configPatches")).flatMap((patch) => documentsOf(text(patch) ?? ""));
}

/** Documents of a text; those that are none are left out, for Talos takes none of them. */
export function documentsOf(content: string): readonly Values[] {
  const known = parsed.get(content);
  if (known !== undefined) return known;
  const documents = [...parseAllDocuments(content)].flatMap((each) =>
    "toJS" in each && each.errors.length === 0 ? readOf(() => each.toJS() as Value) : [],
  );
  parsed.set(content, documents);
  return documents;
}

/** An alias to nothing, or so many of them that they would fill the memory, is only found out while a document is read. */
function readOf(read: () => Value): Values[] {
  try {
    return [map(read())];
  } catch {
    return [];
  }
}
