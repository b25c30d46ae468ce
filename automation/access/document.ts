import type { Document } from "yaml";
import { isMap, isSeq, parseDocument } from "yaml";
import { EXIT, Failure } from "../failure";

/**
 * Reads a configuration that somebody else edits as well: comments and order stay when it is written again.
 *
 * @param file where it is from, for reports
 * @throws {Failure} `invalid-file` when it is no YAML, or no map; never with anything of it
 */
export function readDocument(text: string, file: string): Document {
  const document = parseDocument(text);
  const isUsable = document.errors.length === 0 && (document.contents === null || isMap(document.contents));
  if (isUsable) return document;
  const line = document.errors[0]?.linePos?.[0].line;
  const where = line === undefined ? "" : ` (line ${line})`;
  throw new Failure(
    "invalid-file",
    `${file} is left as it is: it is no such file, or broken${where}; mend or move it`,
    EXIT.usage,
  );
}

/**
 * The document as text; long values stay on one line, as other programs write them.
 *
 * @throws {Failure} `invalid-file` when something refers to what is there no more
 */
export function documentText(document: Document, file: string): string {
  try {
    return document.toString({ lineWidth: 0 });
  } catch {
    const why = "another entry is an alias (*) of what would change";
    throw new Failure(
      "invalid-file",
      `${file} is left as it is: ${why}; write that entry out, or choose another file`,
      EXIT.usage,
    );
  }
}

/** The entry of a name in a list of maps that each have one, as plain data; undefined when there is none. */
export function entryOf(document: Document, list: string, name: string): Record<string, unknown> | undefined {
  const all = (document.toJS() as Record<string, unknown> | null)?.[list];
  return (
    (Array.isArray(all) ? (all as (Record<string, unknown> | null)[]) : []).find((each) => each?.["name"] === name) ?? undefined
  );
}

/** Puts an entry into such a list: in the place of the one of its name, or at the end. */
export function putEntry(document: Document, list: string, entry: { readonly name: string }): void {
  const node = document.get(list);
  const index = indexOf(document, list, entry.name);
  if (index !== undefined) document.setIn([list, index], document.createNode(entry));
  else if (isSeq(node) && node.items.length > 0) node.add(document.createNode(entry));
  else document.set(list, document.createNode([entry]));
}

/** Takes an entry out of such a list. */
export function dropEntry(document: Document, list: string, name: string): void {
  const index = indexOf(document, list, name);
  if (index !== undefined) document.deleteIn([list, index]);
}

function indexOf(document: Document, list: string, name: string): number | undefined {
  const node = document.get(list);
  if (!isSeq(node)) return undefined;
  const index = node.items.findIndex((item) => isMap(item) && item.get("name") === name);
  return index < 0 ? undefined : index;
}
