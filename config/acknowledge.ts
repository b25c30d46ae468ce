import { z } from "zod";

/** Findings the owner knows of and lives with. */
export const acknowledge = z
  .array(
    z
      .strictObject({
        code: z
          .string()
          .regex(/^[a-z0-9-]+$/)
          .describe("Code of a finding, as in docs/findings.md"),
        reason: z.string().trim().min(10).describe("Why this is acceptable here, at least ten characters"),
        /** Narrows the acknowledgement to one place; without it, all findings of the code are meant. */
        path: z.string().min(1).optional().describe("Path of the finding, by default all findings of the code"),
      })
      .describe("A finding and why it is accepted"),
  )
  .default([])
  .describe("Accepted findings, each with a reason");
