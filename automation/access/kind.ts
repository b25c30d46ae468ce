/** What a cluster gives its administrators. */
export interface OwnAccess {
  /** The cluster's name. */
  readonly name: string;
  /** The configuration as the stack puts it out. */
  readonly content: string;
}

/** A kind of configuration that users have one file of, for all of their clusters. */
export interface AccessKind {
  /** Output of the stack that holds a cluster's own. */
  readonly output: "kubeconfig" | "talosconfig";
  /** Variable that names the user's file. */
  readonly variable: string;
  /** Folder of it in the user's home, where it is called `config`. */
  readonly folder: string;
  /**
   * The user's file with a cluster in it.
   *
   * @param text what the file holds, empty when there is none
   * @param isCurrent whether the cluster becomes what commands are about by default
   * @throws {Failure} `name-taken` when it has another cluster of that name, `invalid-file` when it cannot be read
   */
  merged(text: string, file: string, own: OwnAccess, isCurrent: boolean): string;
  /** The user's file without a cluster; the same text when it has none of that name. */
  removed(text: string, file: string, name: string): string;
}
