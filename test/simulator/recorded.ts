import { datacenterSpec } from "../../automation/datacenter-spec";
import { neededSecrets } from "../../config/secrets";
import { rehearse } from "../../simulator";
import type { Rehearsal } from "../../simulator";
import type { Recording } from "../../simulator/door/recording";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf } from "../stacks";

/** Rehearses a text with stand-ins for all secrets that it needs; answers what came of it and what the program asked for. */
export async function recordedRehearsal(
  text: string,
  statePath?: string,
): Promise<{ readonly rehearsal: Rehearsal; readonly recording: Recording | undefined }> {
  const config = configOf(text);
  let recording: Recording | undefined;
  const rehearsal = await rehearse({
    stack: "test",
    stackText: text,
    projectDir: PROJECT,
    datacenter: datacenterSpec(config),
    secrets: neededSecrets(config),
    program: inlineProgram(),
    ...(statePath === undefined ? {} : { statePath }),
    onRecording: (all) => {
      recording = all;
    },
  });
  return { rehearsal, recording };
}
