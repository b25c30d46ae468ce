import { z } from "zod";
import type { ByClass } from "./metadata";
import { ENVIRONMENT_CLASSES } from "./metadata";

/** What becomes of a violation: nothing, a warning, an end of the run, a repair where the engine allows for it. */
export type PolicyLevel = "disabled" | "advisory" | "mandatory" | "remediate";

interface PolicyKind extends ByClass<PolicyLevel> {
  /** Whether further namespaces can be allowed. @default false */
  readonly takesNamespaces?: true;
}

/** Every policy of the pack and how hard it is by itself, in the order of docs/policy.md. */
export const POLICY_KINDS = {
  "protected-identity": { homelab: "mandatory", prod: "mandatory" },
  "protected-control-planes": { homelab: "mandatory", prod: "mandatory" },
  "protected-data": { homelab: "advisory", prod: "mandatory" },
  "no-restart-in-update": { homelab: "advisory", prod: "mandatory" },
  "vm-marks": { homelab: "mandatory", prod: "mandatory" },
  "host-memory-reserve": { homelab: "advisory", prod: "mandatory" },
  "pinned-versions": { homelab: "advisory", prod: "mandatory" },
  "pod-security-standard": { homelab: "advisory", prod: "mandatory" },
  "privileged-namespaces": { homelab: "mandatory", prod: "mandatory", takesNamespaces: true },
  "host-access": { homelab: "advisory", prod: "mandatory", takesNamespaces: true },
  "restricted-pods": { homelab: "advisory", prod: "mandatory" },
  "unprivileged-containers": { homelab: "advisory", prod: "mandatory" },
  "encrypted-secrets": { homelab: "remediate", prod: "remediate" },
  "plain-credentials": { homelab: "mandatory", prod: "mandatory" },
  "encrypted-snapshots": { homelab: "advisory", prod: "mandatory" },
  "encrypted-backups": { homelab: "advisory", prod: "mandatory" },
  // A fresh host has a certificate of its own making, and a lab keeps it.
  "verified-tls": { homelab: "disabled", prod: "mandatory" },
  "verified-kubelets": { homelab: "disabled", prod: "advisory" },
} as const satisfies Readonly<Record<string, PolicyKind>>;

/** Name of a policy, in Pulumi, in the stack file and as a section of docs/policy.md. */
export type PolicyName = keyof typeof POLICY_KINDS;

/** Names in the order of docs/policy.md. */
export const POLICY_NAMES = Object.keys(POLICY_KINDS) as readonly PolicyName[];

/** What a stack file says of one policy. */
export interface PolicySettings {
  readonly level?: Exclude<PolicyLevel, "remediate"> | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly reason?: string | undefined;
}

/** What a stack file says of policies, by their names. */
export type PoliciesConfig = Readonly<Partial<Record<PolicyName, PolicySettings | undefined>>>;

const LEVELS = ["disabled", "advisory", "mandatory"] as const;

/** Words for what becomes of a violation. */
const WORDS: Readonly<Record<PolicyLevel, string>> = {
  disabled: "disabled",
  advisory: "advisory",
  mandatory: "mandatory",
  remediate: "set right on the way",
};

function settingsOf(name: PolicyName): z.ZodOptional<z.ZodType<PolicySettings>> {
  const { homelab, prod, takesNamespaces }: PolicyKind = POLICY_KINDS[name];
  const byDefault = homelab === prod ? WORDS[prod] : `${WORDS[prod]} in prod and ${WORDS[homelab]} elsewhere`;
  // What repairs can be left out, and nothing else: a warning would leave the secret where it is.
  const level = prod === "remediate" ? z.enum(["disabled"]) : z.enum(LEVELS);
  const said = {
    level: level.optional().describe(`${level.options.join(", ")}, by default ${byDefault}`),
    reason: z
      .string()
      .trim()
      .min(10)
      .optional()
      .describe("Why it is not as hard as by default, at least ten characters; needed then"),
  };
  const namespaces = z
    .array(
      z
        .string()
        .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
        .describe("Name of a namespace: lower-case letters, digits and hyphens, at most 63"),
    )
    .optional()
    .describe("Namespaces that are allowed beside those of add-ons");
  const settings: z.ZodType<PolicySettings> = takesNamespaces ? z.strictObject({ ...said, namespaces }) : z.strictObject(said);
  return settings.describe(`How hard the policy ${name} is`).optional();
}

/** How hard policies are where they are not as hard as by default. */
export const policies = z
  .strictObject(
    Object.fromEntries(POLICY_NAMES.map((name) => [name, settingsOf(name)])) as Record<PolicyName, ReturnType<typeof settingsOf>>,
  )
  .default({})
  .describe("How hard policies of docs/policy.md are on this stack, by their names, where they are not as by default");

/** What of a stack file decides how hard a policy is. */
interface Asking {
  readonly metadata: { readonly environment: keyof typeof ENVIRONMENT_CLASSES };
  readonly policies: PoliciesConfig;
}

/** How hard a policy is by itself in a stack's environment. */
export function defaultLevel(name: PolicyName, { metadata }: Pick<Asking, "metadata">): PolicyLevel {
  return POLICY_KINDS[name][ENVIRONMENT_CLASSES[metadata.environment]];
}

/** How hard a policy is by what the stack file says of it. */
export function levelOf(name: PolicyName, config: Asking): PolicyLevel {
  return config.policies[name]?.level ?? defaultLevel(name, config);
}

const HARDNESS: Readonly<Record<PolicyLevel, number>> = { disabled: 0, advisory: 1, mandatory: 2, remediate: 2 };

/** Whether one level lets more pass than another one. */
export function isLooser(level: PolicyLevel, than: PolicyLevel): boolean {
  return HARDNESS[level] < HARDNESS[than];
}
