import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { StackConfig } from "../../config/schema";
import type { StateConfig } from "../../config/state";
import { absolutePath, fileUrl } from "./paths";

/** What a stack file says of the state. */
export type StateSettings = Pick<StackConfig, "state">;

/** Who said where the state is. */
export type LocationSource = "PULUMI_BACKEND_URL" | "the stack file" | "Pulumi.yaml" | "pulumi login";

/** Where a stack's state is. */
export interface StateLocation {
  readonly url: string;
  readonly source: LocationSource;
}

/** A bucket as its URL has it. */
export interface Bucket {
  readonly name: string;
  /** Folder in it, with a slash at its end; empty for its root. */
  readonly prefix: string;
  readonly region: string;
  /** Undefined for Amazon's own. */
  readonly endpoint: string | undefined;
  readonly pathStyle: boolean;
  /** Profile of the AWS configuration that has the credentials; undefined for the environment's. */
  readonly profile: string | undefined;
}

/**
 * Where a stack's state is, in the order in which the first one counts: `PULUMI_BACKEND_URL`, the stack file, `backend.url` of
 * Pulumi.yaml, whatever `pulumi login` has chosen. The variable is first because Pulumi itself has it so, and tests and sandboxes need
 * a way to be sure that they are nowhere else.
 *
 * @param projectDir folder of `Pulumi.yaml`
 */
export function locateState(
  { state }: StateSettings,
  projectDir: string,
  environment: NodeJS.ProcessEnv = process.env,
): StateLocation {
  const { PULUMI_BACKEND_URL: override } = environment;
  if (override) return { url: override, source: "PULUMI_BACKEND_URL" };
  const own = state.backend && backendUrl(state.backend, projectDir);
  if (own !== undefined) return { url: own, source: "the stack file" };
  const { backend } = parse(readFileSync(join(projectDir, "Pulumi.yaml"), "utf8")) as { backend?: { url?: string } | null };
  if (backend?.url) return { url: backend.url, source: "Pulumi.yaml" };
  return { url: loggedInTo(environment) ?? "", source: "pulumi login" };
}

/** The URL that Pulumi knows a backend of a stack file by. */
export function backendUrl(backend: NonNullable<StateConfig["backend"]>, projectDir: string): string | undefined {
  const { s3, file, cloud, url } = backend;
  if (s3) {
    const { bucket, prefix, region, endpoint, pathStyle = endpoint !== undefined } = s3;
    const query = new URLSearchParams({
      region,
      ...(endpoint ? { endpoint } : {}),
      ...(pathStyle ? { s3ForcePathStyle: "true" } : {}),
    });
    return `s3://${bucket}${prefix === undefined ? "" : `/${prefix}`}?${query.toString()}`;
  }
  if (file !== undefined) return fileUrl(absolutePath(file, projectDir));
  return cloud?.url ?? url;
}

/** The bucket an `s3://` URL names; undefined for any other URL. */
export function bucketOf(url: string, environment: NodeJS.ProcessEnv = process.env): Bucket | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== "s3:") return undefined;
  const query = parsed.searchParams;
  const folder = parsed.pathname.replace(/^\/+|\/+$/g, "");
  const isPlain = query.get("disableSSL") === "true" || query.get("disable_https") === "true";
  const endpoint = query.get("endpoint") ?? environment["AWS_ENDPOINT_URL_S3"] ?? environment["AWS_ENDPOINT_URL"];
  return {
    name: parsed.hostname,
    prefix: folder === "" ? "" : `${folder}/`,
    region: query.get("region") ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? "us-east-1",
    endpoint: endpoint === undefined || endpoint.includes("://") ? endpoint : `${isPlain ? "http" : "https"}://${endpoint}`,
    pathStyle: ["s3ForcePathStyle", "use_path_style"].some((name) => query.get(name) === "true"),
    profile: query.get("profile") ?? undefined,
  };
}

/** A URL without what its user part would tell. */
export function shownUrl(url: string): string {
  return url.replace(/^([a-z0-9+]+:\/\/)[^@/?]+@/i, "$1****@");
}

/** What the CLI notes of its last login; undefined when nobody was. */
function loggedInTo(environment: NodeJS.ProcessEnv): string | undefined {
  const home = environment["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const file = environment["PULUMI_CREDENTIALS_PATH"] ?? home;
  try {
    return (JSON.parse(readFileSync(join(file, "credentials.json"), "utf8")) as { current?: string }).current;
  } catch {
    return undefined;
  }
}
