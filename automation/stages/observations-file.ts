import { readFileSync } from "node:fs";
import { z } from "zod";
import { nearest } from "../../config/problem";
import type { NodeUse, Observations, Operations } from "../../planner";
import { EXIT, Failure } from "../failure";

const percent = z.number().min(0).max(100);

const nodeUse = z.strictObject({
  cpuPercent: percent.optional(),
  sustainedCpuPercent: percent.optional(),
  memoryPercent: percent.optional(),
});

const operations = z.strictObject({
  incidents: z.int().min(0).optional(),
  logsSuffice: z.boolean().optional(),
  workBlocked: z.boolean().optional(),
  teamTimePercent: percent.optional(),
  teamSize: z.int().min(1).optional(),
});

const file = z.strictObject({
  /** When, as Prometheus says: shown, never reckoned with. */
  measuredAt: z.iso.datetime().optional(),
  nodes: z.record(z.string(), nodeUse).default({}),
  operations: operations.default({}),
});

/** What a file of observations holds; the same that `--save` writes. */
export interface ObservationsFile extends Observations {
  readonly measuredAt?: string;
}

/** Names of facts, as the file and `--fact` have them. */
export const FACTS = Object.keys(operations.shape) as (keyof Operations)[];

/**
 * Reads a file of observations.
 *
 * @throws {Failure} `invalid-observations`, naming what is wrong and where
 */
export function readObservations(path: string): ObservationsFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw invalid(`${path} cannot be read: ${(error as Error).message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(`${path} is no JSON`);
  }
  const result = file.safeParse(value);
  if (!result.success) throw invalid(`${path}: ${result.error.issues.map(issueText).join("; ")}`);
  return result.data;
}

/**
 * Reads facts as the command line has them: `incidents=1`, `logsSuffice=false`.
 *
 * @throws {Failure} `usage` for a fact that there is not, or a value that it cannot have
 */
export function readFacts(facts: readonly string[]): Operations {
  const pairs = facts.map((fact) => {
    const [name = "", ...rest] = fact.split("=");
    if (!FACTS.includes(name as keyof Operations)) {
      const meant = nearest(name, FACTS);
      const hint = meant === undefined ? `there are ${FACTS.join(", ")}` : `did you mean ${meant}?`;
      throw new Failure("usage", `--fact ${fact}: no fact ${name}; ${hint}`, EXIT.usage);
    }
    return [name, valueOf(rest.join("="))] as const;
  });
  const result = operations.safeParse(Object.fromEntries(pairs));
  if (!result.success) throw new Failure("usage", `--fact ${result.error.issues.map(issueText).join("; ")}`, EXIT.usage);
  return result.data;
}

/** What is known of nodes and people from several sources, the later ones having the last word on each figure. */
export function together(all: readonly Observations[]): Observations {
  const nodes: Record<string, NodeUse> = {};
  for (const each of all) for (const [name, use] of Object.entries(each.nodes)) nodes[name] = { ...nodes[name], ...use };
  return { nodes, operations: Object.assign({}, ...all.map((each) => each.operations)) as Operations };
}

function valueOf(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function issueText({ path, message }: z.core.$ZodIssue): string {
  const where = path.map(String).join(".");
  return where === "" ? message : `${where}: ${message}`;
}

function invalid(message: string): Failure {
  return new Failure("invalid-observations", message, EXIT.usage);
}
