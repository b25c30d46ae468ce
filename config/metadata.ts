import { z } from "zod";
import { label } from "./fields";

/** How add-ons run: `homelab` is minimal, one pod of everything; `prod` survives a machine. */
export type EnvironmentClass = "homelab" | "prod";

/** The class of each environment. */
export const ENVIRONMENT_CLASSES = {
  dev: "homelab",
  homelab: "homelab",
  staging: "homelab",
  prod: "prod",
} as const satisfies Readonly<Record<string, EnvironmentClass>>;

/** Something for each class of environments. */
export type ByClass<T> = Readonly<Record<EnvironmentClass, T>>;

/** Who the stack is. */
export const metadata = z
  .strictObject({
    name: label("Name of the TalosCluster"),
    /** Chooses the defaults: `prod` runs add-ons highly available, all others run them minimal. */
    environment: z
      .enum(Object.keys(ENVIRONMENT_CLASSES) as (keyof typeof ENVIRONMENT_CLASSES)[])
      .describe("Environment: dev, homelab, staging or prod"),
  })
  .describe("Name and environment of the stack");
