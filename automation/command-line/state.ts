import type { Command } from "commander";
import type * as stateBackupModule from "../commands/state-backup";
import type * as stateBootstrapModule from "../commands/state-bootstrap";
import type * as stateCheckModule from "../commands/state-check";
import type * as stateEnvModule from "../commands/state-env";
import type * as stateListModule from "../commands/state-list";
import type * as stateRestoreModule from "../commands/state-restore";
import { lazy } from "../lazy";
import type { Kit } from "./kit";
import { namedStack } from "./kit";

/** Commands about where a stack's state is. */
export function stateCommands(kit: Kit): void {
  const state = kit.command("state", "where a stack's state is, what encrypts it, how it is saved");
  const ofState = (name: string, description: string): Command =>
    kit.common(kit.command(name, description, state).addArgument(namedStack()));
  kit
    .withCli(ofState("bootstrap", "make what the state needs: folder or bucket, versions, the stack; what is there stays"))
    .action(kit.run(() => (lazy("./commands/state-bootstrap") as typeof stateBootstrapModule).stateBootstrap));
  kit
    .withCli(ofState("check", "look at backend, versions, lock, encryption and backups"))
    .action(kit.run(() => (lazy("./commands/state-check") as typeof stateCheckModule).stateCheck));
  ofState("env", "print what a shell needs for a plain pulumi; nothing secret").action(
    kit.run(() => (lazy("./commands/state-env") as typeof stateEnvModule).stateEnv),
  );
  ofState("list", "list what the state can be put back from: backups, and versions of the bucket").action(
    kit.run(() => (lazy("./commands/state-list") as typeof stateListModule).stateList),
  );
  kit
    .withCli(ofState("backup", "keep the state as it is now in a file"))
    .action(kit.run(() => (lazy("./commands/state-backup") as typeof stateBackupModule).stateBackup));
  kit
    .withCli(ofState("restore", "put a backup in the place of the state; what is there is backed up first"))
    .argument("[file]", "file, or name of a backup; by default the newest backup")
    .option("--version <id>", "version of the bucket, as lab state list has it, instead of a file")
    .option("--consent <name>", "the cluster's name (metadata.name): without it nothing is changed")
    .action(kit.run(() => (lazy("./commands/state-restore") as typeof stateRestoreModule).stateRestore));
}
