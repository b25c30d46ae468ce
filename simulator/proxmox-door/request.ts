import type { Datacenter } from "../datacenter/datacenter";
import type { Settings } from "../datacenter/model";
import type { LiveTime } from "../wire/live-time";
import type { Tasks } from "./tasks";
import { missing } from "./api-error";

/** One call of the API, parsed. */
export interface ApiRequest {
  /** Parts of the path by name. */
  readonly path: Readonly<Record<string, string>>;
  /** Parameters from the query or the form, repeated ones joined by commas. */
  readonly form: Settings;
  /** Who calls, for instance `root@pam!rehearsal`. */
  readonly user: string;
}

/** What a call is answered from. */
export interface Backstage {
  readonly dc: Datacenter;
  readonly time: LiveTime;
  readonly tasks: Tasks;
  /** What the caller may do at a path. */
  readonly rightsAt: (path: string) => readonly string[];
}

/** Answers a call with the reply's `data`. */
export type Endpoint = (request: ApiRequest, backstage: Backstage) => unknown;

/** Endpoints by method and path, `:name` for what varies. */
export type Endpoints = Readonly<Record<string, Endpoint>>;

/** A part of the path. */
export function part({ path }: ApiRequest, name: string): string {
  return path[name] ?? "";
}

/** A parameter that must be there. */
export function parameter({ form }: ApiRequest, name: string): string {
  const value = form[name];
  if (value === undefined || value === "") throw missing(name);
  return value;
}
