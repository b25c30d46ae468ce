import { EXIT, Failure } from "../failure";
import { missingSecrets } from "../../config/secrets";
import { NO_VERSIONS } from "./store-checks";
import { requireFit } from "./passphrase-fit";
import type { StackState } from "./stack-state";
import type { StateStore } from "./store";

/** What was done about one thing. */
export interface Step {
  readonly name: "store" | "versions" | "access" | "probe" | "state";
  /** `there` when nothing had to be done, `unsupported` where the server has no such thing. */
  readonly result: "made" | "done" | "there" | "unsupported" | "unknown";
  readonly detail: string;
}

/** What came of a bootstrap. */
export interface Bootstrapped {
  readonly steps: readonly Step[];
  /** What is left for people. */
  readonly todo: readonly string[];
}

/**
 * Makes all that a state needs: the folder or bucket, its versions, the stack with its secrets provider. What is there stays as it is, so
 * that it can be run again.
 *
 * @throws {Failure} `no-backend` when nobody says where, `no-passphrase` when there is none to encrypt with
 */
export async function bootstrap(state: StackState): Promise<Bootstrapped> {
  const { url } = state.location;
  if (url === "") {
    const remedy = "say where in proxmox-talos:state, for instance backend: { file: ~/state }, or run pulumi login";
    throw new Failure("no-backend", `nobody says where the state of ${state.stack} is to be: ${remedy}`, EXIT.failed);
  }
  requirePassphrase(state);
  await requireFit(state);
  const steps = state.store ? await prepared(state.store) : [];
  const made = await stackMade(state);
  return { steps: [...steps, made], todo: todoOf(state, [...steps, made]) };
}

async function prepared(store: StateStore): Promise<Step[]> {
  const isThere = await store.exists();
  if (!isThere) await store.create();
  await store.probe();
  return [
    { name: "store", result: isThere ? "there" : "made", detail: store.name },
    { name: "probe", result: "done", detail: "an object was written, read and deleted" },
    await versions(store),
    await access(store),
  ];
}

async function versions(store: StateStore): Promise<Step> {
  const before = await store.versioning();
  if (before === "on") return { name: "versions", result: "there", detail: "what is overwritten is kept" };
  const now = before === "off" ? await store.keepVersions() : before;
  if (now === "on") return { name: "versions", result: "made", detail: "what is overwritten is kept from now on" };
  if (now === "unknown") {
    const what = before === "off" ? "turn them on (s3:PutBucketVersioning)" : "ask for them (s3:GetBucketVersioning)";
    return {
      name: "versions",
      result: "unknown",
      detail: `the credentials may not ${what}: lab keeps backups of the state in any case`,
    };
  }
  return { name: "versions", result: "unsupported", detail: NO_VERSIONS };
}

async function access(store: StateStore): Promise<Step> {
  const isClosed = await store.closeToPublic();
  if (!(await store.isPublic())) {
    const detail = "nobody reads it without credentials";
    return {
      name: "access",
      result: isClosed ? "made" : "there",
      detail: isClosed ? `${detail}, and no setting can change that` : detail,
    };
  }
  return { name: "access", result: "unknown", detail: "anybody can read it" };
}

async function stackMade(state: StackState): Promise<Step> {
  if (await state.exported()) return { name: "state", result: "there", detail: `${state.stack} is in the backend` };
  const provider = providerOf(state);
  await state.run(["stack", "init", "--secrets-provider", provider]);
  return { name: "state", result: "made", detail: `${state.stack}, empty, secrets by ${provider}` };
}

/** Pulumi Cloud encrypts by itself unless it is told otherwise. */
function providerOf({ parsed, location }: StackState): string {
  const isCloud = /^https?:/.test(location.url);
  return parsed.config.state.secretsProvider ?? (isCloud ? "default" : "passphrase");
}

function requirePassphrase(state: StackState): void {
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = process.env;
  const isThere = PULUMI_CONFIG_PASSPHRASE ?? PULUMI_CONFIG_PASSPHRASE_FILE ?? state.parsed.config.state.passphrase;
  if (providerOf(state) !== "passphrase" || isThere !== undefined) return;
  const how =
    "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, or have state.passphrase name a file of sops or age";
  const other = "or a key service in state.secretsProvider";
  throw new Failure(
    "no-passphrase",
    `nothing was made: there is no passphrase to encrypt secrets with; ${how}, ${other}`,
    EXIT.failed,
  );
}

function todoOf(state: StackState, steps: readonly Step[]): string[] {
  const { parsed, stack } = state;
  const resultOf = (name: Step["name"]): Step["result"] | undefined => steps.find((step) => step.name === name)?.result;
  const missing = missingSecrets(parsed.config, (key) => parsed.text.includes(`${key}:`)).map(({ path }) => path);
  const token = parsed.config.proxmox && !/^\s+proxmoxve:(apiToken|password):/m.test(parsed.text) ? ["proxmoxve:apiToken"] : [];
  return [
    ...(resultOf("state") === "made" ? [`commit ${parsed.file}: it says now how secrets are encrypted`] : []),
    ...[...token, ...missing].map((key) => `lab pulumi ${stack} -- config set --secret ${key}`),
    ...(resultOf("access") === "unknown" ? ["close the store to the public: anybody can read it"] : []),
    ...(resultOf("versions") === "unknown" ? ["have somebody who may turn on versions of the bucket"] : []),
    ...(resultOf("versions") === "made" ? ["have the bucket forget versions after some months: docs/state.md has the rule"] : []),
    ...(providerOf(state) === "passphrase" ? ["keep the passphrase where a fire does not find both it and the state"] : []),
  ];
}
