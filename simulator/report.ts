/** What a rehearsal reports: the shapes behind `rehearse --json` and the picture in the terminal. */

/** What the engine did with a resource. */
export type Operation = "create" | "update" | "replace" | "delete" | "same";

/** One value that is another than in the last run; YAML texts are compared by what they say. */
export interface Change {
  /** For instance `configPatches.2.routes.0.gateway`. */
  readonly path: string;
  /** `[secret]` for a secret, null for what was not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** One resource of the rehearsal, in simulated time. */
export interface RehearsedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the parent, or `null` for the root. */
  readonly parent: string | null;
  readonly dependencies: readonly string[];
  readonly operation: Operation;
  /** Whether the operation ran to its end; `failed` and `skipped` only occur in a failed run. */
  readonly outcome: "done" | "failed" | "skipped";
  /** Seconds of simulated time since the run began. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** What differs from the last run; empty unless it is updated or replaced. */
  readonly changes: readonly Change[];
  /** The changed inputs, or the replaced resources, that force a replacement. */
  readonly replacedBy: readonly string[];
  /** Inputs as registered; every secret is the string `[secret]`. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A rule of the datacenter that the program broke; any of them fails the run. */
export interface Violation {
  /** Fixed code of the rule, for instance `host-memory`. */
  readonly rule: string;
  /** URN of the resource whose operation broke it. */
  readonly urn: string;
  readonly message: string;
}

/** Makespan under another scale of the assumed durations. */
export interface Sensitivity {
  /** Factor on every duration marked assumed: 0.5, 1 or 2. */
  readonly factor: number;
  readonly makespanSeconds: number;
  readonly criticalPathSeconds: number;
}

/** A Service of type LoadBalancer at the end of a rehearsal. */
export interface RehearsedService {
  readonly namespace: string;
  readonly name: string;
  /** Addresses it has; none as long as it is `<pending>`. */
  readonly addresses: readonly string[];
}

/** Result of one rehearsal. */
export interface Rehearsal {
  readonly stack: string;
  readonly engine: "embedded" | "pulumi";
  readonly result: "succeeded" | "failed";
  readonly summary: Readonly<Record<Operation, number>>;
  readonly resources: readonly RehearsedResource[];
  /** Simulated seconds from the first to the last event under the datacenter's real limits. */
  readonly makespanSeconds: number;
  /** Lower bound no program could beat; from the datacenter's own rules, never from the program's edges. */
  readonly criticalPathSeconds: number;
  /** URNs along the chain or the exclusive resource that gives the bound. */
  readonly criticalPath: readonly string[];
  readonly violations: readonly Violation[];
  readonly sensitivity: readonly Sensitivity[];
  /** In order of namespace and name; only where there are any. */
  readonly services?: readonly RehearsedService[];
  /** What to tell of faults that were asked for and never happened; only where any were asked for. */
  readonly missedFaults?: readonly string[];
  /** Errors and warnings the program itself logged. */
  readonly diagnostics: readonly { readonly severity: "error" | "warning"; readonly urn: string; readonly message: string }[];
}

/** Progress of a running rehearsal, for the terminal. */
export interface RehearsalProgress {
  readonly phase: "program" | "datacenter" | "bound";
  /** Set while the stack to begin from is set up. */
  readonly before?: boolean;
  readonly done: number;
  /** Known once the program has ended. */
  readonly total?: number;
  /** What just happened, for instance a resource's name. */
  readonly detail?: string;
}
