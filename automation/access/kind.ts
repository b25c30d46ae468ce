import type { z } from "zod";

/** The user's files of a kind, as the programs that read them find them. */
export interface UserFiles {
  /** All that are read; of an entry that several have, the first one's counts. */
  readonly all: readonly string[];
  /** Where new entries go, and what is current; one of them. */
  readonly target: string;
}

/** Entries of a cluster, by section: what each holds, without its name. */
export type OwnEntries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * What an entry of the cluster's name is: put there for this cluster, the same in all that matters although somebody else put it there,
 * this cluster's as it was before it was built anew (or another's: nobody can tell), or something else.
 */
export type Relation = "ours" | "same" | "rebuilt" | "another";

/** Where entries of one sort are. */
export interface Section {
  /** Key of the document. */
  readonly key: string;
  /** In a list of entries with a `name`: the key that holds the rest of each; undefined in a map by name. */
  readonly field?: string;
}

/** A kind of configuration that users have for all of their clusters. */
export interface AccessKind {
  /** Output of the stack that holds a cluster's own. */
  readonly output: "kubeconfig" | "talosconfig";
  /** What a file must be for its programs; messages are what is allowed. */
  readonly shape: z.ZodType;
  readonly sections: readonly Section[];
  /** Key with the name of the context that commands are about by default. */
  readonly current: string;
  /** What takes out an entry that this program did not put there. */
  readonly takesOut: string;
  /** What a new file begins with. */
  readonly header: Readonly<Record<string, unknown>>;

  /**
   * The user's files.
   *
   * @param exists whether there is something at a path
   */
  files(environment: NodeJS.ProcessEnv, exists: (path: string) => boolean): UserFiles;
  /**
   * The entries of a cluster.
   *
   * @param content the configuration as the stack puts it out
   * @throws {Failure} `invalid-output` when that is none
   */
  entries(content: string, name: string): OwnEntries;
  /** What is added to an entry so that it is known later. */
  note(name: string): Readonly<Record<string, unknown>>;
  /** What an entry of the cluster's name is to the cluster. */
  relation(section: Section, found: Readonly<Record<string, unknown>>, own: OwnEntries, name: string): Relation;
  /** Whether an entry was put there by this program, for a cluster of this name. */
  isOurs(found: Readonly<Record<string, unknown>>, name: string): boolean;
}
