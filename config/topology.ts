import { z } from "zod";
import { label } from "./fields";
import { controlPlane, workerPool } from "./pool";

/** Which machines there are. */
export const topology = z
  .strictObject({
    controlPlane,
    workers: z
      .record(label("Name of a worker pool"), workerPool)
      .default({})
      .describe("Worker pools by name; none means that workloads run on the control plane"),
  })
  .describe("Control plane and worker pools");
