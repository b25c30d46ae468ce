import { Option } from "commander";
import type { Command } from "commander";
import type * as adviseModule from "../commands/advise";
import type * as compareModule from "../commands/compare";
import type * as costsModule from "../commands/costs";
import type * as diffModule from "../commands/diff";
import type * as faultsModule from "../commands/faults";
import type * as maintenanceModule from "../commands/maintenance";
import type * as planModule from "../commands/plan";
import type * as rehearseModule from "../commands/rehearse";
import type * as surviveModule from "../commands/survive";
import { lazy } from "../lazy";
import type { Kit } from "./kit";
import { anyStack, collected } from "./kit";

/** Commands that need nothing but a stack file. */
export function planningCommands(kit: Kit): void {
  const pictures = (each: Command): Command =>
    each
      .option("--html <file>", "also write the report, one page that needs nothing else")
      .option("--svg <file>", "also write the floor plan as a drawing");
  pictures(kit.common(kit.command("plan", "validate a stack file, decide everything, show it").addArgument(anyStack())))
    .option("--addons", "also show the add-ons' merged values and where each comes from")
    .option("--frr", "print the frr.conf of every router that the machines speak BGP with, instead of the plan")
    .addOption(
      new Option("--gitops", "print what takes over the releases that leave the stack, instead of the plan").conflicts("frr"),
    )
    .action(kit.run(() => (lazy("./commands/plan") as typeof planModule).plan));
  pictures(kit.common(kit.command("rehearse", "run the program against the simulated datacenter").addArgument(anyStack())))
    .option("--state <file>", "state to begin with and to keep; without it nothing persists")
    .addOption(
      new Option("--from <stack>", "stack to set up first, name or path; only what changes after it is reported").conflicts(
        "state",
      ),
    )
    .option(
      "--fault <name[@n]>",
      "what is to go wrong (lab faults lists it), at its n-th call; may be given more than once",
      collected,
    )
    .option("--seed <n>", "chooses n where a fault has none", "0")
    .option("--policy", "also hold what the program asks for to the policies of docs/policy.md")
    .addOption(new Option("--engine <engine>", "engine to rehearse with").choices(["embedded", "pulumi"]).default("embedded"))
    .action(kit.run(() => (lazy("./commands/rehearse") as typeof rehearseModule).rehearse));
  kit
    .common(kit.command("diff", "say what a change of a stack does to what is deployed, dangers first").addArgument(anyStack()))
    .option("--base <ref|file>", "what to compare with; by default where the branch left the remote's default branch, else HEAD")
    .option("--base-program", "take the base through its own program, not only its stack file through this one")
    .option(
      "--consent <danger[:name]>",
      "a danger that is meant, beside those of the stack file; may be given more than once",
      collected,
    )
    .addOption(new Option("--markdown", "print Markdown, for a comment of a pull request").conflicts("json"))
    .action(kit.run(() => (lazy("./commands/diff") as typeof diffModule).diff));
  kit
    .common(kit.command("faults", "list what rehearse --fault can have go wrong"))
    .action(kit.run(() => (lazy("./commands/faults") as typeof faultsModule).faults));
  kit
    .common(kit.command("survive", "say what every single failure does to a stack").addArgument(anyStack()))
    .option("--pairs", "look at two hosts at once as well")
    .action(kit.run(() => (lazy("./commands/survive") as typeof surviveModule).survive));
  kit
    .common(kit.command("maintenance", "say how each host is emptied and what is missing meanwhile").addArgument(anyStack()))
    .option("--host <name>", "only this host")
    .action(kit.run(() => (lazy("./commands/maintenance") as typeof maintenanceModule).maintenance));
  kit
    .common(
      kit
        .command("costs", "say what stacks cost: hosts, power, rent, services")
        .argument("[stacks...]", "names (homelab) or paths (examples/x.yaml), by default all stacks"),
    )
    .action(kit.run(() => (lazy("./commands/costs") as typeof costsModule).costs));
  kit
    .common(
      kit
        .command("compare", "say what a second stack has, survives and costs beside a first one")
        .argument("<before>", "name (homelab) or path (examples/x.yaml)")
        .argument("<after>", "name or path"),
    )
    .action(kit.run(() => (lazy("./commands/compare") as typeof compareModule).compare));
  kit
    .common(
      kit
        .command("advise", "say whether a stack may stay in its stage of the roadmap, and write the next one")
        .addArgument(anyStack()),
    )
    .option("--prometheus <url>", "Prometheus that knows how busy the nodes are, for instance http://localhost:9090")
    .option("--utilisation <file>", "JSON file of what was seen: docs/stages.md says what is in it")
    .option("--fact <name=value>", "what only people know, for instance incidents=1; may be given more than once", collected)
    .option("--save <file>", "write what was seen into a file for --utilisation")
    .option("--to <stage>", "stage to go to, by default the one that the criteria lead to")
    .option("--set <path=value>", "value of the next stack file that nobody can guess; may be given more than once", collected)
    .option("--write <file>", "write the next stage: <file>.patch, or <file>.yaml for the whole stack file")
    .action(kit.run(() => (lazy("./commands/advise") as typeof adviseModule).advise));
}
