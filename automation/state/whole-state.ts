import { gunzipSync } from "node:zlib";
import { z } from "zod";
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

/** What is read of a deployment, in a form that can be; whatever else it has is Pulumi's business. */
const READABLE = z.looseObject({
  resources: z.array(z.looseObject({ urn: z.string(), parent: z.string().nullish() })).optional(),
  pending_operations: z.array(z.unknown()).nullish(),
  manifest: z.looseObject({ time: z.string().optional() }).nullish(),
  secrets_providers: z
    .looseObject({ type: z.string().optional(), state: z.looseObject({ salt: z.string().optional() }).nullish() })
    .nullish(),
});

/**
 * Reads a state of a stack: an export of it, or a file or object of its backend.
 *
 * @param name where it is from, for reports
 * @throws {Failure} `invalid-state` when it is cut off, no state, or another stack's
 */
export function readState(content: Buffer, name: string, { project, stack }: StackLayout): WholeState {
  const state = deploymentIn(content, { name, stack });
  const own = `urn:pulumi:${stack}::${project}::`;
  const urns = (state.deployment.resources ?? []).map(({ urn }) => urn);
  const other = urns.find((urn) => !urn.startsWith(own));
  if (other !== undefined) {
    const whose = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(other);
    const why = whose
      ? `it is the state of the stack ${whose[1] ?? ""} of ${whose[2] ?? ""}`
      : `${JSON.stringify(other)} is no URN`;
    throw invalid({ name, stack }, why);
  }
  const known = new Set(urns);
  const orphan = state.deployment.resources?.find(({ parent }) => (parent ?? "") !== "" && !known.has(parent ?? ""));
  if (orphan) throw invalid({ name, stack }, `it is not whole: the parent of ${orphan.urn} is not in it`);
  return state;
}

interface Origin {
  readonly name: string;
  readonly stack: string;
}

function deploymentIn(content: Buffer, from: Origin): WholeState {
  let document: unknown;
  try {
    document = JSON.parse((content[0] === 0x1f && content[1] === 0x8b ? gunzipSync(content) : content).toString("utf8"));
  } catch {
    throw invalid(from, "it is cut off, or no JSON");
  }
  const { version, features, deployment, checkpoint } = (document ?? {}) as Partial<WholeState & Checkpoint>;
  const found = deployment ?? checkpoint?.latest;
  if (typeof version !== "number" || typeof found !== "object" || (found as unknown) === null)
    throw invalid(from, "it is no state");
  if (found.resources !== undefined && !Array.isArray(found.resources)) throw invalid(from, "its resources are no list");
  const [issue] = READABLE.safeParse(found).error?.issues ?? [];
  if (issue) throw invalid(from, `deployment.${issue.path.join(".")} is not as it is in a state`);
  return { version, ...(features ? { features } : {}), deployment: found };
}

function invalid({ name, stack }: Origin, why: string): Failure {
  return new Failure("invalid-state", `${name} cannot be put back: ${why}; lab state list ${stack} shows what can`, EXIT.usage);
}
