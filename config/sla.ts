import { z } from "zod";
import { amount } from "./fields";

/** What was promised to those who use the cluster. */
export const sla = z
  .strictObject({
    availabilityPercent: amount("Share of the time that the cluster is to be available, in percent", 0, 100),
  })
  .describe("What was promised to users, by default nothing: { availabilityPercent: 99.9 }");
