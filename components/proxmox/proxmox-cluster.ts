import * as pulumi from "@pulumi/pulumi";
import { PoolLegacy } from "@muhlba91/pulumi-proxmoxve/poolLegacy";
import { Provider } from "@muhlba91/pulumi-proxmoxve/provider";
import type { ProviderArgs } from "@muhlba91/pulumi-proxmoxve/provider";
import type { PlannedProxmox } from "../../planner/plan";
import { unchanged } from "../unchanged";
import { IdentityGuard } from "./identity-guard";
import type { ProxmoxLogin } from "./identity-guard";
import { ImportQueue } from "./import-queue";

/** Arguments of a {@link ProxmoxCluster}. */
export interface ProxmoxClusterArgs {
  readonly proxmox: PlannedProxmox;
  /**
   * API token as `user@realm!id=secret`.
   *
   * @default the provider reads `PROXMOX_VE_API_TOKEN` from its environment
   */
  readonly apiToken?: pulumi.Output<string>;
  /** What only root@pam may ask for (binding vCPUs) needs its password. @default the provider's environment */
  readonly login?: ProxmoxLogin;
  /** Last word on the provider's arguments. @default unchanged */
  readonly transformProvider?: (args: ProviderArgs) => ProviderArgs;
}

/**
 * An existing Proxmox cluster as this stack uses it: one authenticated provider and one resource pool that holds all of the
 * stack's VMs.
 */
export class ProxmoxCluster extends pulumi.ComponentResource {
  public readonly provider: Provider;
  /** Id of the resource pool every VM of the stack belongs to. */
  public readonly poolId: pulumi.Output<string>;
  /** Keeps imports into one datastore one behind the other. */
  public readonly imports = new ImportQueue();
  /** Refuses what would touch VMs that are not the stack's. */
  public readonly guard: IdentityGuard;
  /** Sorted tags for every VM; sorted because Proxmox returns them so and any other order is a perpetual diff. */
  public readonly tags: readonly string[];

  constructor(name: string, args: ProxmoxClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-talos:proxmox:ProxmoxCluster", name, {}, opts);
    const { proxmox, apiToken, login, transformProvider = unchanged } = args;

    this.provider = new Provider(
      name,
      transformProvider({
        endpoint: proxmox.endpoint,
        insecure: proxmox.insecure,
        apiToken: apiToken && pulumi.secret(apiToken),
        ...(login ? { username: login.username, password: pulumi.secret(login.password) } : {}),
      }),
      { parent: this },
    );
    const pool = new PoolLegacy(
      name,
      { poolId: proxmox.poolId, comment: `VMs of ${name}` },
      { parent: this, provider: this.provider },
    );
    this.poolId = pool.poolId;
    this.tags = proxmox.tags;
    const { endpoint, insecure, identityTag: tag } = proxmox;
    this.guard = new IdentityGuard({ endpoint, insecure, apiToken, login, tag, membership: proxmox });

    this.registerOutputs({ poolId: this.poolId });
  }
}
