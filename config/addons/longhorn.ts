import { z } from "zod";
import { integer, label } from "../fields";
import { DEFAULT_VERSIONS } from "../versions";
import { namespace, releaseShape } from "./release";

/** Longhorn: volumes that are kept on several machines. */
export const longhorn = z
  .strictObject({
    ...releaseShape("longhorn", DEFAULT_VERSIONS.longhorn),
    namespace: namespace("longhorn-system"),
    replicas: integer("Copies of each volume, by default 3 or as many as there are machines", 1, 10).optional(),
    defaultClass: z.boolean().default(true).describe("Take volumes of no particular class: true or false"),
    overProvisioningPercent: integer("Size of all volumes a disk takes, in percent of its room", 100, 1000).default(100),
    backup: z
      .strictObject({
        target: z
          .string()
          .regex(/^(s3|nfs|cifs|azblob):\/\/\S+$/)
          .describe("Where backups go, for instance s3://backups@eu-central-1/longhorn or nfs://nas.example.org:/longhorn"),
        credentialSecret: label("Secret with the credentials, in Longhorn's namespace").optional(),
      })
      .optional()
      .describe("Backups of volumes, by default none"),
  })
  .describe("Longhorn, replicated volumes on the machines' disks");
