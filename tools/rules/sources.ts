import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A file; or that it is not there, or why nobody can tell. */
export type FoundFile = { readonly text: string } | { readonly absent: string } | { readonly unknown: string };

/**
 * Files of repositories at a version, from a folder that has each as `<owner>+<name>`, a Git repository with the tag (bare, with a work tree,
 * or in a folder `repo` below), or as `<owner>+<name>@<version>`, the files alone.
 */
export class Sources {
  private readonly known = new Map<string, FoundFile>();

  /** @param folder undefined for none, in which case nobody can tell anything */
  constructor(private readonly folder: string | undefined) {}

  /** A file at the tag, with any run of white space as one space and all quotation marks double. */
  public read(repository: string, version: string, path: string): FoundFile {
    const key = `${repository}@${version}:${path}`;
    const found = this.known.get(key) ?? this.find(repository, version, path);
    this.known.set(key, found);
    return found;
  }

  private find(repository: string, version: string, path: string): FoundFile {
    if (this.folder === undefined) return { unknown: "no folder of sources" };
    const place = join(this.folder, repository.replace("/", "+"));
    const files = `${place}@${version}`;
    if (existsSync(files)) {
      const file = join(files, path);
      return existsSync(file) ? { text: plain(readFileSync(file, "utf8")) } : { absent: `no file ${path}` };
    }
    const repo = [join(place, "repo"), place].find((each) => existsSync(each));
    return repo === undefined ? { unknown: `no ${place} and no ${files}` } : fromGit(repo, version, path);
  }
}

function fromGit(repo: string, version: string, path: string): FoundFile {
  const git = (...args: string[]): ReturnType<typeof spawnSync> =>
    spawnSync("git", ["-C", repo, ...args], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const { status, error } = git("rev-parse", "--verify", "--quiet", `refs/tags/${version}^{commit}`);
  if (error) return { unknown: `git cannot be run (${error.message})` };
  if (status !== 0) return { unknown: `${repo} has no tag ${version}` };
  if (String(git("ls-tree", `refs/tags/${version}`, path).stdout) === "") return { absent: `no file ${path}` };
  const shown = git("show", `refs/tags/${version}:${path}`);
  // A clone may know of a file without having it.
  return shown.status === 0 ? { text: plain(String(shown.stdout)) } : { unknown: `${repo} does not have ${path} itself` };
}

/** How a definition is laid out says nothing. */
export function plain(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("'", '"');
}
