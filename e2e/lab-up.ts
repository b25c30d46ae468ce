import { clusterNodes } from "../automation/cluster-nodes";
import { upWith } from "../automation/commands/up";
import { Failure } from "../automation/failure";
import type { Site } from "../automation/real-engine/site";
import type { PlannedStack } from "../automation/stacks";
import { openWorkspace } from "../automation/workspace";
import { etcdRuns } from "../components/talos/etcd-probe";
import { machineMode } from "../automation/machine-mode";
import { trusting } from "./stacks";

/** Runs `lab up` of a site's stack; answers how it failed, undefined when it did not. */
export async function labUp(site: Site, stack: PlannedStack): Promise<Failure | undefined> {
  Object.assign(process.env, site.sandbox.environment);
  const open = (name: string): ReturnType<typeof openWorkspace> => openWorkspace(name, site.sandbox.projectDir);
  try {
    const doors = { open, look: trusting, etcdRuns, machineMode, nodes: clusterNodes };
    await upWith(doors, stack, { json: true, color: false });
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error;
  }
}
