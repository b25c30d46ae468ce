import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMap, parseDocument } from "yaml";
import { PROJECT_DIR } from "../stacks";

/** What the program is made of: the very files that deploy, none of them copied. */
const PROGRAM = ["index.ts", "package.json", "tsconfig.json", "config", "planner", "components", "sdks", "node_modules"];

/** Environment that a rehearsal must not inherit: whatever leads to real systems. */
const KEPT = ["PATH", "HOME", "LANG", "LC_ALL", "TERM", "TMPDIR", "TZ", "PULUMI_HOME", "KUBEBUILDER_ASSETS", "XDG_CACHE_HOME"];

/** A project folder and a state of its own, so that a rehearsal touches neither the project's files nor anybody's stacks. */
export interface Sandbox {
  readonly dir: string;
  /** Folder of `Pulumi.yaml`. */
  readonly projectDir: string;
  readonly stack: string;
  readonly environment: NodeJS.ProcessEnv;
  remove(): void;
}

/**
 * Makes a sandbox for a stack.
 *
 * @param text the stack file, taken as it is
 * @param authority who vouches for the simulated systems' certificates, as PEM
 */
export function makeSandbox(stack: string, text: string, authority: string): Sandbox {
  const dir = mkdtempSync(join(tmpdir(), "proxmox-talos-"));
  const projectDir = join(dir, "project");
  mkdirSync(projectDir);
  mkdirSync(join(dir, "state"));
  for (const entry of PROGRAM) symlinkSync(join(PROJECT_DIR, entry), join(projectDir, entry));
  copyFileSync(join(PROJECT_DIR, "Pulumi.yaml"), join(projectDir, "Pulumi.yaml"));
  const sandbox: Sandbox = {
    dir,
    projectDir,
    stack,
    environment: {
      ...Object.fromEntries(KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
      PULUMI_BACKEND_URL: `file://${join(dir, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "rehearsal",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // The log of events is behind it, as for the Automation API.
      PULUMI_DEBUG_COMMANDS: "true",
      // Go reads the one, Node.js the other.
      SSL_CERT_FILE: join(dir, "authority.pem"),
      NODE_EXTRA_CA_CERTS: join(dir, "authority.pem"),
      KUBECONFIG: join(dir, "no-kubeconfig"),
      HELM_CACHE_HOME: join(dir, "helm"),
      // Where backups of states go.
      XDG_STATE_HOME: join(dir, "state-home"),
    },
    remove() {
      rmSync(dir, { recursive: true, force: true });
    },
  };
  writeFileSync(join(dir, "authority.pem"), authority);
  writeStackFile(sandbox, text);
  return sandbox;
}

/** What `pulumi` keeps in a stack file for itself: settings with secrets and what they are encrypted with. */
const OWN_LINES = /^(encryptionsalt|secretsprovider|encryptedkey): .*$/gm;
const OWN_SETTING = /^ {2}[\w-]+:\w+:\n {4}secure: .*$/gm;

/** Puts a stack file in the place of the one before; what `pulumi` keeps there for itself stays. */
export function writeStackFile({ projectDir, stack }: Sandbox, text: string): void {
  const path = join(projectDir, `Pulumi.${stack}.yaml`);
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const settings = before.match(OWN_SETTING) ?? [];
  const bare = withoutSecrets(text);
  const withSettings = settings.length === 0 ? bare : bare.replace(/^config:.*$/m, (line) => [line, ...settings].join("\n"));
  writeFileSync(path, [...(before.match(OWN_LINES) ?? []), withSettings].join("\n"));
}

/** Nobody here has the key to what a stack file encrypts; the sandbox has stand-ins. A file without secrets stays as it is. */
function withoutSecrets(text: string): string {
  const document = parseDocument(text);
  const config = document.get("config");
  if (!isMap(config)) return text;
  const secrets = config.items.filter(({ value }) => isMap(value) && value.has("secure"));
  if (secrets.length === 0) return text;
  for (const { key } of secrets) config.delete(key);
  for (const key of ["encryptionsalt", "secretsprovider", "encryptedkey"]) document.delete(key);
  return document.toString();
}
