import { PROXMOX_SIDE_DEFAULTS as DEFAULTS } from "../../config/addons/proxmox-side";
import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { SecretName } from "../../config/secrets";
import type { PlannedSecret } from "../plan";
import { regionOf } from "../proxmox-topology";
import { poolsOf } from "../site";
import type { Site } from "../site";
import type { AddonContext } from "./definition";
import type { Values } from "./layers";
import type { Sourced } from "./sourced";

/** What speaks with Proxmox from inside of the cluster has in common. */

type Context = AddonContext<"proxmoxCcm"> | AddonContext<"proxmoxCsi">;

/** File with what Proxmox is asked with. */
const FILE = "config.yaml";

/** Annotation of pods that says which token they were started with. */
const TOKEN_ANNOTATION = "proxmox-talos/token-id";

/** How one of them asks. */
export interface Access {
  /** Id of the token where the stack file names none. */
  readonly token: string;
  /** Name of the Secret that it reads. */
  readonly secretName: string;
  /** What is in there. */
  readonly secret: SecretName;
}

/** Values of either chart for how Proxmox is asked. */
export function accessValues(context: Context, { token, secretName }: Access): Values {
  return {
    replicaCount: replicas(context),
    existingConfigSecret: secretName,
    existingConfigSecretKey: FILE,
    // A pod reads its Secret when it starts: another token starts another pod.
    podAnnotations: { [TOKEN_ANNOTATION]: tokenOf(context, token) },
  };
}

/** The Secret: the file as both programs read it, a token that is not the stack's own. */
export function accessSecret(context: Context, { token, secretName, secret }: Access): PlannedSecret {
  const { endpoint, insecure } = context.site.proxmox;
  const lines = [
    "clusters:",
    `  - url: ${JSON.stringify(`${endpoint.replace(/\/$/, "")}/api2/json`)}`,
    `    insecure: ${insecure}`,
    `    token_id: ${JSON.stringify(tokenOf(context, token).value)}`,
    '    token_secret: "<secret>"',
    `    region: ${JSON.stringify(regionOf(context.site))}`,
  ];
  return { name: secretName, secret, data: { [FILE]: `${lines.join("\n")}\n` } };
}

/** Nothing of either is of use without a VM. */
export function judgeVms(key: "proxmoxCcm" | "proxmoxCsi", site: Site): UnplacedProblem[] {
  if (poolsOf(site).some(({ config }) => config.source === "proxmox")) return [];
  const path = `addons.${key}`;
  return [problem(path, {}, "no machine is a VM", "a stack with VMs", "leave it out: machines that were there have no Proxmox")];
}

function tokenOf(context: Context, token: string): Sourced<string> {
  return (context as AddonContext<"proxmoxCcm">).setting("tokenId").or(token);
}

function replicas(context: Context): Sourced<number> {
  const { homelab, prod } = DEFAULTS.replicas;
  return (context as AddonContext<"proxmoxCcm">).setting("replicas").byClass({ homelab, prod: context.spread.upTo(prod) });
}
