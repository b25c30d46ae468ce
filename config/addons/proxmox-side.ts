import { z } from "zod";
import { integer, label, storageId } from "../fields";
import { byClass, foundationShape, namespace } from "./release";

/** What the planner takes where the stack file says nothing; never more pods than machines. */
export const PROXMOX_SIDE_DEFAULTS = {
  replicas: { homelab: 1, prod: 2 },
  ccmToken: "kubernetes-ccm@pve!ccm",
  csiToken: "kubernetes-csi@pve!csi",
} as const;

const DEFAULTS = PROXMOX_SIDE_DEFAULTS;

/** What both ask Proxmox as. The token's secret is one of the stack. */
function proxmoxAccess(token: string) {
  return {
    tokenId: z
      .string()
      .regex(/^[^\s@!:/"\\]+@[a-zA-Z][a-zA-Z0-9._-]*![a-zA-Z][a-zA-Z0-9._-]*$/)
      .optional()
      .describe(`Id of the API token as user@realm!token, by default ${token}`),
    replicas: integer(
      `Pods of the controller, by default ${byClass(DEFAULTS.replicas)}, at most one on a machine`,
      1,
      3,
    ).optional(),
  };
}

/** Nodes of the cluster by the VMs they are. Its token's secret is one of the stack: `proxmox-ccm:tokenSecret`. */
export const proxmoxCcm = z
  .strictObject({
    ...foundationShape("proxmoxCcm", "proxmox-cloud-controller-manager"),
    namespace: namespace("ccm-proxmox"),
    ...proxmoxAccess(DEFAULTS.ccmToken),
  })
  .describe("Proxmox cloud controller manager: nodes whose VMs are gone go as well, those whose VMs are off are marked");

const storageClass = z
  .strictObject({
    datastore: storageId("Datastore that the disks are on, one that hosts of the stack have"),
    filesystem: z.enum(["ext4", "xfs"]).default("ext4").describe("File system of the volumes: ext4 or xfs"),
    reclaimPolicy: z
      .enum(["Delete", "Retain"])
      .default("Delete")
      .describe("What becomes of a disk when its claim is deleted: Delete or Retain"),
    cache: z
      .enum(["none", "writeback", "writethrough", "directsync"])
      .default("none")
      .describe("Cache of the host: none, writeback, writethrough or directsync"),
    ssd: z.boolean().default(false).describe("Show an SSD and hand freed blocks back: true or false"),
    default: z.boolean().default(false).describe("Take claims of no particular class: true or false"),
  })
  .describe("Class of volumes");

/** Volumes that are disks of VMs. Its token's secret is one of the stack: `proxmox-csi:tokenSecret`. */
export const proxmoxCsi = z
  .strictObject({
    ...foundationShape("proxmoxCsi", "proxmox-csi-plugin"),
    namespace: namespace("csi-proxmox"),
    ...proxmoxAccess(DEFAULTS.csiToken),
    storageClasses: z
      .record(label("Name of the class"), storageClass)
      .refine((classes) => Object.keys(classes).length > 0, { error: "no class" })
      .describe("Classes of volumes by name, at least one: { proxmox: { datastore: local-lvm } }"),
  })
  .describe("Proxmox CSI plugin: volumes that are disks on datastores of the hosts");
