import { z } from "zod";

/** URL of a repository with manifests: `https://`, `ssh://`, or `oci://` for Flux. */
export function repositoryUrl(what: string, schemes: readonly ("https" | "ssh" | "oci")[]): z.ZodString {
  const listed = schemes.map((scheme) => `${scheme}://`).join(" or ");
  return z
    .string()
    .regex(new RegExp(`^(${schemes.join("|")})://([a-zA-Z0-9._-]+@)?[a-zA-Z0-9.-]+(:\\d+)?(/[a-zA-Z0-9._~-]+)+$`))
    .describe(`${what}, ${listed} with a path and without a password, for instance ssh://git@example.org/platform/fleet.git`);
}

/** Folder of a repository. */
export function folder(what: string): z.ZodString {
  return z
    .string()
    .regex(/^(?!(?:.*\/)?\.\.(?:\/|$))(\.\/)?[a-zA-Z0-9._-]+(\/[a-zA-Z0-9._-]+)*$/)
    .describe(`${what}, for instance clusters/homelab`);
}

/** Whom SSH is to believe that it is. */
export const knownHosts = z
  .string()
  .regex(/^\S+ (ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/=]+/)
  .describe("Public keys of the SSH server as ssh-keyscan prints them, a line each");

/** Who logs in; the password is a secret of the stack. */
export function username(what: string): z.ZodString {
  return z
    .string()
    .regex(/^[^\s:@/]+$/)
    .describe(`${what}, which has a secret of the stack for its password, by default nobody`);
}

/** What it takes to log in at a repository; undefined where anybody may read it. */
export function credentialOf({
  url,
  username: name,
}: {
  readonly url: string;
  readonly username?: string | undefined;
}): "password" | "sshKey" | undefined {
  if (url.startsWith("ssh://")) return "sshKey";
  return name === undefined ? undefined : "password";
}
