import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PROJECT } from "../stacks";

export type Environment = Readonly<Record<string, string>>;

/** One step of a job, as GitHub's workflows have it. */
export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Environment;
}

export interface Job {
  readonly name?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly "runs-on": string;
  readonly "timeout-minutes"?: number;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean | string };
  readonly env?: Environment;
  readonly outputs?: Environment;
  readonly strategy?: {
    readonly matrix: Readonly<Record<string, unknown>>;
    readonly "max-parallel"?: number;
    readonly "fail-fast"?: boolean;
  };
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency?: Job["concurrency"];
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = join(PROJECT, ".github", "workflows");

/** Names of the workflows' files. */
export const WORKFLOWS = readdirSync(FOLDER).sort();

/** A workflow's text. */
export function workflowText(file: string): string {
  return readFileSync(join(FOLDER, file), "utf8");
}

export function workflow(file: string): Workflow {
  return parse(workflowText(file)) as Workflow;
}

/** Every job of every workflow, with a name for messages. */
export function jobs(...files: readonly string[]): { readonly name: string; readonly of: Workflow; readonly job: Job }[] {
  return (files.length > 0 ? files : WORKFLOWS).flatMap((file) => {
    const of = workflow(file);
    return Object.entries(of.jobs).map(([name, job]) => ({ name: `${file} ${name}`, of, job }));
  });
}
