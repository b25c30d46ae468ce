/** What happens to a call. */
export type Effect =
  /** Answered with this HTTP status, and not carried out. */
  | { readonly kind: "status"; readonly status: number }
  /** The connection is reset, and nothing is carried out. */
  | { readonly kind: "reset" }
  /** Carried out, but the connection is cut before the answer. */
  | { readonly kind: "lost" }
  /** Carried out, and answered so much later, in virtual seconds. */
  | { readonly kind: "late"; readonly seconds: number }
  /** Answered as if it had been carried out, and it never is. */
  | { readonly kind: "swallowed" }
  /** Refused for the caller's certificate. */
  | { readonly kind: "expired" }
  /** The task it starts fails, before it has done anything or when all is done. */
  | { readonly kind: "task"; readonly done: boolean; readonly message: string }
  /** Somebody else's VM has taken the id. */
  | { readonly kind: "stranger" }
  /** The engine that called is killed, with all of its providers. */
  | { readonly kind: "killed" }
  | Outage;

/** From this call on something is away: for so many virtual seconds, or until somebody mends it. */
export interface Outage {
  readonly kind: "outage";
  /** The last host, the host whose API is used, the Kubernetes API, or its virtual address. */
  readonly of: "host" | "endpoint" | "api" | "vip";
  /** Virtual seconds from the call until it begins. @default 0 */
  readonly after?: number;
  /** @default until it is mended */
  readonly seconds?: number;
}

/** One fault of the table. */
export interface Fault {
  readonly name: string;
  /** What happens, in a sentence. */
  readonly what: string;
  /** The call it happens to: `<door> <call>`, `<door>` for whichever comes, or `*` for any. */
  readonly call: string;
  readonly effect: Effect;
  /** Calls in a row that it happens to. @default 1 */
  readonly times?: number;
  /** One of how many calls the seed chooses where nobody names one. @default the first two, which every stack has */
  readonly among?: number;
  /** Type of the resource whose operation it breaks for the embedded engine; `*` for any. */
  readonly type: string;
}
