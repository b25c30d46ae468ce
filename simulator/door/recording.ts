import type { Inputs } from "../models/model";
import type { Properties, PropertyValue } from "../values";

/** One resource as the program registered it, with what the datacenter answered. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent: string | null;
  readonly inputs: Properties;
  /** Inputs with secrets opened; never leaves the process. */
  readonly opened: Inputs;
  /** Everything it waits for: explicit and property dependencies, its provider. */
  readonly dependencies: readonly string[];
  /** URN of its explicit provider. */
  readonly provider: string | null;
  readonly protect: boolean;
  /** Whether it stays when the program no longer asks for it. */
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  /** Inputs whose change replaces it, by the program's own word. */
  readonly replaceOnChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly replaceWith: readonly string[];
  readonly deletedWith: string | null;
  /** Another value than in the last run replaces the resource; null for none. */
  readonly replacementTrigger: PropertyValue;
  /** Names of the hooks bound to it by when they would be called, for instance `beforeCreate`. */
  readonly hooks: Readonly<Record<string, readonly string[]>>;
  readonly id: string;
  readonly outputs: Properties;
  readonly openedOutputs: Inputs;
}

/** One call of a provider's function. */
export interface Invocation {
  readonly token: string;
  readonly inputs: Properties;
}

/** All a program asked for in one run. */
export interface Recording {
  readonly registrations: readonly Registration[];
  readonly invocations: readonly Invocation[];
  /** Outputs of the stack itself. */
  readonly stackOutputs: Properties;
  /** Outputs of components, by URN. */
  readonly componentOutputs: Readonly<Record<string, Properties>>;
  readonly diagnostics: readonly { readonly severity: "error" | "warning"; readonly urn: string; readonly message: string }[];
  readonly exitCode: number | null;
  /** What the program printed. */
  readonly printed: string;
}
