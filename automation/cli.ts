import { Argument, Command, CommanderError, Option } from "commander";
import type * as accessModule from "./commands/access";
import type * as adviseModule from "./commands/advise";
import type * as cancelModule from "./commands/cancel";
import type * as compareModule from "./commands/compare";
import type * as costsModule from "./commands/costs";
import type * as destroyModule from "./commands/destroy";
import type * as diffModule from "./commands/diff";
import type * as doctorModule from "./commands/doctor";
import type * as importModule from "./commands/import";
import type * as maintenanceModule from "./commands/maintenance";
import type * as outputsModule from "./commands/outputs";
import type * as planModule from "./commands/plan";
import type * as previewModule from "./commands/preview";
import type * as pulumiModule from "./commands/pulumi";
import type * as refreshModule from "./commands/refresh";
import type * as rehearseModule from "./commands/rehearse";
import type * as schemaModule from "./commands/schema";
import type * as stateBackupModule from "./commands/state-backup";
import type * as stateBootstrapModule from "./commands/state-bootstrap";
import type * as stateCheckModule from "./commands/state-check";
import type * as stateEnvModule from "./commands/state-env";
import type * as stateListModule from "./commands/state-list";
import type * as stateRestoreModule from "./commands/state-restore";
import type * as faultsModule from "./commands/faults";
import type * as surviveModule from "./commands/survive";
import type * as upModule from "./commands/up";
import type * as cliModule from "./pulumi-cli";
import { EXIT, Failure, failureJson, unforeseen } from "./failure";
import { lazy } from "./lazy";
import { printJson } from "./output";

type Action = (...args: never[]) => number | Promise<number>;

/**
 * Runs one command line.
 *
 * @param args what follows the command's own name
 * @returns the exit code: 0 fine, 1 the plan or run has errors, 2 bad usage or an invalid file
 */
export async function main(args: readonly string[]): Promise<number> {
  const json = args.includes("--json");
  let exitCode: number = EXIT.fine;
  const program = build(json, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.fine;
      return fail(new Failure("usage", error.message.replace(/^error: /, ""), EXIT.usage), json);
    }
    return fail(error instanceof Failure ? error : unforeseen(error), json);
  }
}

function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function fail(failure: Failure, json: boolean): number {
  if (json) printJson(failureJson(failure));
  else process.stderr.write(`${failure.message}\n`);
  return failure.exitCode;
}

