import { isDeepStrictEqual } from "node:util";
import type { Path } from "./data";
import { withValue, without } from "./data";
import type { Source } from "./document";
import { leftAsItIs, readSource } from "./document";
import { dropText } from "./drop-text";
import { putText } from "./put-text";

/**
 * A configuration with another value in one place; what is not there yet is made. Whatever else is in the text stays to the letter: it
 * is the text that changes, not a document that would be laid out anew.
 *
 * @param path an index that is a list's length adds to it
 * @throws {Failure} `invalid-file` where that would change something else, too
 */
export function put(source: Source, path: Path, value: unknown): Source {
  return checked(source, putText(source, path, value), withValue(source.data, path, value));
}

/**
 * A configuration without one entry.
 *
 * @throws {Failure} `invalid-file` where that would change something else, too
 */
export function drop(source: Source, path: Path): Source {
  return checked(source, dropText(source, path), without(source.data, path));
}

/** A text, held to what it is meant to be read as. */
function checked({ file }: Source, text: string | undefined, meant: unknown): Source {
  const changed = text === undefined ? undefined : readOrNothing(text, file);
  if (changed && isDeepStrictEqual(changed.data, meant)) return changed;
  const why = "what would change is shared with other entries (& and *), or laid out in a rare way";
  throw leftAsItIs(file, why, "write it out as kubectl and talosctl do, or choose another file with --file");
}

function readOrNothing(text: string, file: string): Source | undefined {
  try {
    return readSource(text, file);
  } catch {
    // Broken by the change, which is thus not made.
    return undefined;
  }
}
