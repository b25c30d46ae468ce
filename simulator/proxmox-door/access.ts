import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ApiError } from "./api-error";
import type { Acl, Demand } from "./privileges";
import { PRIVILEGES, demandsOf, grantedAt, isFiltered, isGranted } from "./privileges";
import type { ApiRequest } from "./request";

/** Who may use the API. */
export interface Credentials {
  /** `user@realm!id=secret` */
  readonly apiToken?: string;
  readonly username?: string;
  readonly password?: string;
  /** What the caller may do where. @default everything */
  readonly acl?: Acl;
}

/** Knows callers by their token, or by the ticket they were given for a password. */
export class Access {
  /** What was asked of callers so far, each thing once. */
  public readonly demands = new Map<string, Demand>();
  private readonly sessions = new Map<string, string>();

  constructor(private readonly credentials: Credentials) {}

  /**
   * A ticket for a user name and its password.
   *
   * @throws {ApiError} 401
   */
  public logIn({ username, password }: Readonly<Record<string, string>>): object {
    const { username: name, password: secret } = this.credentials;
    if (name === undefined || secret === undefined || username !== name || !same(password ?? "", secret)) {
      throw new ApiError(401, "authentication failure");
    }
    const ticket = `PVE:${name}:${randomBytes(16).toString("hex")}`;
    this.sessions.set(ticket, name);
    return { ticket, CSRFPreventionToken: randomBytes(8).toString("hex"), username: name };
  }

  /**
   * Whose request it is.
   *
   * @throws {ApiError} 401
   */
  public caller({ headers }: IncomingMessage): string {
    const { apiToken = "" } = this.credentials;
    const token = /^PVEAPIToken=(.*)$/.exec(headers.authorization ?? "")?.[1];
    if (token !== undefined && apiToken !== "" && same(token, apiToken)) return apiToken.replace(/=.*$/s, "");
    const ticket = /PVEAuthCookie=([^;]+)/.exec(headers.cookie ?? "")?.[1];
    const user = this.sessions.get(decodeURIComponent(ticket ?? ""));
    if (user !== undefined) return user;
    throw new ApiError(401, token === undefined ? "No ticket" : "invalid token value!");
  }

  /** What the caller may do at a path. */
  public rightsAt(path: string): readonly string[] {
    const { acl } = this.credentials;
    return acl === undefined ? PRIVILEGES : grantedAt(acl, path);
  }

  /**
   * Whether a caller sees anything of what is asked for.
   *
   * @param before settings that the VM has already, where it is about one
   * @throws {ApiError} 403 as Proxmox words it
   */
  public permits(call: string, request: ApiRequest, before: ApiRequest["form"]): boolean {
    const { acl } = this.credentials;
    for (const demand of demandsOf(call, request, before)) {
      const text = `${demand.path}, ${demand.anyOf.join("|")}`;
      this.demands.set(text, demand);
      if (acl === undefined || isGranted(acl, demand)) continue;
      if (isFiltered(call)) return false;
      throw new ApiError(403, `Permission check failed (${text})`);
    }
    return true;
  }
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
