import { createRequire } from "node:module";
import { stripVTControlCharacters } from "node:util";
import { LIMITS } from "../datacenter/durations";
import { EngineDoor } from "../door/engine-door";
import type { Exchange } from "../door/exchange";
import type * as inProcess from "../door/in-process";
import { Monitor } from "../door/monitor";
import { readProject, runProgram } from "../door/program";
import type { ProgramEnd, ProgramRun } from "../door/program";
import type { Recording } from "../door/recording";
import { programConfig } from "../door/stack-config";
import type { Rehearsal, RehearsalProgress, Violation } from "../report";
import { SecretMarkers, blot } from "../secrets";
import type { Properties } from "../values";
import { findInClear } from "../values";

/** Which program to run, and with what. */
export interface ProgramOptions {
  readonly stack: string;
  /** Text of the stack file. */
  readonly stackText: string;
  /** Folder of `Pulumi.yaml`. */
  readonly projectDir: string;
  /** Program to run instead of the project's own. @default `main` of `Pulumi.yaml` */
  readonly main?: string;
  /**
   * The same program as a function that runs in this process, twenty times as fast; answers what the program exports. One runs at a
   * time, and `main` is not looked at.
   *
   * @default the program runs in a process of its own
   */
  readonly program?: inProcess.Program;
  /** Keys of secrets that the program needs: where the stack file has none yet, stand-ins are made. @default none */
  readonly secrets?: readonly string[];
  /** Operations that are under way at once. @default what the engine does by itself on four cores */
  readonly parallel?: number | undefined;
  readonly onProgress?: (progress: RehearsalProgress) => void;
  /** Sees every request of the program and its answer as they are: stand-ins for secrets in the clear. */
  readonly onExchange?: (exchange: Exchange) => void;
}

/** What a program asks for, without any of it being carried out. */
export async function record(options: ProgramOptions): Promise<Recording> {
  return (await recorded(options)).recording;
}

/** What a program asked for, and who answered it. */
export interface Recorded {
  readonly recording: Recording;
  readonly monitor: Monitor;
  readonly markers: SecretMarkers;
}

/**
 * Runs a program and records it.
 *
 * @param seed what stand-ins for secrets derive from. @default another one each time
 */
export async function recorded(options: ProgramOptions, seed?: string): Promise<Recorded> {
  const { stack, stackText, projectDir, onProgress = () => undefined } = options;
  const markers = new SecretMarkers(seed);
  const project = readProject(projectDir);
  const monitor = new Monitor(stack, project.name, markers, ({ name }, done) => {
    onProgress({ phase: "program", done, detail: name });
  });

  const door = new EngineDoor(monitor, options.onExchange);
  try {
    const run: ProgramRun = {
      project: options.main === undefined ? project : { ...project, main: options.main },
      projectDir,
      stack,
      config: programConfig(stackText, project.name, markers, options.secrets),
      dryRun: false,
      parallel: options.parallel ?? LIMITS.engineParallelism,
    };
    const end = await (options.program ? runHere(run, door, options.program) : runProgram(run, await door.open()));
    return { recording: monitor.recording(end.code, end.stdout + end.stderr), monitor, markers };
  } finally {
    door.close();
  }
}

/** The SDK is loaded only here: a program in a process of its own brings its own. */
function runHere(run: ProgramRun, door: EngineDoor, program: inProcess.Program): Promise<ProgramEnd> {
  const { runInProcess } = createRequire(__filename)("../door/in-process") as typeof inProcess;
  return runInProcess(run, door, program);
}

/** Every place outside of a secret where a stand-in secret shows. */
export function leaksOf(recording: Recording): Violation[] {
  const look = (urn: string, properties: Properties, what: string): Violation[] =>
    findInClear(properties, SecretMarkers.pattern).map((path) => ({
      rule: "secret-in-clear",
      urn,
      message: `${what} ${path} holds a secret in the clear`,
    }));
  return [
    ...recording.registrations.flatMap(({ urn, inputs, outputs }) => {
      const asked = look(urn, inputs, "input");
      return asked.length > 0 ? asked : look(urn, outputs, "output");
    }),
    ...Object.entries(recording.componentOutputs).flatMap(([urn, outputs]) => look(urn, outputs, "component output")),
    ...(SecretMarkers.pattern.test(recording.printed + recording.diagnostics.map(({ message }) => message).join("\n"))
      ? [{ rule: "secret-in-clear", urn: "", message: "the program printed a secret" }]
      : []),
  ];
}

/** What the program said, each once, as a person can use it. */
export function diagnosticsOf({ diagnostics }: Recording): Rehearsal["diagnostics"] {
  const shown = diagnostics.map(({ severity, urn, message }) => ({ severity, urn, message: withoutStack(blot(message)) }));
  return shown.filter((each, index) => shown.findIndex((other) => other.message === each.message) === index);
}

/**
 * What a person can use of a message: no colours, no stack frames, no repetition of how the error came up through the layers.
 * Whether the SDK says that the program was running is left to chance: it depends on whether its last line was reached in time.
 */
function withoutStack(message: string): string {
  return stripVTControlCharacters(message)
    .replace(/^Running program '[^']*' failed with an unhandled exception:\n/, "")
    .split("\n")
    .filter((line) => !/^\s+at |^\s+\.\.\. \d+ lines matching |^\s*promise: |^}$/.test(line))
    .join("\n")
    .replaceAll(/(error serializing property "[^"]*": )+/g, "")
    .replaceAll(/<ref \*\d+> /g, "")
    .replace(/ \{\s*$/, "")
    .trim();
}
