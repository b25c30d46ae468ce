import { neededSecrets } from "../../config/secrets";
import type * as simulator from "../../simulator";
import { datacenterSpec } from "../datacenter-spec";
import { lazy } from "../lazy";
import type { PlannedStack } from "../stacks";
import { PROJECT_DIR } from "../stacks";

/** Resources that a stack's program declares, from a rehearsal; undefined when that fails, which stops nothing. */
export async function expectedResources({ stack, text, config, plan }: PlannedStack): Promise<number | undefined> {
  // The simulator brings gRPC along: loaded only when it is needed.
  const { rehearse } = lazy("../simulator") as typeof simulator;
  try {
    const { resources } = await rehearse({
      stack,
      stackText: text,
      projectDir: PROJECT_DIR,
      datacenter: datacenterSpec(config),
      secrets: neededSecrets(config),
      parallel: plan.parallel,
    });
    return resources.length;
  } catch {
    return undefined;
  }
}
