import { z } from "zod";
import { integer, label } from "../fields";
import { longhornClasses, longhornJobs } from "./longhorn-volumes";
import { namespace, foundationShape } from "./release";

/** What the planner takes where the stack file says nothing; no more copies of a volume than there are machines to keep them. */
export const LONGHORN_DEFAULTS = { replicas: 3, defaultClass: true, overProvisioningPercent: 100, zones: "prefer" } as const;

const DEFAULTS = LONGHORN_DEFAULTS;

/** Longhorn: volumes that are kept on several machines. */
export const longhorn = z
  .strictObject({
    ...foundationShape("longhorn", "longhorn"),
    namespace: namespace("longhorn-system"),
    replicas: integer(
      `Copies of each volume, by default ${DEFAULTS.replicas} or as many as there are machines`,
      1,
      10,
    ).optional(),
    defaultClass: z
      .boolean()
      .optional()
      .describe(`Take volumes of no particular class, by default ${DEFAULTS.defaultClass}: true or false`),
    overProvisioningPercent: integer(
      `Size of all volumes a disk takes, in percent of its room, by default ${DEFAULTS.overProvisioningPercent}`,
      100,
      1000,
    ).optional(),
    pools: z
      .array(label("Name of a worker pool"))
      .min(1)
      .optional()
      .describe(
        "Worker pools whose machines keep volumes, by default those with a disk longhorn, and all that take workloads where none has one",
      ),
    zones: z
      .enum(["prefer", "require"])
      .optional()
      .describe(
        `Copies of a volume in different failure domains: prefer (default), or require, so that a copy without a domain of its own is not made`,
      ),
    classes: longhornClasses,
    jobs: longhornJobs,
    /** Longhorn asks for the same: its setting deleting-confirmation-flag. */
    allowUninstall: z
      .boolean()
      .optional()
      .describe(
        "Let an update after this one uninstall Longhorn, and delete all of its volumes, by default false: true or false",
      ),
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
