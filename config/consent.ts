import { z } from "zod";
import { CONSENTABLE } from "./dangers";

/** Dangers of a change that its author means, each with a reason. */
export const consent = z
  .array(
    z
      .strictObject({
        danger: z
          .enum(CONSENTABLE as [(typeof CONSENTABLE)[number], ...(typeof CONSENTABLE)[number][]])
          .describe(`Code of a danger in docs/blast-radius.md: ${CONSENTABLE.join(", ")}`),
        /** Narrows the consent to one thing; without it, all dangers of the code are meant. */
        of: z.string().min(1).optional().describe("Machine, release or namespace that is meant, by default all of that danger"),
        reason: z.string().trim().min(10).describe("Why this is meant, at least ten characters"),
      })
      .describe("A danger of a change and why it is meant"),
  )
  .default([])
  .describe("Dangers of a change that `lab diff` may let pass, each with a reason; to be taken out once the change was made");
