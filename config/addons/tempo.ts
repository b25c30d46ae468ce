import { z } from "zod";
import { integer } from "../fields";
import { byClass, namespace, releaseShape, storage, storageClass } from "./release";

/** What the planner takes where the stack file says nothing. */
export const TEMPO_DEFAULTS = { retentionHours: { homelab: 24, prod: 168 }, storageGiB: 10 } as const;

/** Traces. */
export const tempo = z
  .strictObject({
    ...releaseShape("tempo", "tempo"),
    namespace: namespace("monitoring"),
    retentionHours: integer(`Hours traces are kept, by default ${byClass(TEMPO_DEFAULTS.retentionHours)}`, 1, 87_600).optional(),
    storageGiB: storage("traces", TEMPO_DEFAULTS.storageGiB),
    storageClass: storageClass(),
  })
  .describe("Tempo: traces, one process with its volume");
