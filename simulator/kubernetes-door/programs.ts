import type { ApiClient } from "./api-client";
import type { Pod } from "./objects";

/** How a program ended. */
export interface Ending {
  /** 0 when all went well. */
  readonly exitCode: number;
  /** Why it did not. */
  readonly message?: string;
}

/** What a program has to do with. */
export interface Surroundings {
  readonly client: ApiClient;
  /** The pod's. */
  readonly namespace: string;
  /** Aborts when the pod is gone. */
  readonly signal: AbortSignal;
}

/** What a container does that others can see: resolves when it is done, rejects with what the program says when it fails. */
export type Program = (surroundings: Surroundings) => Promise<void>;

/** The programs of one cluster's pods that end by themselves. What is in no table ends well at once. */
export class Programs {
  private readonly runs = new Map<string, { readonly ended: AbortController; ending?: Ending }>();

  /**
   * @param programs by how the command of their pod's first container begins, for instance `longhorn-manager uninstall`
   * @param onEnd called when one has ended
   */
  constructor(
    private readonly client: ApiClient,
    private readonly programs: Readonly<Record<string, Program>>,
    private readonly onEnd: () => void,
  ) {}

  /** How a running pod's program ended, undefined while it is at work. Who asks first starts it. */
  public endingOf(pod: Pod): Ending | undefined {
    const command = (pod.spec.containers[0]?.command ?? []).join(" ");
    const known = Object.entries(this.programs).find(([start]) => command === start || command.startsWith(`${start} `));
    if (!known) return { exitCode: 0 };
    const { uid = "", namespace = "" } = pod.metadata;
    const before = this.runs.get(uid);
    if (before) return before.ending;
    this.start(uid, known[1], namespace);
    return undefined;
  }

  /** Ends the programs of pods that are no more. */
  public keep(pods: readonly Pod[]): void {
    const present = new Set(pods.map(({ metadata }) => metadata.uid));
    for (const uid of this.runs.keys()) if (!present.has(uid)) this.end(uid);
  }

  /** Ends all of them. */
  public stop(): void {
    for (const uid of this.runs.keys()) this.end(uid);
  }

  private start(uid: string, program: Program, namespace: string): void {
    const ended = new AbortController();
    const run: { readonly ended: AbortController; ending?: Ending } = { ended };
    this.runs.set(uid, run);
    program({ client: this.client, namespace, signal: ended.signal })
      .then(
        () => (run.ending = { exitCode: 0 }),
        (error: unknown) => (run.ending = { exitCode: 1, message: (error as Error).message }),
      )
      .finally(this.onEnd);
  }

  private end(uid: string): void {
    this.runs.get(uid)?.ended.abort();
    this.runs.delete(uid);
  }
}
