import { createHash } from "node:crypto";
import type { Process } from "../clock/clock";
import type { Datacenter } from "../datacenter/datacenter";
import type { SecretMarkers } from "../secrets";
import type { Json, Properties } from "../values";

/** Inputs of a resource or function with secrets opened. */
export type Inputs = { readonly [key: string]: Json };

/** What a model may look at besides its own inputs. */
export interface ModelContext {
  readonly urn: string;
  readonly markers: SecretMarkers;
  /** The resource's explicit provider, with its inputs opened. */
  readonly provider?: { readonly inputs: Inputs };
  /** Every resource registered so far, by type. */
  readonly registered: (type: string) => readonly { readonly inputs: Inputs; readonly outputs: Inputs }[];
}

/** How a provider's resource type behaves: what it answers, what it does to the datacenter, what replaces it. */
export interface ResourceModel {
  /** Inputs without which the provider refuses. */
  readonly required: readonly string[];
  /** What the provider answers when the resource exists; the same for the same inputs. */
  answer(inputs: Inputs, context: ModelContext): { readonly id: string; readonly outputs: Properties };
  /** Creates it in the datacenter. @default takes no time */
  create?(dc: Datacenter, inputs: Inputs, context: ModelContext): Process;
  /** Updates it in place. @default takes no time */
  update?(dc: Datacenter, inputs: Inputs, before: Inputs, context: ModelContext): Process;
  /** Deletes it. @default takes no time */
  delete?(dc: Datacenter, before: Inputs): Process;
  /** Leaves it in the datacenter, where the state forgets it. @default nothing changes */
  abandon?(dc: Datacenter, before: Inputs): void;
  /** What to do before it may go, where it is protected and its kind needs more than an unprotect. */
  readonly parting?: string;
  /** Created once and never compared again. @default false */
  readonly createOnly?: boolean;
}

/** A provider's function. */
export interface FunctionModel {
  readonly required: readonly string[];
  answer(inputs: Inputs, context: Pick<ModelContext, "markers" | "registered">): Properties;
}

/** A string input; empty when missing. */
export function text(value: Json | undefined): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** A map input; empty when missing. */
export function map(value: Json | undefined): Inputs {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
}

/** A list input; empty when missing. */
export function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Id of a provider: the engine gives each a random one, here the same for the same resource. */
export function providerId({ urn }: ModelContext): string {
  const digits = createHash("sha256").update(urn).digest("hex");
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join("-");
}
