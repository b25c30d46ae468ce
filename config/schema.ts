import { z } from "zod";
import { acknowledge } from "./acknowledge";
import { addons } from "./addons";
import { costs } from "./cost";
import { consent } from "./consent";
import { externals } from "./externals";
import { kubernetes } from "./kubernetes";
import { metadata } from "./metadata";
import { network } from "./network";
import { policies } from "./policies";
import { proxmox } from "./proxmox";
import { sla } from "./sla";
import { secrets } from "./stack-secrets";
import { state } from "./state";
import { talos } from "./talos";
import { topology } from "./topology";

/** Namespace of the project's own keys in a stack file. */
export const NAMESPACE = "proxmox-talos";

/** One strict schema per concern. */
export const concerns = {
  metadata,
  /** Needed by every stack with VMs; the planner says so. */
  proxmox: proxmox.optional(),
  network,
  topology,
  talos,
  kubernetes,
  addons,
  externals,
  secrets,
  costs,
  /** Nothing was promised. */
  sla: sla.optional(),
  acknowledge,
  consent,
  policies,
  state,
};

/** All concerns of a stack, defaults filled in. */
export const stackConfig = z.strictObject(concerns);

/** What a stack file asks for: validated, complete, plain. */
export type StackConfig = z.output<typeof stackConfig>;
/** What is said of one Secret that the stack makes. */
export type StackSecretConfig = StackConfig["secrets"][string][string];
/** What is asked of one pool of machines. */
export type PoolConfig = StackConfig["topology"]["workers"][string];
/** What is said of the Proxmox cluster. */
export type ProxmoxConfig = NonNullable<StackConfig["proxmox"]>;
/** What something is said to cost. */
export type CostConfig = NonNullable<HostConfig["cost"]>;
/** What is said of one Proxmox host. */
export type HostConfig = ProxmoxConfig["hosts"][string];
