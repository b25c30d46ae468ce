/** What a command does to a stack's state: it leaves it as it is, changes it, takes away a lock, or loses something for good. */
export type Effect = "keeps" | "changes" | "unlocks" | "loses";

/** A command that has others below it. */
export interface Group {
  /** Without any of them. */
  readonly itself: Effect;
  /** Each by its name and its aliases. */
  readonly commands: Commands;
}

/** Commands by their names: the first is the one they are reported by, aliases follow. */
export type Commands = Readonly<Record<string, Effect | Group>>;

/**
 * The commands of the Pulumi CLI (3.248, and those that 3.253 and later added). Whatever is not here is taken for one that changes the
 * state: a backup too many is better than none.
 */
export const COMMANDS: Commands = {
  "up update": "changes",
  refresh: "changes",
  import: "changes",
  watch: "changes",
  "destroy down dn": "loses",
  cancel: "unlocks",
  state: {
    itself: "keeps",
    // Whatever is not named changes it.
    commands: { get: "keeps", "delete rm remove": "loses", "move mv": "changes" },
  },
  stack: {
    itself: "keeps",
    commands: {
      export: "keeps",
      get: "keeps",
      graph: "keeps",
      "history hist": "keeps",
      "list ls": "keeps",
      "new init create setup": "keeps",
      output: "keeps",
      select: "keeps",
      unselect: "keeps",
      tag: "keeps",
      webhook: "keeps",
      drift: "keeps",
      import: "loses",
      "remove rm delete": "loses",
    },
  },
  // They are about the stack file, which Git keeps.
  config: {
    itself: "keeps",
    commands: {
      "copy cp": "keeps",
      env: "keeps",
      get: "keeps",
      refresh: "keeps",
      "remove rm delete": "keeps",
      "remove-all rm-all delete-all": "keeps",
      set: "keeps",
      "set-all": "keeps",
    },
  },
  // Pulumi Cloud does it, and may be told to destroy.
  deployment: { itself: "keeps", commands: { "list ls": "keeps", get: "keeps", log: "keeps", settings: "keeps", run: "loses" } },
  project: { itself: "keeps", commands: { "list ls": "keeps" } },
  about: "keeps",
  console: "keeps",
  convert: "keeps",
  "env esc": "keeps",
  "gen-completion completion": "keeps",
  help: "keeps",
  insights: "keeps",
  install: "keeps",
  login: "keeps",
  logout: "keeps",
  logs: "keeps",
  org: "keeps",
  package: "keeps",
  plugin: "keeps",
  policy: "keeps",
  "preview pre": "keeps",
  schema: "keeps",
  template: "keeps",
  version: "keeps",
  whoami: "keeps",
};

/** Options that take the next argument as their value, whatever the command. Any other may do so, unless it is of the next list. */
export const WITH_VALUE: ReadonlySet<string> = new Set(
  [
    "color cwd memprofilerate otel-traces profiling tracing tracing-header",
    "stack source dest copy-config-from config-file secrets-provider",
    "message parallel target target-replace replace exclude policy-pack policy-pack-config",
    "version cloud-url type count page page-size",
  ].flatMap((line) => line.split(" ")),
);

/** Options that never do. */
export const WITHOUT_VALUE: ReadonlySet<string> = new Set(
  [
    "disable-integrity-checking emoji fully-qualify-stack-names help logflow logtostderr non-interactive",
    "all yes force preserve-config remove-backups remove skip-preview preview-only target-dependents exclude-protected",
    "continue-on-error debug diff expect-no-changes run-program show-config show-full-output show-ids show-name show-reads",
    "show-replacement-steps show-sames show-urns suppress-outputs suppress-progress neo create no-select local insecure",
    "clear-pending-creates skip-pending-creates config-path full-dates",
  ].flatMap((line) => line.split(" ")),
);

/** One-letter options that mean the same in every command, and whether they take a value. */
export const LETTERS: Readonly<Record<string, { readonly name: string; readonly takesValue: boolean }>> = {
  C: { name: "cwd", takesValue: true },
  s: { name: "stack", takesValue: true },
  v: { name: "verbose", takesValue: true },
  m: { name: "message", takesValue: true },
  x: { name: "exclude", takesValue: true },
  Q: { name: "fully-qualify-stack-names", takesValue: false },
  e: { name: "emoji", takesValue: false },
  h: { name: "help", takesValue: false },
  j: { name: "json", takesValue: false },
  u: { name: "show-urns", takesValue: false },
  y: { name: "yes", takesValue: false },
};
