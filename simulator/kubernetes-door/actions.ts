import { ApiError } from "./api-types";
import type { KubernetesObject } from "./api-types";

/**
 * Carries out what a pass over all objects decides. A pass may see an object as it was before the last one changed it: nothing is
 * done twice to the same version. What a pass does not ask for again is forgotten.
 */
export class Actions {
  private versions = new Generations<string>();
  private dueTimes = new Generations<number>();
  private underWay: Promise<void>[] = [];

  /** @param onError gets what the API refused, unless the object has changed or gone meanwhile; the next pass tries again */
  constructor(private readonly onError: (error: Error) => void) {}

  /** Does something to an object, once per version of it. */
  public once({ metadata }: KubernetesObject, what: string, act: () => Promise<unknown>): void {
    const key = `${what} ${metadata.uid ?? metadata.name}`;
    const version = metadata.resourceVersion ?? "";
    const done = this.versions.get(key) === version;
    this.versions.set(key, version);
    if (done) return;
    this.run(act, () => {
      this.versions.delete(key);
    });
  }

  /** Does something now. */
  public run(act: () => Promise<unknown>, onFailure?: () => void): void {
    const done = act().then(
      () => undefined,
      (error: unknown) => {
        onFailure?.();
        if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) this.onError(error as Error);
      },
    );
    this.underWay.push(done);
  }

  /** Whether so many milliseconds have passed since this was first asked about an object. */
  public isDue({ metadata }: KubernetesObject, what: string, milliseconds: number): boolean {
    const key = `${what} ${metadata.uid ?? metadata.name}`;
    const at = this.dueTimes.get(key) ?? Date.now() + milliseconds;
    this.dueTimes.set(key, at);
    return Date.now() >= at;
  }

  /**
   * Ends a pass: waits for what it began.
   *
   * @returns when the next thing is due, in milliseconds since 1970; Infinity if nothing is
   */
  public async settle(): Promise<number> {
    await Promise.all(this.underWay);
    this.underWay = [];
    this.versions.next();
    return Math.min(...[...this.dueTimes.next()].filter((at) => at > Date.now()), Infinity);
  }
}

/** A map that forgets what was not set since the last generation. */
class Generations<T> {
  private before = new Map<string, T>();
  private now = new Map<string, T>();

  public get(key: string): T | undefined {
    return this.now.get(key) ?? this.before.get(key);
  }

  public set(key: string, value: T): void {
    this.now.set(key, value);
  }

  public delete(key: string): void {
    this.now.delete(key);
    this.before.delete(key);
  }

  /** @returns what was set in the generation that ends */
  public next(): Iterable<T> {
    this.before = this.now;
    this.now = new Map();
    return this.before.values();
  }
}
