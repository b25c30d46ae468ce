import type { Site } from "../site";
import type { NamedSecret } from "./definition";

/** Keys that Longhorn logs in with at a store, by the scheme of its URL (longhorn-manager, engineapi/backups.go). NFS goes by addresses. */
const LOGIN_KEYS: Readonly<Record<string, readonly string[]>> = {
  s3: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
  azblob: ["AZBLOB_ACCOUNT_NAME", "AZBLOB_ACCOUNT_KEY"],
  cifs: ["CIFS_USERNAME", "CIFS_PASSWORD"],
};

/** A role of Amazon's that replaces its keys. */
const ROLE = "AWS_IAM_ROLE_ARN";

/** What Longhorn is where its backups go. */
export function backupLogin({ addons: { longhorn } }: Pick<Site, "addons">): NamedSecret[] {
  const { target = "", credentialSecret } = longhorn?.backup ?? {};
  const scheme = target.replace(/:.*$/, "");
  const keys = LOGIN_KEYS[scheme];
  if (credentialSecret === undefined || keys === undefined) return [];
  return [
    {
      path: "addons.longhorn.backup.credentialSecret",
      name: credentialSecret,
      keys,
      ...(scheme === "s3" ? { instead: ROLE } : {}),
      meanwhile: "backups fail without it",
    },
  ];
}
