import * as pulumi from "@pulumi/pulumi";
import * as talos from "@pulumiverse/talos";
import type { MachineRole, Plan, PlannedMachine } from "../../planner/plan";
import { isProtected } from "../../planner/protection";
import { BootstrapGuard } from "./bootstrap-guard";
import type { TalosImages } from "./talos-images";
import type { KubernetesAccess } from "../kubernetes/kubernetes-answer";
import { KubernetesApi } from "../kubernetes/kubernetes-api";
import { unchanged } from "../unchanged";
import { withTailscaleKey } from "./tailscale";
import { clusterPatch, controlPlanePatch, machinePatches } from "./machine-patches";
import type { PatchedPlan } from "./machine-patches";

/** Arguments of a {@link TalosCluster}. */
export interface TalosClusterArgs {
  readonly plan: Pick<Plan, "clusterName" | "machines" | "versions"> & PatchedPlan;
  /** Where installers come from. */
  readonly images: Pick<TalosImages, "installer">;
  /** The VM behind each machine that is one, by its name; it is configured after the VM and again when that is replaced. */
  readonly vms: Readonly<Record<string, pulumi.Resource>>;
  /** What has to stand before the API can answer at its endpoint. @default nothing */
  readonly balancers?: readonly pulumi.Resource[];
  /** Key that machines join their tailnet with. @default none, where none does */
  readonly tailscaleAuthKey?: pulumi.Output<string> | undefined;
  /** Last word on each machine's configuration. @default unchanged */
  readonly transformConfiguration?: (
    args: talos.machine.ConfigurationApplyArgs,
    machine: PlannedMachine,
  ) => talos.machine.ConfigurationApplyArgs;
}

/** Talos on a set of machines, bootstrapped once, up to a Kubernetes API that answers. */
export class TalosCluster extends pulumi.ComponentResource {
  /** Admin kubeconfig; a secret. */
  public readonly kubeconfig: pulumi.Output<string>;
  /** Client configuration for talosctl; a secret. */
  public readonly talosconfig: pulumi.Output<string>;
  /** etcd's one beginning: exists as long as the cluster does, whatever becomes of its machines. */
  public readonly bootstrap: talos.machine.Bootstrap;
  /** Exists once the Kubernetes API answers: whatever talks to it depends on this. */
  public readonly api: KubernetesApi;
  /** Where it answers, and as whom to ask. */
  public readonly access: KubernetesAccess;
  /** The configuration of each machine as a resource, by machine name. */
  public readonly configurations: Readonly<Record<string, talos.machine.ConfigurationApply>>;

  constructor(name: string, args: TalosClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-talos:talos:TalosCluster", name, {}, opts);
    const { plan } = args;

    const secrets = this.declareSecrets(name, plan.talos.version);
    const credentials = pulumi.secret(secrets.clientConfiguration);
    this.configurations = this.configureMachines(args, secrets, credentials);

    const seat = bootstrapSeat(plan);
    const node = { node: seat.address, clientConfiguration: credentials };
    const { timeoutMinutes } = plan.talos;
    const timeouts = timeoutsOf(timeoutMinutes);
    this.bootstrap = new talos.machine.Bootstrap(
      name,
      { ...node, timeouts: timeouts.bootstrap },
      {
        parent: this,
        dependsOn: [configurationOf(this.configurations, seat)],
        protect: true,
        // It happened once, on the machine that was first then: nothing that moves later may ask for it again.
        ignoreChanges: ["node", "endpoint", "clientConfiguration", "timeouts"],
        hooks: new BootstrapGuard(seat.address).hooks,
      },
    );
    const kubeconfig = new talos.cluster.Kubeconfig(
      name,
      { ...node, timeouts: timeouts.kubeconfig },
      {
        parent: this,
        dependsOn: [this.bootstrap],
        additionalSecretOutputs: ["kubernetesClientConfiguration"],
        // The provider fetches it once: what it says of the way to the API would stay what it was.
        replacementTrigger: plan.endpoint.url,
      },
    );
    this.kubeconfig = pulumi.secret(kubeconfig.kubeconfigRaw);
    this.access = { endpoint: plan.endpoint.url, kubeconfig: kubeconfig.kubernetesClientConfiguration };
    this.api = new KubernetesApi(
      name,
      {
        ...this.access,
        ...(timeoutMinutes === undefined ? {} : { timeoutSeconds: timeoutMinutes * 60 }),
      },
      { parent: this, dependsOn: [kubeconfig, ...(args.balancers ?? [])] },
    );
    this.talosconfig = this.clientConfiguration(plan, secrets);

    this.registerOutputs({});
  }

  private declareSecrets(name: string, talosVersion: string): talos.machine.Secrets {
    return new talos.machine.Secrets(
      name,
      { talosVersion },
      {
        parent: this,
        protect: true,
        // A lower version would replace it, and with it the PKI of a running cluster.
        ignoreChanges: ["talosVersion"],
        // The provider marks single keys inside; the rest is nobody's business either.
        additionalSecretOutputs: ["machineSecrets", "clientConfiguration"],
      },
    );
  }

