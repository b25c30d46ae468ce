import type * as accessModule from "../commands/access";
import type * as pulumiModule from "../commands/pulumi";
import { lazy } from "../lazy";
import type { Kit } from "./kit";
import { namedStack } from "./kit";

/** Commands that give a cluster's users what they need, and a plain pulumi what it needs. */
export function accessCommands(kit: Kit): void {
  for (const kind of ["kubeconfig", "talosconfig"] as const) {
    const usual = { kubeconfig: "$KUBECONFIG or ~/.kube/config", talosconfig: "$TALOSCONFIG or ~/.talos/config" }[kind];
    const description = `print the ${kind} of a cluster, write it to a file, or merge it into the user's own`;
    kit
      .withCli(kit.common(kit.command(kind, description).addArgument(namedStack())))
      .option("--file <path>", "write it there, for its owner alone; with --merge the file to merge into")
      .option("--merge", `merge it into ${usual} under the cluster's name; all else there stays`)
      .option("--use", "with --merge: make it the current context")
      .option("--replace", "with --merge: in the place of what else has the name, as after the cluster was built anew")
      .option("--remove", "take out of the user's own what --merge put there; nothing is asked of the state")
      .action(kit.run(() => (lazy("./commands/access") as typeof accessModule)[kind]));
  }
  const plain = "run a plain pulumi command with a stack's backend, name and passphrase: lab pulumi homelab -- stack ls";
  kit
    .withCli(kit.command("pulumi", plain).addArgument(namedStack()).argument("[command...]", "after two hyphens"))
    .option("--consent <name>", "the cluster's name (metadata.name), before the two hyphens: without it nothing is lost for good")
    .action(kit.run(() => (lazy("./commands/pulumi") as typeof pulumiModule).runPulumi));
}
