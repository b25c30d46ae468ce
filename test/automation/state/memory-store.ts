import type { StateStore, StoredObject, StoredVersion, Versioning } from "../../../automation/state/store";

/** A bucket in memory, with as much of a server as is asked for. */
export class MemoryStore implements StateStore {
  public readonly name = "lab-state/ on http://s3.test";
  public readonly log: string[] = [];
  public readonly objects = new Map<string, string>();
  public readonly old: (StoredVersion & { readonly text: string })[] = [];
  public isThere = true;
  public keeps: Versioning = "off";
  /** What it does when it is told to keep versions. */
  public canKeep: Versioning = "on";
  public everybodys = false;
  public closes = true;
  /** What looking fails with. */
  public fault: Error | undefined;

  public exists(): Promise<boolean> {
    return this.fault ? Promise.reject(this.fault) : Promise.resolve(this.isThere);
  }

  public create(): Promise<void> {
    this.log.push("create");
    this.isThere = true;
    return Promise.resolve();
  }

  public probe(): Promise<void> {
    this.log.push("probe");
    return Promise.resolve();
  }

  public versioning(): Promise<Versioning> {
    return Promise.resolve(this.keeps);
  }

  public keepVersions(): Promise<Versioning> {
    this.log.push("keepVersions");
    this.keeps = this.canKeep;
    return this.versioning();
  }

  public isPublic(): Promise<boolean> {
    return Promise.resolve(this.everybodys);
  }

  public closeToPublic(): Promise<boolean> {
    this.log.push("closeToPublic");
    return Promise.resolve(this.closes);
  }

  public list(folder: string): Promise<StoredObject[]> {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(folder) && !key.slice(folder.length).includes("/"));
    return Promise.resolve(keys.map((key) => ({ key, bytes: this.objects.get(key)?.length ?? 0, modified: new Date(0) })));
  }

  public read(key: string, versionId?: string): Promise<Buffer | undefined> {
    const text = versionId === undefined ? this.objects.get(key) : this.old.find(({ id }) => id === versionId)?.text;
    return Promise.resolve(text === undefined ? undefined : Buffer.from(text));
  }

  public versions(key: string): Promise<StoredVersion[]> {
    return Promise.resolve(this.old.filter((each) => each.key === key));
  }
}