  private configureMachines(
    { plan, images, vms, tailscaleAuthKey, transformConfiguration = unchanged }: TalosClusterArgs,
    secrets: talos.machine.Secrets,
    credentials: pulumi.Output<talos.types.output.machine.ClientConfiguration>,
  ): Record<string, talos.machine.ConfigurationApply> {
    const bases: Record<MachineRole, pulumi.Output<string>> = {
      controlplane: this.baseConfiguration("controlplane", plan, secrets),
      worker: this.baseConfiguration("worker", plan, secrets),
    };
    const configurations: Record<string, talos.machine.ConfigurationApply> = {};
    for (const machine of plan.machines) {
      const vm = vms[machine.name];
      if (!vm && machine.source === "proxmox") throw new pulumi.RunError(`No VM is declared for machine ${machine.name}`);
      const common = images.installer(machine).apply((image) => clusterPatch(plan, image, machine.installDisk));
      configurations[machine.name] = new talos.machine.ConfigurationApply(
        machine.name,
        transformConfiguration(
          {
            node: machine.address,
            clientConfiguration: credentials,
            // All secrets are in here and everything else is in the patches: a preview shows what changes on a machine.
            machineConfigurationInput: withTailscaleKey(machine, bases[machine.role], tailscaleAuthKey),
            configPatches: [
              common,
              ...(machine.role === "controlplane" ? [controlPlanePatch(plan)] : []),
              ...machinePatches(machine, plan),
            ],
            timeouts: timeoutsOf(plan.talos.timeoutMinutes).configuration,
          },
          machine,
        ),
        {
          parent: this,
          ...(vm
            ? // A new VM boots blank: it is configured again although nothing in its configuration changed.
              { dependsOn: [vm], replaceWith: [vm], deletedWith: vm }
            : // Nothing else stands for a machine that is no VM.
              { protect: isProtected(machine, plan.addons) }),
        },
      );
    }
    return configurations;
  }

  private baseConfiguration(
    machineType: MachineRole,
    plan: TalosClusterArgs["plan"],
    secrets: talos.machine.Secrets,
  ): pulumi.Output<string> {
    return talos.machine.getConfigurationOutput(
      {
        clusterName: plan.clusterName,
        clusterEndpoint: plan.endpoint.url,
        machineType,
        machineSecrets: secrets.machineSecrets,
        talosVersion: plan.versions.talos,
        kubernetesVersion: plan.versions.kubernetes.replace(/^v/, ""),
        docs: false,
        examples: false,
      },
      { parent: this },
    ).machineConfiguration;
  }

  private clientConfiguration(plan: TalosClusterArgs["plan"], secrets: talos.machine.Secrets): pulumi.Output<string> {
    // Never the virtual IP: it needs the very etcd that talosctl may have to repair.
    const endpoints = plan.machines.filter((machine) => machine.role === "controlplane").map((machine) => machine.address);
    const configuration = talos.client.getConfigurationOutput(
      {
        clusterName: plan.clusterName,
        clientConfiguration: secrets.clientConfiguration,
        endpoints,
        nodes: plan.machines.map((machine) => machine.address),
      },
      { parent: this },
    );
    return pulumi.secret(configuration.talosConfig);
  }
}

/**
 * How long the provider tries, where the stack says so: while machines are away it tries again and again. Each resource is given all the
 * limits that it knows: of one that lacks some the provider's bridge cannot read back what it wrote, and fails the operation (3.129).
 */
function timeoutsOf(minutes: number | undefined): {
  readonly bootstrap?: { readonly create: string };
  readonly kubeconfig?: { readonly create: string; readonly update: string };
  readonly configuration?: { readonly create: string; readonly update: string; readonly delete: string };
} {
  if (minutes === undefined) return {};
  const limit = `${minutes}m`;
  const [create, update] = [{ create: limit }, { update: limit }];
  return {
    bootstrap: create,
    kubeconfig: { ...create, ...update },
    configuration: { ...create, ...update, delete: limit },
  };
}

function bootstrapSeat(plan: TalosClusterArgs["plan"]): PlannedMachine {
  const seat = plan.machines.find((machine) => machine.name === plan.talos.bootstrapMachine);
  if (!seat) throw new pulumi.RunError(`The bootstrap machine ${plan.talos.bootstrapMachine} is not in the plan`);
  return seat;
}

function configurationOf(
  configurations: Readonly<Record<string, talos.machine.ConfigurationApply>>,
  machine: PlannedMachine,
): talos.machine.ConfigurationApply {
  const configuration = configurations[machine.name];
  if (!configuration) throw new pulumi.RunError(`No configuration is declared for machine ${machine.name}`);
  return configuration;
}
