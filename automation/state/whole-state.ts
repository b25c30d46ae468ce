import { gunzipSync } from "node:zlib";
import { EXIT, Failure } from "../failure";
import type { ExportedState } from "../recovery";
import type { StackLayout } from "./layout";

/** A state with what is read of it here; whatever else it has stays as it is. */
export interface WholeState extends ExportedState {
  readonly version: number;
  readonly features?: readonly string[];
  readonly deployment: ExportedState["deployment"] & {
    readonly manifest?: { readonly time?: string };
    readonly secrets_providers?: {
      readonly type?: string;
      readonly state?: { readonly url?: string; readonly encryptedkey?: string; readonly salt?: string };
    };
  };
}

/** As a backend keeps it. */
interface Checkpoint {
  readonly checkpoint: { readonly latest?: WholeState["deployment"] };
}

/**
 * Reads a state of a stack: an export of it, or a file or object of its backend.
 *
 * @param name where it is from, for reports
 * @throws {Failure} `invalid-state` when it is cut off, no state, or another stack's
 */
export function readState(content: Buffer, name: string, { project, stack }: StackLayout): WholeState {
  const state = deploymentIn(content, name);
  const own = `urn:pulumi:${stack}::${project}::`;
  const urns = (state.deployment.resources ?? []).map(({ urn }) => String(urn as unknown));
  const other = urns.find((urn) => !urn.startsWith(own));
  if (other !== undefined) {
    const whose = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(other);
    throw invalid(name, whose ? `it is the state of the stack ${whose[1] ?? ""} of ${whose[2] ?? ""}` : `it has ${other}`);
  }
  const known = new Set(urns);
  const orphan = state.deployment.resources?.find(({ parent }) => parent !== undefined && parent !== "" && !known.has(parent));
  if (orphan) throw invalid(name, `it is not whole: the parent of ${orphan.urn} is not in it`);
  return state;
}

function deploymentIn(content: Buffer, name: string): WholeState {
  let document: unknown;
  try {
    document = JSON.parse((content[0] === 0x1f && content[1] === 0x8b ? gunzipSync(content) : content).toString("utf8"));
  } catch {
    throw invalid(name, "it is cut off, or no JSON");
  }
  const { version, features, deployment, checkpoint } = (document ?? {}) as Partial<WholeState & Checkpoint>;
  const found = deployment ?? checkpoint?.latest;
  if (typeof version !== "number" || found === undefined || typeof found !== "object") throw invalid(name, "it is no state");
  if (found.resources !== undefined && !Array.isArray(found.resources)) throw invalid(name, "its resources are no list");
  return { version, ...(features ? { features } : {}), deployment: found };
}

function invalid(name: string, why: string): Failure {
  return new Failure("invalid-state", `${name} cannot be put back: ${why}; lab state list shows what can`, EXIT.usage);
}
