import * as pulumi from "@pulumi/pulumi";
import type { AskedDisk } from "../../planner/data-disks";
import { judgeDisks } from "../../planner/data-disks";
import type { Listing, Membership, VmIdentity } from "../../planner/identity";
import { judgeChange, judgeCreation, judgeMembership } from "../../planner/identity";
import { environmentCredentials } from "./proxmox-reader";
import type { ProxmoxAccess } from "./proxmox-reader";
import { lookAt } from "./proxmox-api";

/** Arguments of an {@link IdentityGuard}. */
export interface IdentityGuardArgs extends Omit<ProxmoxAccess, "apiToken" | "login"> {
  /** `user@realm!id=secret`. @default `PROXMOX_VE_API_TOKEN`, which the provider reads, too */
  readonly apiToken?: pulumi.Output<string>;
  /** Used without a token. @default `PROXMOX_VE_USERNAME` and `PROXMOX_VE_PASSWORD` */
  readonly login?: ProxmoxLogin;
  /** Tag that all VMs of the stack carry and no other VM does. */
  readonly tag: string;
  readonly membership: Membership;
}

/** User name such as `root@pam` and its password. */
export interface ProxmoxLogin {
  readonly username: string;
  readonly password: pulumi.Output<string>;
}

/** What the guard touches outside of the program. */
export interface IdentityGuardDoors {
  readonly look: (access: ProxmoxAccess) => Promise<Listing>;
  readonly isPreview: () => boolean;
  readonly warn: (message: string) => Promise<void>;
}

const DOORS: IdentityGuardDoors = {
  look: lookAt,
  isPreview: () => pulumi.runtime.isDryRun(),
  warn: (message) => pulumi.log.warn(message),
};

type Operation = "create" | "update" | "delete";

/**
 * Keeps the stack's hands off VMs that are not its own: a VM is a number to Proxmox, and numbers are given away again.
 *
 * The engine calls it before every operation on a VM, in previews as well. Nothing is asked before the first of them: a run that
 * touches no VM needs no API. An update that cannot look stops; a preview says so once, and goes on.
 */
export class IdentityGuard {
  /**
   * For the `hooks` of every VM. The names are in the state, and a deletion is refused when the program has no hook of that name:
   * they never change, so a program has one guard.
   */
  public readonly hooks: pulumi.ResourceHookBinding;
  private previewed?: Promise<Listing | undefined>;
  /** Disks that may go, by machine. */
  private readonly consents = new Map<string, readonly string[]>();
  /** What else has to hold before a VM goes, by machine. */
  private readonly farewells = new Map<string, () => Promise<void>>();
  /** Ids whose VMs this run deletes. */
  private readonly released = new Set<number>();

  constructor(
    private readonly args: IdentityGuardArgs,
    private readonly doors: IdentityGuardDoors = DOORS,
  ) {
    const hook = (operation: Operation): pulumi.ResourceHook =>
      new pulumi.ResourceHook(`vm-identity-${operation}`, (of) => this.judge(operation, of), { onDryRun: true });
    this.hooks = { beforeCreate: [hook("create")], beforeUpdate: [hook("update")], beforeDelete: [hook("delete")] };
  }

  /** Lets disks of a machine go when they are no longer asked for. */
  public consent(machine: string, disks: readonly string[]): void {
    this.consents.set(machine, disks);
  }

  /** Asks more before a machine's VM is deleted, in updates only. */
  public beforeDeletion(machine: string, judge: () => Promise<void>): void {
    this.farewells.set(machine, judge);
  }

  /** @throws {Error} when the operation must not go on */
  public async judge(operation: Operation, { name, newInputs, oldInputs }: HookArgs): Promise<void> {
    if (operation === "update") {
      // Needs no look: what the state has and what is asked for say it all.
      const loss = judgeDisks(name, disksOf(oldInputs), disksOf(newInputs), this.consents.get(name) ?? []);
      if (loss !== undefined) throw new Error(loss);
    }
    const identity = this.identityOf(name, operation === "create" ? newInputs : oldInputs);
    const listing = await this.listing();
    if (!listing) return;
    const refusal =
      operation === "create"
        ? judgeCreation(identity, listing, this.released.has(identity.vmId))
        : judgeChange(operation === "update" ? "updated" : "deleted", identity, listing);
    if (refusal !== undefined) throw new Error(refusal);
    if (operation === "delete" && !this.doors.isPreview()) await this.farewells.get(name)?.();
    // The engine tells a replacement's creation nothing of what it replaces, but has it deleted before.
    if (operation === "delete") this.released.add(identity.vmId);
  }

  /** A preview looks once. An update looks before each operation: what was listed when it began may be hours old. */
  private listing(): Promise<Listing | undefined> {
    return this.doors.isPreview() ? (this.previewed ??= this.lookAhead()) : this.lookNow();
  }

  private async lookNow(): Promise<Listing> {
    const { listing, doubt } = await this.look();
    if (!listing || doubt !== undefined) throw new Error(doubt);
    return listing;
  }

  private async lookAhead(): Promise<Listing | undefined> {
    const { listing, doubt } = await this.look();
    if (doubt !== undefined) await this.doors.warn(`${doubt}; an update would stop here`);
    return listing;
  }

  private async look(): Promise<{ readonly listing?: Listing; readonly doubt?: string }> {
    const { endpoint, insecure, membership } = this.args;
    try {
      const listing = await this.doors.look({ endpoint, insecure, ...(await this.credentials()) });
      const absent = judgeMembership(membership, listing);
      return { listing, ...(absent.length > 0 ? { doubt: `hosts-unready: ${absent.join("; ")}` } : {}) };
    } catch (error) {
      return { doubt: `identity-unchecked: ${(error as Error).message}` };
    }
  }

  /** Credentials are configuration: known in a preview, too. */
  private async credentials(): Promise<Pick<ProxmoxAccess, "apiToken" | "login">> {
    const { apiToken, login } = this.args;
    if (apiToken) return { apiToken: await valueOf(apiToken) };
    if (login) return { apiToken: undefined, login: { username: login.username, password: await valueOf(login.password) } };
    return environmentCredentials();
  }

  private identityOf(resource: string, inputs: HookArgs["newInputs"]): VmIdentity {
    const { vmId, name = resource } = (inputs ?? {}) as { vmId?: unknown; name?: string };
    if (typeof vmId !== "number") throw new Error(`${resource} has no VM id to check`);
    return { vmId, name, tag: this.args.tag };
  }
}

/** The part of the engine's arguments that an identity is read from. */
type HookArgs = Pick<pulumi.ResourceHookArgs, "name" | "newInputs" | "oldInputs">;

function disksOf(inputs: HookArgs["newInputs"]): readonly AskedDisk[] {
  return (inputs as { disks?: readonly AskedDisk[] } | undefined)?.disks ?? [];
}

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve as (value: unknown) => void));
}
