import { z } from "zod";
import { integer, label, labelValue, qualifiedName, whenRight } from "../fields";

/** What the planner takes where the stack file says nothing. */
export const LONGHORN_VOLUME_DEFAULTS = { retain: 7, concurrency: 1, groups: ["default"], reclaimPolicy: "Delete" } as const;

const DEFAULTS = LONGHORN_VOLUME_DEFAULTS;

/** What Longhorn does to volumes again and again; those that put snapshots or backups away keep some of them. */
export const LONGHORN_TASKS = ["snapshot", "backup", "snapshot-cleanup", "snapshot-delete", "filesystem-trim"] as const;

/** Tasks that leave nothing behind that could be kept. */
const CLEANING = ["snapshot-cleanup", "filesystem-trim"];

const LOCALITIES = ["disabled", "best-effort", "strict-local"] as const;

/** Five fields of numbers, names, lists, ranges and steps, or a word for them. */
const CRON =
  /^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|[0-9*,/-]+ [0-9*,/-]+ [0-9*,/?-]+ [0-9A-Za-z*,/-]+ [0-9A-Za-z*,/?-]+)$/;

const group = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,39}$/)
  .describe("Name of a group: 2 to 40 lower-case letters, digits and hyphens");

const job = z
  .strictObject({
    task: z.enum(LONGHORN_TASKS).describe(`What is done: ${LONGHORN_TASKS.join(", ")}`),
    cron: z.string().regex(CRON).describe('When, in UTC, for instance "0 3 * * *" or @daily'),
    retain: integer(
      `Snapshots or backups that are kept of each volume, by default ${DEFAULTS.retain}; of no meaning to snapshot-cleanup and filesystem-trim`,
      1,
      100,
    ).optional(),
    concurrency: integer(`Volumes it is done to at once, by default ${DEFAULTS.concurrency}`, 1, 50).optional(),
    groups: z
      .array(group)
      .min(1)
      .optional()
      .describe(
        "Groups whose volumes it is done to, by default the group default: all volumes that have no job or group of their own",
      ),
    labels: z.record(qualifiedName, labelValue).optional().describe("Labels of the snapshots or backups, by default none"),
  })
  .refine(({ task, retain }) => retain === undefined || !CLEANING.includes(task), {
    when: whenRight("task", "retain"),
    path: ["retain"],
    error: "a number to keep, of a task that puts nothing away",
  })
  .describe("What is done to volumes, and when");

/** Snapshots, backups and the like, by name. */
export const longhornJobs = z
  .record(group.describe("Name of the job: 2 to 40 lower-case letters, digits and hyphens"), job)
  .default({})
  .describe("Jobs on a schedule by name: { nightly: { task: backup, cron: 0 3 * * * } }");

const storageClass = z
  .strictObject({
    replicas: integer("Copies of each volume, by default as addons.longhorn.replicas, and 1 with strict-local", 1, 10).optional(),
    dataLocality: z
      .enum(LOCALITIES)
      .optional()
      .describe("A copy on the machine of the pod: disabled (default), best-effort, or strict-local for the only copy"),
    reclaimPolicy: z
      .enum(["Delete", "Retain"])
      .optional()
      .describe(`What becomes of a volume when its claim is deleted, by default ${DEFAULTS.reclaimPolicy}: Delete or Retain`),
    filesystem: z.enum(["ext4", "xfs"]).optional().describe("File system of the volumes, by default ext4: ext4 or xfs"),
    pool: label("Worker pool whose machines keep the volumes, by default all that keep any").optional(),
    groups: z
      .array(group)
      .min(1)
      .optional()
      .describe("Groups of jobs that are done to its volumes, by default the group default"),
    default: z.boolean().optional().describe("Take claims of no particular class, by default false: true or false"),
  })
  .refine(({ dataLocality, replicas = 1 }) => dataLocality !== "strict-local" || replicas === 1, {
    when: whenRight("dataLocality", "replicas"),
    path: ["replicas"],
    error: "several copies, and strict-local keeps the only one on the machine of the pod",
  })
  .describe("Class of volumes");

/** Classes beside `longhorn`, which is there in any case. */
export const longhornClasses = z
  .record(label("Name of the class"), storageClass)
  .default({})
  .describe("Further classes of volumes by name: { database: { replicas: 1, dataLocality: strict-local } }");
