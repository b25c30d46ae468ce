import { z } from "zod";
import { integer, ip, storageId } from "./fields";
import { addressRange, idRange, nameRange } from "./range-fields";

/** Debian 13 for clouds, of a day: what stands under `latest` is another one tomorrow. */
const DEBIAN = {
  url: "https://cloud.debian.org/images/cloud/trixie/20260712-2537/debian-13-genericcloud-amd64-20260712-2537.qcow2",
  sha512:
    "7ae53e9dbee282bfc16f289dec483dde3a8598769c38a267948310f7a2a52c662620198603bc52c142627efba379863d16079698a10b34102d55bcedd40e8d32",
} as const;

const image = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .regex(/^[^?#]+\.qcow2$/)
      .describe("URL of a qcow2 image of Debian with cloud-init, ending with .qcow2"),
    sha512: z
      .string()
      .regex(/^[0-9a-f]{128}$/)
      .describe("SHA-512 checksum of the image, 128 hexadecimal digits"),
  })
  .describe("Disk image of the balancers: both keys or none, for another image has another checksum");

const publicKey = z
  .string()
  .regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d{3}|sk-ssh-ed25519@openssh\.com) [A-Za-z0-9+/]+={0,3}( [\x21-\x7e]+)?$/)
  .describe("Public key of SSH as in authorized_keys");

/** A pair of small VMs in front of the API. */
export const haproxy = z
  .strictObject({
    vip: ip("Address that the balancers share and clients use"),
    count: integer("Number of balancers", 1, 3).default(2),
    cores: integer("vCPUs of each balancer", 1, 16).default(1),
    memoryGiB: integer("Memory of each balancer in GiB", 1, 64).default(1),
    /** The image alone takes 3 GiB. */
    diskGiB: integer("Disk of each balancer in GiB", 4, 1024).default(8),
    datastore: storageId("Storage of the disks").default("local-lvm"),
    hosts: z
      .array(z.string().min(1).describe("Name of a host under proxmox.hosts"))
      .min(1)
      .optional()
      .describe("Hosts the balancers are put on in turn, at least one, by default one of each failure domain in turn"),
    /** Balancer i takes the i-th id, address and name. */
    ids: idRange.optional(),
    addresses: addressRange.optional(),
    names: nameRange.default("lb-00..02"),
    virtualRouterId: integer("Number of the balancers among all that speak VRRP in their network", 1, 255).default(51),
    /** Whoever reaches the port reads them: names and addresses of the control planes are among them. */
    metrics: z
      .boolean()
      .default(false)
      .describe("Show HAProxy's metrics to everybody at port 8405, where addons.kubePrometheusStack scrapes them: true or false"),
    image: image.default(DEBIAN),
    sshAuthorizedKeys: z
      .array(publicKey)
      .default([])
      .describe("Keys that may log in to the balancers as debian, by default nobody can"),
  })
  .describe("HAProxy with keepalived on VMs of the stack, in front of all control planes");
