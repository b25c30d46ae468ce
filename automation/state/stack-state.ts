import { EXIT, Failure } from "../failure";
import type { Lock } from "../locks";
import { answered, pulumi } from "../pulumi-cli";
import type { CutOff } from "../state-files";
import { backendDir, mendStateFiles } from "../state-files";
import type { ParsedStack } from "../stacks";
import { PROJECT_DIR, ownStack } from "../stacks";
import { Backups } from "./backups";
import { publicEnvironment, stateEnvironment } from "./environment";
import type { StackLayout } from "./layout";
import { projectName } from "./layout";
import type { StateLocation } from "./location";
import { locateState, shownUrl } from "./location";
import { lockInRefusal, lockedBy, locksOf } from "./locks";
import { openStore } from "./open-store";
import { refuseOtherShell, withoutShell } from "./shell";
import type { StateStore } from "./store";
import { StoreFailure } from "./store-failure";
import type { WholeState } from "./whole-state";

/** What the CLI says of a state that is no whole one. */
const BROKEN = /failed to load checkpoint|EOF|invalid character/;
/** What it says beside that of one that may well be whole. */
const AWAY = /denied|refused|connection|timeout|timed out|no such host|unreachable|TLS|certificate/i;

/** What commands about a state touch outside of this process. */
export interface StateDoors {
  readonly pulumi: typeof pulumi;
  readonly openStore: (url: string) => StateStore | undefined;
}

const REAL_DOORS: StateDoors = { pulumi, openStore };

/** The state of one stack: where it is, and what can be done with it. */
export class StackState {
  public readonly layout: StackLayout;
  public readonly location: StateLocation;
  public readonly backups: Backups;
  /** Undefined where only Pulumi knows how to ask the backend. */
  public readonly store: StateStore | undefined;
  private told: Promise<Readonly<Record<string, string>>> | undefined;

  constructor(
    public readonly parsed: ParsedStack,
    private readonly doors: StateDoors = REAL_DOORS,
    public readonly projectDir = PROJECT_DIR,
  ) {
    const { stack, config } = parsed;
    this.layout = { project: projectName(projectDir), stack };
    refuseOtherShell(stack, publicEnvironment(config, projectDir, withoutShell(process.env)));
    this.location = locateState(config, projectDir);
    this.backups = Backups.of(config, this.layout, projectDir);
    this.store = doors.openStore(this.location.url);
  }

  /** @throws {Failure} `unknown-stack` for a stack file from elsewhere, `invalid-stack-file`, `other-shell` */
  public static of(nameOrPath: string, doors?: StateDoors): StackState {
    return new StackState(ownStack(nameOrPath), doors);
  }

  public get stack(): string {
    return this.layout.stack;
  }

  /** Runs Pulumi on the stack; `--stack` is added. */
  public async run(args: readonly string[], input = ""): Promise<string> {
    return this.doors.pulumi([...args, "--stack", this.stack], this.projectDir, input, await this.environment());
  }

  /** What Pulumi is to be told; the passphrase may be in it. Decrypted once, for sops may ask somebody for something. */
  public environment(): Promise<Readonly<Record<string, string>>> {
    this.told ??= stateEnvironment(this.parsed.config, this.projectDir);
    // Whatever a shell says, it is about this stack.
    return this.told.then((told) => ({ ...told, PULUMI_STACK: this.stack }));
  }

  /** The whole state, in which secrets stay encrypted; undefined when the backend has no such stack. */
  public async exported(): Promise<WholeState | undefined> {
    try {
      return answered(await this.run(["stack", "export"])) as WholeState;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.message.includes("no stack named")) return undefined;
      throw (await this.missingStore()) ?? error;
    }
  }

  /** What is said where the folder or bucket is not there: what the CLI says of it tells nobody what to do. Undefined where it is. */
  public async missingStore(): Promise<Failure | undefined> {
    const isThere = await this.store?.exists().catch((error: unknown) => {
      // What the CLI said is told then.
      if (error instanceof StoreFailure) return undefined;
      throw error;
    });
    if (isThere !== false) return undefined;
    const { url, source } = this.location;
    const remedy = `lab state bootstrap ${this.stack} makes it where the place is right, lab state check ${this.stack} says more`;
    return new Failure("no-store", `${shownUrl(url)} (${source}) is not there; ${remedy}`, EXIT.failed);
  }

  /** {@link exported}, null without such a stack, undefined when its state cannot be read. */
  public async exportedOrBroken(): Promise<WholeState | null | undefined> {
    try {
      return (await this.exported()) ?? null;
    } catch (error) {
      if (error instanceof Failure && BROKEN.test(error.message) && !AWAY.test(error.message)) return undefined;
      throw error;
    }
  }

  /** Mends what a killed engine or a full disk left of the stack's files, where they are in a folder. */
  public async mended(): Promise<CutOff | undefined> {
    const dir = backendDir(this.location.url);
    return dir === undefined ? undefined : mendStateFiles(dir, this.layout.project, this.stack);
  }

  /**
   * Puts a state in the place of the one there is.
   *
   * @throws {Failure} `locked` while somebody is at work
   */
  public async imported(state: WholeState): Promise<void> {
    try {
      await this.run(["stack", "import"], JSON.stringify(state));
    } catch (error) {
      const lock = error instanceof Failure ? (lockInRefusal(error.message) ?? (await this.brokenLock(error))) : undefined;
      throw lock ? new Failure("locked", lockedBy(lock, this.stack), EXIT.failed) : error;
    }
  }

  /** One that was never written to its end: Pulumi does not say that it is a lock that it cannot read. */
  private async brokenLock({ message }: Failure): Promise<Lock | undefined> {
    if (!this.store || !/unexpected end of JSON input/.test(message)) return undefined;
    return (await locksOf(this.store, this.layout))[0];
  }
}
