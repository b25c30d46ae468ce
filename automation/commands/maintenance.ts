import { maintenances } from "../../planner";
import type { Maintenance } from "../../planner";
import { EXIT, Failure } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { commandsOf, renderMaintenances } from "../render/maintenance";
import { planned } from "../stacks";

/** Options of `lab maintenance`. */
export interface MaintenanceOptions extends CommonOptions {
  /** Only this host. */
  readonly host?: string;
}

/** Shows how each host is emptied, step by step, and what the stack is without it meanwhile. */
export function maintenance(stack: string, options: MaintenanceOptions): number {
  const { plan } = planned(stack);
  const all = maintenances(plan).filter(({ host }) => options.host === undefined || host === options.host);
  if (all.length === 0) {
    const known = plan.hosts.map(({ name }) => name).join(", ");
    const reason =
      plan.hosts.length === 0 ? `${plan.stack} has no Proxmox hosts` : `no host ${options.host ?? ""}; there are: ${known}`;
    throw new Failure("unknown-host", reason, EXIT.usage);
  }
  if (options.json) printJson({ stack: plan.stack, hosts: all.map((each) => maintenanceJson(each, plan)) });
  else print(renderMaintenances(plan, all, stdoutStyle(options)));
  return EXIT.fine;
}

function maintenanceJson(each: Maintenance, plan: Parameters<typeof commandsOf>[0]): object {
  const { host, verdict, steps, effects } = each;
  return {
    host,
    verdict,
    steps: steps.map((step, index) => ({
      ...step,
      to: step.to ?? null,
      reason: step.reason ?? null,
      commands: commandsOf(plan, step, steps.slice(0, index)),
    })),
    effects,
  };
}