function build(json: boolean, exit: (code: number) => void): Command {
  // With --json stdout holds one document: what commander would print about a failure is in there.
  const quiet = json ? { writeErr: () => undefined, outputError: () => undefined } : { outputError: () => undefined };
  const program = new Command("lab")
    .description("Plans, rehearses and destroys a Proxmox, Talos and Kubernetes platform from one stack file")
    .exitOverride()
    .configureOutput(quiet)
    .showSuggestionAfterError(true);

  const command = (name: string, description: string): Command =>
    program.command(name).description(description).exitOverride().configureOutput(quiet);
  const common = (each: Command): Command =>
    each
      .option("--json", "print one JSON document")
      .option("--no-color", "no colours")
      .option("--ascii", "draw with ASCII characters only");
  const pictures = (each: Command): Command =>
    each
      .option("--html <file>", "also write the report, one page that needs nothing else")
      .option("--svg <file>", "also write the floor plan as a drawing");
  const stack = (): Argument => new Argument("[stack]", "name (homelab) or path (examples/x.yaml)").default("homelab");
  // Each command's module is loaded when it runs.
  const run =
    (load: () => Action) =>
    async (...args: unknown[]) => {
      exit(await load()(...(args as never[])));
    };

  pictures(common(command("plan", "validate a stack file, decide everything, show it").addArgument(stack())))
    .option("--addons", "also show the add-ons' merged values and where each comes from")
    .option("--frr", "print the frr.conf of every router that the machines speak BGP with, instead of the plan")
    .addOption(
      new Option("--gitops", "print what takes over the releases that leave the stack, instead of the plan").conflicts("frr"),
    )
    .action(run(() => (lazy("./commands/plan") as typeof planModule).plan));
  pictures(common(command("rehearse", "run the program against the simulated datacenter").addArgument(stack())))
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
    .action(run(() => (lazy("./commands/rehearse") as typeof rehearseModule).rehearse));
  common(command("diff", "say what a change of a stack does to what is deployed, dangers first").addArgument(stack()))
    .option("--base <ref|file>", "what to compare with; by default where the branch left the remote's default branch, else HEAD")
    .option("--base-program", "take the base through its own program, not only its stack file through this one")
    .option(
      "--consent <danger[:name]>",
      "a danger that is meant, beside those of the stack file; may be given more than once",
      collected,
    )
    .addOption(new Option("--markdown", "print Markdown, for a comment of a pull request").conflicts("json"))
    .action(run(() => (lazy("./commands/diff") as typeof diffModule).diff));
  common(command("faults", "list what rehearse --fault can have go wrong")).action(
    run(() => (lazy("./commands/faults") as typeof faultsModule).faults),
  );
  common(command("survive", "say what every single failure does to a stack").addArgument(stack()))
    .option("--pairs", "look at two hosts at once as well")
    .action(run(() => (lazy("./commands/survive") as typeof surviveModule).survive));
  common(command("maintenance", "say how each host is emptied and what is missing meanwhile").addArgument(stack()))
    .option("--host <name>", "only this host")
    .action(run(() => (lazy("./commands/maintenance") as typeof maintenanceModule).maintenance));
  common(
    command("costs", "say what stacks cost: hosts, power, rent, services").argument(
      "[stacks...]",
      "names (homelab) or paths (examples/x.yaml), by default all stacks",
    ),
  ).action(run(() => (lazy("./commands/costs") as typeof costsModule).costs));
  common(
    command("compare", "say what a second stack has, survives and costs beside a first one")
      .argument("<before>", "name (homelab) or path (examples/x.yaml)")
      .argument("<after>", "name or path"),
  ).action(run(() => (lazy("./commands/compare") as typeof compareModule).compare));
  common(
    command("advise", "say whether a stack may stay in its stage of the roadmap, and write the next one").addArgument(stack()),
  )
    .option("--prometheus <url>", "Prometheus that knows how busy the nodes are, for instance http://localhost:9090")
    .option("--utilisation <file>", "JSON file of what was seen: docs/stages.md says what is in it")
    .option("--fact <name=value>", "what only people know, for instance incidents=1; may be given more than once", collected)
    .option("--save <file>", "write what was seen into a file for --utilisation")
    .option("--to <stage>", "stage to go to, by default the one that the criteria lead to")
    .option("--set <path=value>", "value of the next stack file that nobody can guess; may be given more than once", collected)
    .option("--write <file>", "write the next stage: <file>.patch, or <file>.yaml for the whole stack file")
    .action(run(() => (lazy("./commands/advise") as typeof adviseModule).advise));
  const ownStack = (): Argument => new Argument("[stack]", "name (homelab)");
  const engine = (each: Command): Command =>
    common(each)
      .option("--all", "every stack of the project: those that share a host one after another, others side by side")
      .option("--jobs <n>", "with --all, stacks under way at once; by default one for each core")
      .option("--json-events", "print the engine's events as NDJSON on stderr")
      .option("--install-cli", "install the Pulumi CLI with its own installer where it is missing");
  const policy = (): Option => new Option("--policy", "hold what the program asks for to the policies of docs/policy.md");
  engine(command("preview", "say what an update of a deployed stack would change").addArgument(ownStack()))
    .option("--refresh", "compare with what is there, not only with what the state knows")
    .addOption(policy())
    .action(run(() => (lazy("./commands/preview") as typeof previewModule).preview));
  engine(command("up", "deploy a stack; first mend what an interrupted update left").addArgument(ownStack()))
    .addOption(policy())
    .action(run(() => (lazy("./commands/up") as typeof upModule).up));
  engine(command("refresh", "say how what is there differs from the state, and take it into the state").addArgument(ownStack()))
    .option("--preview-only", "leave the state as it is")
    .option("--expect-no-changes", "fail when anything differs")
    .action(run(() => (lazy("./commands/refresh") as typeof refreshModule).refresh));
  engine(command("destroy", "destroy what a stack deployed, protected resources included").addArgument(ownStack()))
    .option(
      "--consent <name>",
      "the cluster's name (metadata.name): without it nothing is destroyed; may be given more than once",
      collected,
    )
    .option("--without-identity-check", "go on when the Proxmox API cannot say whose the VMs are")
    .action(run(() => (lazy("./commands/destroy") as typeof destroyModule).destroy));
  engine(command("outputs", "print what a deployed stack puts out").addArgument(ownStack()).argument("[name]", "only this one"))
    .option("--show-secrets", "print secrets as they are")
    .action(run(() => (lazy("./commands/outputs") as typeof outputsModule).outputs));
  common(
    command("import", "take what is there already over into a stack's state")
      .argument("<stack>", "name (homelab)")
      .argument("[names...]", "what to take over, for instance work-03; without any it says what could be"),
  )
    .option("--install-cli", "install the Pulumi CLI with its own installer where it is missing")
    .action(run(() => (lazy("./commands/import") as typeof importModule).importResources));
  common(command("cancel", "take away the lock of an update that is no more").argument("<stack>", "name (homelab)"))
    .option("--consent <name>", "the cluster's name, where the update may be at work elsewhere", collected)
    .option("--install-cli", "install the Pulumi CLI with its own installer where it is missing")
    .action(run(() => (lazy("./commands/cancel") as typeof cancelModule).cancel));
  const deployed = (): Argument => new Argument("<stack>", "name (homelab)");
  /** A command that has the CLI do something, and says how it is installed where it is missing. */
  const withCli = (each: Command): Command =>
    each
      .option("--install-cli", "install the Pulumi CLI with its own installer where it is missing")
      .hook("preAction", async (_, action) => {
        if (action.opts()["installCli"] === true) await (lazy("./pulumi-cli") as typeof cliModule).pulumiCli(true);
      });
  const state = command("state", "where a stack's state is, what encrypts it, how it is saved");
  const ofState = (name: string, description: string): Command =>
    common(state.command(name).description(description).exitOverride().configureOutput(quiet).addArgument(deployed()));
  withCli(ofState("bootstrap", "make what the state needs: folder or bucket, versions, the stack; what is there stays")).action(
    run(() => (lazy("./commands/state-bootstrap") as typeof stateBootstrapModule).stateBootstrap),
  );
  withCli(ofState("check", "look at backend, versions, lock, encryption and backups")).action(
    run(() => (lazy("./commands/state-check") as typeof stateCheckModule).stateCheck),
  );
  ofState("env", "print what a shell needs for a plain pulumi; nothing secret").action(
    run(() => (lazy("./commands/state-env") as typeof stateEnvModule).stateEnv),
  );
  ofState("list", "list what the state can be put back from: backups, and versions of the bucket").action(
    run(() => (lazy("./commands/state-list") as typeof stateListModule).stateList),
  );
  withCli(ofState("backup", "keep the state as it is now in a file")).action(
    run(() => (lazy("./commands/state-backup") as typeof stateBackupModule).stateBackup),
  );
  withCli(ofState("restore", "put a backup in the place of the state; what is there is backed up first"))
    .argument("[file]", "file, or name of a backup; by default the newest backup")
    .option("--version <id>", "version of the bucket, as lab state list has it, instead of a file")
    .option("--consent <name>", "the cluster's name (metadata.name): without it nothing is changed")
    .action(run(() => (lazy("./commands/state-restore") as typeof stateRestoreModule).stateRestore));
  for (const kind of ["kubeconfig", "talosconfig"] as const) {
    const usual = { kubeconfig: "$KUBECONFIG or ~/.kube/config", talosconfig: "$TALOSCONFIG or ~/.talos/config" }[kind];
    const description = `print the ${kind} of a cluster, write it to a file, or merge it into the user's own`;
    withCli(common(command(kind, description).addArgument(deployed())))
      .option("--file <path>", "write it there, for its owner alone; with --merge the file to merge into")
      .option("--merge", `merge it into ${usual} under the cluster's name; all else there stays`)
      .option("--use", "with --merge: make it the current context")
      .option("--remove", "take out of the user's own what --merge put there; nothing is asked of the state")
      .action(run(() => (lazy("./commands/access") as typeof accessModule)[kind]));
  }
  const plain = "run a plain pulumi command with a stack's backend, name and passphrase: lab pulumi homelab -- stack ls";
  withCli(command("pulumi", plain).addArgument(deployed()).argument("[command...]", "after two hyphens")).action(
    run(() => (lazy("./commands/pulumi") as typeof pulumiModule).runPulumi),
  );
  common(command("doctor", "look at this machine and say what is missing for what")).action(
    run(() => (lazy("./commands/doctor") as typeof doctorModule).doctor),
  );
  command("schema", "print the JSON Schema of a stack file")
    .option("--write", "write config/stack.schema.json and docs/stack-file.md")
    .option("--check", "fail when one of the two is stale")
    .option("--json", "the schema is JSON anyway")
    .action(run(() => (lazy("./commands/schema") as typeof schemaModule).schema));
  return program;
}
