import { isDeepStrictEqual } from "node:util";
import { EXIT, Failure } from "../failure";
import type { Source } from "./document";
import { drop, put } from "./edit";
import { entryOf, one } from "./entries";
import type { AccessKind, OwnEntries, Section } from "./kind";

/** How a cluster's entries come among others. */
export interface MergeOptions {
  /** The cluster becomes what commands are about by default. */
  readonly isCurrent: boolean;
  /** What has its name already, and is not its own, goes. */
  readonly isReplacing: boolean;
}

/**
 * The user's files with a cluster in them: an entry is changed where it is, in the first file that has it, and a new one goes into
 * `sources[target]`, as kubectl has it.
 *
 * @param own the cluster's entries, of which every section has one
 * @throws {Failure} `name-taken` when something else has the name, `invalid-file` when a file cannot be changed without more
 */
export function merged(
  kind: AccessKind,
  sources: readonly Source[],
  target: number,
  name: string,
  own: OwnEntries,
  options: MergeOptions,
): Source[] {
  const changed = [...sources];
  const change = (index: number, by: (source: Source) => Source): void => {
    const source = changed[index];
    if (source) changed[index] = by(source);
  };
  if (Object.keys(sources[target]?.data ?? {}).length === 0)
    for (const [key, value] of Object.entries(kind.header)) change(target, (source) => put(source, [key], value));
  for (const section of kind.sections) {
    const fields = own[section.key] ?? {};
    const index = sources.findIndex((source) => entryOf(source, section, name));
    if (index < 0) change(target, (source) => added(source, section, name, { ...fields, ...kind.note(name) }));
    else change(index, (source) => renewed(kind, source, section, name, own, options));
  }
  if (options.isCurrent && changed[target]?.data[kind.current] !== name)
    change(target, (source) => put(source, [kind.current], name));
  return changed;
}

function added(source: Source, section: Section, name: string, fields: object): Source {
  if (section.field === undefined) return put(source, [section.key, name], fields);
  const list = (source.data[section.key] ?? []) as unknown[];
  return put(source, [section.key, list.length], { name, [section.field]: fields });
}

/** What others set in an entry of the cluster's stays: a namespace, a proxy. */
function renewed(
  kind: AccessKind,
  source: Source,
  section: Section,
  name: string,
  own: OwnEntries,
  { isReplacing }: MergeOptions,
): Source {
  const found = entryOf(source, section, name);
  const fields = own[section.key] ?? {};
  if (!found) return source;
  const relation = kind.relation(section, found.fields, own, name);
  if (relation === "same") return source;
  if (relation !== "ours" && !isReplacing) throw taken(source.file, section, name, relation === "rebuilt");
  if (relation === "another") return put(source, found.inner, { ...fields, ...kind.note(name) });
  return Object.entries(fields)
    .filter(([key, value]) => !isDeepStrictEqual(found.fields[key], value))
    .reduce((changed, [key, value]) => put(changed, [...found.inner, key], value), source);
}

function taken(file: string, { key }: Section, name: string, isRebuilt: boolean): Failure {
  const what = isRebuilt
    ? `its ${name} has another certificate authority: that of the cluster before it was built anew, or another cluster's`
    : `it has a ${one(key)} of the name ${name} already, which is not this cluster's`;
  const remedy = "--merge --replace puts this one in its place; otherwise rename it, or choose another file with --file";
  return new Failure("name-taken", `${file} is left as it is: ${what}; ${remedy}`, EXIT.failed);
}

/** What became of the user's files when a cluster was taken out. */
export interface Removal {
  readonly sources: Source[];
  /** Sections and files that still have the name, for somebody else put it there. */
  readonly kept: readonly { readonly file: string; readonly section: string }[];
}

/**
 * The user's files without what was put there for a cluster, wherever that is; the same ones when there is nothing.
 *
 * @throws {Failure} `foreign-entry` when all that has the name is somebody else's
 */
export function removed(kind: AccessKind, sources: readonly Source[], name: string): Removal {
  const left = sources.map((source) =>
    kind.sections.reduce((each, section) => {
      const found = entryOf(each, section, name);
      return found && kind.isOurs(found.fields, name) ? drop(each, found.path) : each;
    }, source),
  );
  const kept = left.flatMap((source) =>
    kind.sections.filter((section) => entryOf(source, section, name)).map(({ key }) => ({ file: source.file, section: key })),
  );
  const isChanged = left.some((source, index) => source !== sources[index]);
  const [first] = kept;
  if (first && !isChanged) {
    const why = `${first.file} has a ${one(first.section)} ${name} that lab ${kind.output} --merge did not put there`;
    throw new Failure("foreign-entry", `nothing was changed: ${why}; ${kind.takesOut} would take it out`, EXIT.failed);
  }
  // What is current must be there.
  const isCleared = isChanged && !kept.some(({ section }) => section === "contexts");
  const clear = (source: Source): Source =>
    isCleared && source.data[kind.current] === name ? put(source, [kind.current], "") : source;
  return { sources: left.map(clear), kept };
}
