import { z } from "zod";
import { DEFAULT_VERSIONS } from "./versions";

/** Talos itself. */
export const talos = z
  .strictObject({
    version: z
      .string()
      .regex(/^v\d+\.\d+\.\d+$/)
      .default(DEFAULT_VERSIONS.talos)
      .describe("Talos version with the leading v, for instance v1.13.9"),
    discovery: z.boolean().default(true).describe("Let machines find each other through the discovery service: true or false"),
    extensions: z
      .array(
        z
          .string()
          .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/)
          .describe("Name of a system extension, for instance siderolabs/iscsi-tools"),
      )
      // The agent lets Proxmox shut machines down cleanly; the other two are what Longhorn needs later without a new image.
      .default(["siderolabs/iscsi-tools", "siderolabs/qemu-guest-agent", "siderolabs/util-linux-tools"])
      .describe("System extensions in the image"),
  })
  .prefault({})
  .describe("Talos version, discovery and extensions");
