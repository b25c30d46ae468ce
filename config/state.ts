import { z } from "zod";
import { oneOf } from "./addons/one-of";
import { integer, whenRight } from "./fields";

/** Backups of the state that are kept where the stack file says nothing. */
export const KEPT_BACKUPS = 20;

const KINDS = ["s3", "file", "cloud", "url"] as const;

const s3 = z
  .strictObject({
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
      .describe("Name of the bucket: 3 to 63 lower-case letters, digits, dots and hyphens"),
    region: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .default("us-east-1")
      .describe("Region as the store has it, for instance eu-central-1, or garage"),
    endpoint: z
      .url({ protocol: /^https?$/ })
      .regex(/^https?:\/\/[^/@\s]+$/)
      .optional()
      .describe("URL of the store without a path, for instance https://s3.example.org:3900, by default Amazon's"),
    prefix: z
      .string()
      .regex(/^[\w.-]+(\/[\w.-]+)*$/)
      .optional()
      .describe("Folder in the bucket, by default its root"),
    pathStyle: z
      .boolean()
      .optional()
      .describe("Whether the bucket is in the path of a URL instead of its host name, by default where there is an endpoint"),
  })
  .describe(
    "Bucket that the state is kept in; credentials come from AWS_ACCESS_KEY_ID and the like, or AWS_PROFILE, never from here",
  );

const cloud = z
  .strictObject({
    url: z
      .url({ protocol: /^https$/ })
      .regex(/^https:\/\/[^@\s]+$/)
      .default("https://api.pulumi.com")
      .describe("URL of the API, of a Pulumi Cloud of one's own, too"),
    organization: z
      .string()
      .regex(/^[\w-]+$/)
      .optional()
      .describe("Organization that has the stack, by default the user's own"),
  })
  .describe("Pulumi Cloud; the token comes from PULUMI_ACCESS_TOKEN or pulumi login, never from here");

const folder = (what: string) =>
  z
    .string()
    .trim()
    .min(1)
    .regex(/^[^?#]+$/)
    .describe(what);

const backend = oneOf(
  z.strictObject({
    s3: s3.optional(),
    file: folder("Folder that the state is kept in: /srv/state, ~/state, or below the stack file's own").optional(),
    cloud: cloud.optional(),
    url: z
      .string()
      .regex(/^(gs|azblob):\/\/[^@\s]+$/)
      .optional()
      .describe("URL of another backend of Pulumi's: gs://<bucket> or azblob://<container>"),
  }),
  KINDS,
  "no backend",
).describe("Where the state is kept, one of s3, file, cloud and url, by default whatever Pulumi is logged in to");

const file = (what: string) => z.string().trim().min(1).describe(`${what}: absolute, ~/…, or below the stack file's folder`);

const passphrase = oneOf(
  z.strictObject({
    sops: z
      .strictObject({
        file: file("File that sops decrypts"),
        key: z
          .string()
          .regex(/^[\w-]+(\.[\w-]+)*$/)
          .default("passphrase")
          .describe("Path of the value in the file, with dots between its keys"),
      })
      .optional()
      .describe("The passphrase is a value in a file that SOPS encrypted"),
    age: z
      .strictObject({
        file: file("File that age decrypts to the passphrase alone"),
        identity: file("File with the private key of age").optional(),
      })
      .optional()
      .describe("The passphrase is the content of a file that age encrypted; identity by default ~/.config/age/keys.txt"),
  }),
  ["sops", "age"],
  "no way to the passphrase",
).describe("How the passphrase is decrypted when PULUMI_CONFIG_PASSPHRASE is not set, by default not at all");

/** Where the state is, what encrypts its secrets, how it is saved. */
export const state = z
  .strictObject({
    backend: backend.optional(),
    secretsProvider: z
      .string()
      .regex(/^(passphrase|default|(awskms|azurekeyvault|gcpkms|hashivault):\/\/[^@\s]+)$/)
      .optional()
      .describe(
        "What encrypts the state's secrets: passphrase, default (Pulumi Cloud's own), or the URL of a key (awskms://…, azurekeyvault://…, gcpkms://…, hashivault://…), by default passphrase, with Pulumi Cloud its own",
      ),
    passphrase: passphrase.optional(),
    backups: z
      .strictObject({
        directory: folder(
          "Folder of the backups, by default proxmox-talos/backups in $XDG_STATE_HOME (~/.local/state)",
        ).optional(),
        keep: integer("Backups that are kept of each stack", 1, 10_000).default(KEPT_BACKUPS),
      })
      .prefault({})
      .describe("Backups of the state that are made before it is changed"),
  })
  .refine((value) => value.passphrase === undefined || (value.secretsProvider ?? "passphrase") === "passphrase", {
    path: ["passphrase"],
    error: "only for secretsProvider: passphrase",
    when: whenRight("passphrase", "secretsProvider"),
  })
  .prefault({})
  .describe("Where the state is kept, what encrypts its secrets, how it is backed up: for `lab`, and nothing to the plan");

/** What is said of a stack's state. */
export type StateConfig = z.output<typeof state>;
