import { z } from "zod";
import { label } from "./fields";

/** Who the stack is. */
export const metadata = z
  .strictObject({
    name: label("Name of the TalosCluster"),
    /** Chooses the defaults: `prod` runs add-ons highly available, all others run them minimal. */
    environment: z
      .enum(["dev", "homelab", "staging", "prod"])
      .describe("Class of the environment: dev, homelab, staging or prod"),
  })
  .describe("Name and environment of the stack");
