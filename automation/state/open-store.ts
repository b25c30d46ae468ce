import { lazy } from "../lazy";
import { backendDir } from "../state-files";
import type * as bucketModule from "./bucket-store";
import { FolderStore } from "./folder-store";
import { bucketOf } from "./location";
import type { StateStore } from "./store";

/** The store a backend's URL names; undefined for those that only Pulumi knows how to ask (Pulumi Cloud, gs://, azblob://). */
export function openStore(url: string, environment: NodeJS.ProcessEnv = process.env): StateStore | undefined {
  const bucket = bucketOf(url, environment);
  if (bucket) return new (lazy("./state/bucket-store") as typeof bucketModule).BucketStore(bucket);
  const folder = backendDir(url)?.replace(/\/\.pulumi$/, "");
  return folder === undefined ? undefined : new FolderStore(folder);
}
