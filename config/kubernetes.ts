import { z } from "zod";
import { DEFAULT_VERSIONS } from "./versions";

/** Kubernetes itself. */
export const kubernetes = z
  .strictObject({
    version: z
      .string()
      .regex(/^v\d+\.\d+\.\d+$/)
      .default(DEFAULT_VERSIONS.kubernetes)
      .describe("Kubernetes version with the leading v, for instance v1.36.0"),
  })
  .prefault({})
  .describe("Kubernetes version");
