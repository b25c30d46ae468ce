import type { Command } from "commander";
import type * as cancelModule from "../commands/cancel";
import type * as destroyModule from "../commands/destroy";
import type * as importModule from "../commands/import";
import type * as outputsModule from "../commands/outputs";
import type * as preflightModule from "../commands/preflight";
import type * as previewModule from "../commands/preview";
import type * as refreshModule from "../commands/refresh";
import type * as upModule from "../commands/up";
import { lazy } from "../lazy";
import type { Kit } from "./kit";
import { collected, installCli, namedStack, ownStack, policy } from "./kit";

/** Commands that have the real engine do something to stacks. */
export function engineCommands(kit: Kit): void {
  const several = (each: Command): Command =>
    kit
      .common(each)
      .option("--all", "every stack of the project: those that share a host one after another, others side by side")
      .option("--jobs <n>", "with --all, stacks under way at once; by default one for each core")
      .addOption(installCli());
  const engine = (each: Command): Command =>
    several(each).option("--json-events", "print the engine's events as NDJSON on stderr");
  several(
    kit.command("preflight", "hold a stack file to its hosts: rights, sizes, storages, bridges, VM ids").addArgument(ownStack()),
  ).action(kit.run(() => (lazy("./commands/preflight") as typeof preflightModule).preflightCommand));
  engine(kit.command("preview", "say what an update of a deployed stack would change").addArgument(ownStack()))
    .option("--refresh", "compare with what is there, not only with what the state knows")
    .addOption(policy())
    .action(kit.run(() => (lazy("./commands/preview") as typeof previewModule).preview));
  engine(kit.command("up", "deploy a stack; first mend what an interrupted update left").addArgument(ownStack()))
    .addOption(policy())
    .option("--without-preflight", "begin although the hosts are not as the stack file has them, or do not answer")
    .action(kit.run(() => (lazy("./commands/up") as typeof upModule).up));
  engine(
    kit.command("refresh", "say how what is there differs from the state, and take it into the state").addArgument(ownStack()),
  )
    .option("--preview-only", "leave the state as it is")
    .option("--expect-no-changes", "fail when anything differs")
    .action(kit.run(() => (lazy("./commands/refresh") as typeof refreshModule).refresh));
  engine(kit.command("destroy", "destroy what a stack deployed, protected resources included").addArgument(ownStack()))
    .option(
      "--consent <name>",
      "the cluster's name (metadata.name): without it nothing is destroyed; may be given more than once",
      collected,
    )
    .option("--without-identity-check", "go on when the Proxmox API cannot say whose the VMs are")
    .action(kit.run(() => (lazy("./commands/destroy") as typeof destroyModule).destroy));
  engine(
    kit.command("outputs", "print what a deployed stack puts out").addArgument(ownStack()).argument("[name]", "only this one"),
  )
    .option("--show-secrets", "print secrets as they are")
    .action(kit.run(() => (lazy("./commands/outputs") as typeof outputsModule).outputs));
  kit
    .common(
      kit
        .command("import", "take what is there already over into a stack's state")
        .addArgument(namedStack())
        .argument("[names...]", "what to take over, for instance work-03; without any it says what could be"),
    )
    .addOption(installCli())
    .action(kit.run(() => (lazy("./commands/import") as typeof importModule).importResources));
  kit
    .common(kit.command("cancel", "take away the lock of an update that is no more").addArgument(namedStack()))
    .option("--consent <name>", "the cluster's name, where the update may be at work elsewhere", collected)
    .addOption(installCli())
    .action(kit.run(() => (lazy("./commands/cancel") as typeof cancelModule).cancel));
}
