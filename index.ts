import { RunError } from "@pulumi/pulumi/errors";
import { Platform } from "./components/platform";
import { loadStack } from "./config/load";
import { formatProblems } from "./config/report";
import { blockingFindings, formatBlocking, planStack } from "./planner";

const { stack, config, neighbours, apiToken, login, secrets } = loadStack();

const planned = planStack(config, stack, neighbours);
if (!planned.ok) {
  const file = `Pulumi.${stack}.yaml`;
  throw new RunError(formatProblems(planned.problems.map((problem) => ({ ...problem, file, line: null, column: null }))));
}
const { plan } = planned;
const blocking = blockingFindings(plan.findings);
if (blocking.length > 0) throw new RunError(formatBlocking(blocking));

const platform = new Platform(plan.clusterName, { plan, apiToken, login, secrets });

export const { endpoint, machines, hosts, ranges, formation, costs, findings, kubeconfig, talosconfig } = platform;
