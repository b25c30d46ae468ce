import { existsSync, lstatSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import type { Neighbour } from "../config/neighbours";
import { readNeighbours, stackFileName, stacksIn } from "../config/neighbours";
import { locateProblems, parseStackFile } from "../config/parse";
import { nearest } from "../config/problem";
import type { StackConfig } from "../config/schema";
import type { Plan } from "../planner";
import { planStack } from "../planner";
import { EXIT, Failure, invalidFile } from "./failure";

/** Folder of `Pulumi.yaml`. */
export const PROJECT_DIR = resolve(__dirname, "..");

/** A stack file that was found and read. */
export interface StackFile {
  readonly stack: string;
  /** Absolute. */
  readonly path: string;
  /** As shown to the user. */
  readonly file: string;
  readonly text: string;
}

/** A stack read and validated. */
export interface ParsedStack extends StackFile {
  readonly config: StackConfig;
}

/** A stack read, validated and planned. */
export interface PlannedStack extends ParsedStack {
  readonly plan: Plan;
  /** The stack files beside its own that it was planned with. */
  readonly neighbours: readonly Neighbour[];
}

/** Names of the stacks beside `Pulumi.yaml`. */
export function knownStacks(projectDir = PROJECT_DIR): string[] {
  return stacksIn(projectDir);
}

/**
 * Finds a stack by name (`homelab`) or by path (`examples/roadmap-1.yaml`).
 *
 * @throws {Failure} `unknown-stack`, naming those that exist
 */
export function findStack(nameOrPath: string, projectDir = PROJECT_DIR): StackFile {
  const { stack, path, file } = locateStack(nameOrPath, projectDir);
  if (!existsSync(path)) {
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    throw isLink ? danglingLink(path, file) : unknownStack(nameOrPath, projectDir);
  }
  try {
    return { stack, path, file, text: readFileSync(path, "utf8") };
  } catch (error) {
    throw new Failure("unreadable-stack", `${nameOrPath} cannot be read: ${(error as Error).message}`, EXIT.usage);
  }
}

/** Where a stack's file is, or would be. */
export function locateStack(nameOrPath: string, projectDir = PROJECT_DIR): Omit<StackFile, "text"> {
  const path = isPath(nameOrPath) ? resolve(nameOrPath) : join(projectDir, stackFileName(nameOrPath));
  const stack = basename(path)
    .replace(/\.ya?ml$/, "")
    .replace(/^Pulumi\./, "");
  return { stack, path, file: shown(path) };
}

/** The failure for a stack nobody has. */
export function unknownStack(nameOrPath: string, projectDir = PROJECT_DIR): Failure {
  const known = knownStacks(projectDir);
  const meant = isPath(nameOrPath) ? undefined : nearest(nameOrPath, known);
  const hint = meant === undefined ? `known stacks: ${known.join(", ")}; a path works too` : `did you mean ${meant}?`;
  const { file } = locateStack(nameOrPath, projectDir);
  return new Failure("unknown-stack", `no stack ${nameOrPath}: ${file} does not exist; ${hint}`, EXIT.usage);
}

function danglingLink(path: string, file: string): Failure {
  const what = `${file} is a link to ${readlinkSync(path)}, which does not exist`;
  return new Failure("unreadable-stack", `${what}; mend the link, or put the stack file in its place`, EXIT.usage);
}

function isPath(nameOrPath: string): boolean {
  return /[/\\]|\.ya?ml$/.test(nameOrPath);
}

/** A path as people would write it: relative below the working folder, absolute elsewhere. */
function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near === "" || near.startsWith("..") ? path : near;
}

/**
 * Finds, validates and plans a stack.
 *
 * @throws {Failure} with every problem of the file and its place
 */
export function planned(nameOrPath: string, projectDir = PROJECT_DIR): PlannedStack {
  const found = parsed(nameOrPath, projectDir);
  // A file from elsewhere is an example or a draft: it stands for no second cluster beside those of the project.
  const neighbours = isOwn(found, projectDir) ? readNeighbours(projectDir, found.stack) : [];
  const result = planStack(found.config, found.stack, neighbours);
  if (!result.ok) throw invalidFile(locateProblems(result.problems, found.text, found.file));
  return { ...found, plan: result.plan, neighbours };
}

/**
 * Validates and plans another text for a stack that was found.
 *
 * @param neighbours stack files beside it. @default none
 * @throws {Failure} with every problem of the text and its place
 */
export function plannedText({ stack, path, file }: StackFile, text: string, neighbours: readonly Neighbour[] = []): PlannedStack {
  const parsedText = parseStackFile(text, file);
  if (!parsedText.ok) throw invalidFile(parsedText.problems);
  const result = planStack(parsedText.config, stack, neighbours);
  if (!result.ok) throw invalidFile(locateProblems(result.problems, text, file));
  return { stack, path, file, text, config: parsedText.config, plan: result.plan, neighbours };
}

/**
 * Finds and validates a stack whose file is beside `Pulumi.yaml`: only those can have been deployed.
 *
 * @throws {Failure} `unknown-stack` for a file from elsewhere
 */
export function ownStack(nameOrPath: string, projectDir = PROJECT_DIR): ParsedStack {
  const found = parsed(nameOrPath, projectDir);
  if (isOwn(found, projectDir)) return found;
  const known = knownStacks(projectDir).join(", ");
  throw new Failure("unknown-stack", `${found.file} is no stack file of the project, which are: ${known}`, EXIT.usage);
}

function parsed(nameOrPath: string, projectDir: string): ParsedStack {
  const found = findStack(nameOrPath, projectDir);
  const result = parseStackFile(found.text, found.file);
  if (!result.ok) throw invalidFile(result.problems);
  return { ...found, config: result.config };
}

function isOwn({ path, stack }: StackFile, projectDir: string): boolean {
  return path === join(projectDir, stackFileName(stack));
}
