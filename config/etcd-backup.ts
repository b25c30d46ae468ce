import { z } from "zod";
import { byClass } from "./addons/release";
import { integer, label } from "./fields";

/** What the planner takes where the stack file says nothing. */
export const ETCD_BACKUP_DEFAULTS = {
  everyHours: { homelab: 24, prod: 6 },
  retentionDays: 30,
  /** The newest release; what its options mean changed after it. */
  image: "ghcr.io/siderolabs/talos-backup:v0.1.0-beta.3",
} as const;

const DEFAULTS = ETCD_BACKUP_DEFAULTS;

/** Public key of age. */
export const AGE_RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;

/** Parts of a day, so that backups are as far apart at midnight as at noon. */
const HOURS = [1, 2, 3, 4, 6, 8, 12, 24] as const;

const s3 = z
  .strictObject({
    endpoint: z
      .url({ protocol: /^https?$/ })
      .regex(/^https?:\/\/[^/@\s]+$/)
      .optional()
      .describe("URL of the store without a path, for instance https://s3.example.org:3900, by default Amazon's"),
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
      .describe("Name of the bucket, which has to be there: 3 to 63 lower-case letters, digits, dots and hyphens"),
    region: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .default("us-east-1")
      .describe("Region as the store has it, for instance eu-central-1, or garage"),
    prefix: z
      .string()
      .regex(/^[\w.-]+(\/[\w.-]+)*$/)
      .optional()
      .describe("Folder in the bucket, by default metadata.name"),
    accessKeyId: z
      .string()
      .regex(/^\w+$/)
      .describe("Id of the access key; its secret is one of the stack: etcd-backup:secretAccessKey"),
  })
  .describe("Store that speaks S3, outside of the cluster");

/** Snapshots of etcd in a bucket. */
export const etcdBackup = z
  .strictObject({
    s3,
    ageRecipient: z
      .string()
      .regex(AGE_RECIPIENT)
      .describe("Public key of age that snapshots are encrypted for, beginning with age1; the private one stays with you"),
    everyHours: z
      .union(HOURS.map((hours) => z.literal(hours)))
      .optional()
      .describe(`Hours between two snapshots: ${HOURS.join(", ")}, by default ${byClass(DEFAULTS.everyHours)}`),
    retentionDays: integer(
      `Days that the bucket is to keep a snapshot, by its own rule, by default ${DEFAULTS.retentionDays}`,
      1,
      3650,
    ).default(DEFAULTS.retentionDays),
    namespace: label("Namespace of the job").default("etcd-backup"),
    image: z
      .string()
      .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/)
      .default(DEFAULTS.image)
      .describe(`Image of talos-backup, by default ${DEFAULTS.image}`),
  })
  .describe("Snapshots of etcd in a bucket, encrypted, by default none");
