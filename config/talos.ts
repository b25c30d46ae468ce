import { z } from "zod";
import { hostOrAddress, integer } from "./fields";
import { etcdBackup } from "./etcd-backup";
import { extension } from "./pool-shape";
import { tailscale } from "./tailscale";
import { DEFAULT_VERSIONS } from "./versions";

/** Volumes Talos can encrypt: its own two, and all disks beside the system disk. */
const VOLUMES = ["state", "ephemeral", "user"] as const;

const encryption = z
  .strictObject({
    provider: z
      .enum(["tpm", "nodeId"])
      .describe("What the key comes from: tpm (needs one) or nodeId (protects a disk that leaves the machine, no more)"),
    volumes: z
      .array(z.enum(VOLUMES).describe(`Volume to encrypt: ${VOLUMES.join(", ")}`))
      .min(1)
      .default([...VOLUMES])
      .describe("Volumes to encrypt, at least one"),
  })
  .describe("Encryption of the machines' disks, by default none");

/** Talos itself. */
export const talos = z
  .strictObject({
    version: z
      .string()
      .regex(/^v\d+\.\d+\.\d+$/)
      .default(DEFAULT_VERSIONS.talos)
      .describe("Talos version with the leading v, for instance v1.13.9"),
    discovery: z.boolean().default(true).describe("Let machines find each other through the discovery service: true or false"),
    timeoutMinutes: integer(
      "Minutes that a machine may take to answer, and a cluster to come up, by default 10; another number has every machine configured again",
      1,
      120,
    ).optional(),
    extensions: z
      .array(extension)
      // The agent lets Proxmox shut machines down cleanly; the other two are what Longhorn needs later without a new image.
      .default(["siderolabs/iscsi-tools", "siderolabs/qemu-guest-agent", "siderolabs/util-linux-tools"])
      .describe("System extensions in the image"),
    kernelArgs: z
      .array(z.string().regex(/^\S+$/).describe("Kernel argument without blanks, for instance net.ifnames=0"))
      .default([])
      .describe("Arguments of the kernel in the image, by default none"),
    imageFactory: hostOrAddress("Host of the Image Factory").default("factory.talos.dev"),
    secureBoot: z
      .boolean()
      .default(false)
      .describe("Boot signed images only, with keys enrolled at the first boot: true or false"),
    encryption: encryption.optional(),
    tailscale: tailscale.optional(),
    etcdBackup: etcdBackup.optional(),
    sysctls: z
      .record(z.string().regex(/^[a-z0-9._/-]+$/), z.string().describe("Value, as text"))
      .default({})
      .describe('Kernel parameters: { vm.max_map_count: "262144" }'),
    registryMirrors: z
      .record(
        hostOrAddress("Registry that is mirrored").or(z.literal("*")),
        z
          .array(z.url({ protocol: /^https?$/ }).describe("URL of a mirror, for instance https://mirror.example.org"))
          .min(1)
          .describe("Mirrors of the registry, at least one URL"),
      )
      .default({})
      .describe("Mirrors by image registry, each a list of URLs: { docker.io: [https://mirror.example.org] }"),
  })
  .prefault({})
  .describe("Talos version, discovery and extensions");
