import { z } from "zod";
import { integer } from "../fields";
import { byClass, namespace, releaseShape, storage, storageClass } from "./release";

/** What the planner takes where the stack file says nothing. */
export const LOKI_DEFAULTS = { retentionDays: { homelab: 7, prod: 30 }, storageGiB: 20 } as const;

/** Logs. */
export const loki = z
  .strictObject({
    ...releaseShape("loki", "loki"),
    namespace: namespace("monitoring"),
    retentionDays: integer(`Days logs are kept, by default ${byClass(LOKI_DEFAULTS.retentionDays)}`, 1, 3650).optional(),
    storageGiB: storage("logs", LOKI_DEFAULTS.storageGiB),
    storageClass: storageClass(),
  })
  .describe("Loki: logs, one process with its volume");
