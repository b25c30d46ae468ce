import { z } from "zod";
import { whenRight } from "./fields";
import { judgeLimit, judgePool } from "./pool-judgement";
import { poolShape } from "./pool-shape";

/** Worker pool. */
export const workerPool = z
  .strictObject(poolShape)
  .superRefine(judgePool, { when: whenRight("source", "machines", "disks", "devices") })
  .superRefine(judgeLimit, { when: whenRight("cpu", "cores", "machines") })
  .describe("A pool of like machines, with exactly one of count and machines");

/** The control plane. */
export const controlPlane = z
  .strictObject({
    ...poolShape,
    schedulable: z
      .boolean()
      .optional()
      .describe("Run workloads on control planes too, by default only where there are no workers: true or false"),
  })
  .superRefine(judgePool, { when: whenRight("source", "machines", "disks", "devices") })
  .superRefine(judgeLimit, { when: whenRight("cpu", "cores", "machines") })
  .describe("The control plane: a pool with exactly one of count and machines");
