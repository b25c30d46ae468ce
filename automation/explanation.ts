import { cleaned } from "./plain";

/** An error as the engine's events tell it. */
export interface Diagnostic {
  readonly urn: string;
  readonly message: string;
}

/** What people call a resource of this type, with its name. */
const LABELS: Readonly<Record<string, (name: string) => string>> = {
  PoolLegacy: (name) => `resource pool ${name}`,
  File: (name) => `Talos image ${name}`,
  VmLegacy: (name) => `VM ${name}`,
  Schematic: (name) => `schematic ${name}`,
  Secrets: (name) => `secrets of ${name}`,
  ConfigurationApply: (name) => `configuration of ${name}`,
  Bootstrap: (name) => `bootstrap of ${name}`,
  Kubeconfig: (name) => `kubeconfig of ${name}`,
  KubernetesApi: (name) => `Kubernetes API of ${name}`,
  Release: (name) => `chart ${name}`,
  Secret: (name) => `Secret ${name}`,
};

const AGAIN = "run the command once more";

/** What to do about what the systems say, the most telling first. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/\bnpx lab\b|pulumi state|choose other ids|start it, or take it out/, ""],
  // A file of the state's folder, and no datastore's.
  [/\.pulumi\/.*(no space left|quota exceeded|file too large)/i, "make room on the disk that the state is on"],
  [/\.pulumi\/.*(read-only file system|permission denied)/i, "let the folder of the state be written to"],
  [/engine was ended by SIG/, `${AGAIN}: it takes the lock away, and finishes what was under way`],
  [/\bcancell?ed\b/i, AGAIN],
  [/no quorum/, "bring the other Proxmox hosts back, or give the cluster a QDevice: without a majority it changes nothing"],
  [
    /Permission check failed/,
    "give the token's role what is in the brackets, at that path (docs/first-deployment.md says what each privilege is for)",
  ],
  [/not configured for content-type/, "give that storage this content type: Datacenter, Storage, Edit, Content"],
  [/can't lock file|got timeout/, "something else holds that storage or VM: look at the host's tasks and let them end"],
  [
    /insufficient free space|No space left|out of space|storage .* is full/i,
    "free space on that datastore, or name another in the stack file",
  ],
  [/disk '\w+' does not exist/, "see whose VM that is: somebody may have taken its id in the very moment it was created"],
  [/already exists on node/, "somebody has taken that id: choose other ids in the stack file, or remove that VM"],
  [/no route to host|HTTP 59[56]/i, "bring that Proxmox host back"],
  [
    /expired certificate|certificate has expired|not yet valid/,
    "set the clocks of this machine and of the hosts right; a certificate that has run out is renewed by the same command",
  ],
  [
    /QEMU exited|start failed/,
    "look at the task's log on that host: memory, CPU type and PCI devices are what stops a VM from starting",
  ],
  [
    /download.*(failed|404)|error fetching|checksum/i,
    "check that the host reaches the Image Factory, and that the version exists there",
  ],
  [/API server: \w+ "[^"]+" already exists/, "somebody else has made it: delete that one"],
  [/AlreadyExists|data directory is not empty/, `${AGAIN}: it was bootstrapped before, which is taken over`],
  [
    /cluster unreachable|connection refused|no such host|i\/o timeout|ECONN|EHOSTUNREACH/i,
    "check that it runs and can be reached from here",
  ],
  [
    /50[0234]|Service Unavailable|EOF|connection reset|broken pipe|unexpected status/i,
    `${AGAIN}: it may have been away for a moment`,
  ],
  [
    /context deadline|timed out|timeout/i,
    "look at what it waits for; talos.timeoutMinutes and addons.<name>.timeoutSeconds give it longer",
  ],
];

/** Says nothing of its own: other errors say why. */
const SUMMARIES = /^(update failed|\d+ errors? occurred|preview failed|resource .* failed)/;

/**
 * Explains a failed update in one line: which resource, what the system behind it said, what to do.
 *
 * @param fallback what to say where no error of a resource was told
 */
export function explain(diagnostics: readonly Diagnostic[], fallback: string): string {
  const own = diagnostics.map(({ urn, message }) => ({ urn, text: cleaned(message) }));
  // An error of the stack itself only repeats that of a resource.
  const told = own.filter(({ text }) => text !== "" && !SUMMARIES.test(text));
  const first = told.find(({ urn }) => urn !== "" && !urn.includes("::pulumi:pulumi:Stack::")) ?? told[0];
  const text = first?.text ?? cleaned(fallback);
  const remedy = REMEDIES.find(([pattern]) => pattern.test(text))?.[1] ?? "mend it";
  const subject = first === undefined ? "" : labelOf(first.urn);
  const advice = remedy === "" ? `${AGAIN} then` : remedy.startsWith(AGAIN) ? remedy : `${remedy}, then ${AGAIN}`;
  return `${subject === "" || text.includes(subject) ? "" : `${subject}: `}${text}; ${advice}`;
}

/** What people call a resource, for instance `VM work-00`; empty for the stack itself. */
export function labelOf(urn: string): string {
  const [types = "", ...rest] = urn.split("::").slice(2);
  const name = rest.join("::");
  const type = types.split("$").at(-1)?.split(/[:/]/).at(-1) ?? "";
  if (name === "" || type === "Stack") return "";
  return LABELS[type]?.(name) ?? `${type} ${name}`;
}

/** Providers that the engine makes for itself where the program names none. */
export function isEnginesOwn(urn: string): boolean {
  return /pulumi:providers:[^:]+::default(_|$)/.test(urn);
}
