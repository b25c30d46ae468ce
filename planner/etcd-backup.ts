import { ETCD_BACKUP_DEFAULTS as DEFAULTS } from "../config/etcd-backup";
import { ENVIRONMENT_CLASSES } from "../config/metadata";
import type { UnplacedProblem } from "../config/problem";
import { problem } from "../config/problem";
import { fnv1a } from "./fnv";
import type { PlannedEtcdBackup } from "./plan";
import type { Site } from "./site";

/** Name of everything that belongs to it. */
export const ETCD_BACKUP = "etcd-backup";

/** What it may ask Talos for, and nothing else. */
export const ETCD_BACKUP_ROLE = "os:etcd:backup";

/** What talos-backup reads the key from that it encrypts for. */
export const AGE_VARIABLE = "AGE_X25519_PUBLIC_KEY";

/** What it reads the address of a store from that is not Amazon's. */
export const ENDPOINT_VARIABLE = "CUSTOM_S3_ENDPOINT";

/** Whether everybody on the way to a store can read along. */
export function isUnencryptedWay(endpoint: string): boolean {
  return /^\s*http:/i.test(endpoint);
}

type Judged = Pick<Site, "talos" | "metadata" | "addons">;

/** Hours between two snapshots; undefined without any. */
export function backupHours({ talos: { etcdBackup }, metadata }: Pick<Judged, "talos" | "metadata">): number | undefined {
  return etcdBackup && (etcdBackup.everyHours ?? DEFAULTS.everyHours[ENVIRONMENT_CLASSES[metadata.environment]]);
}

/** The job that takes snapshots of etcd. */
export function planEtcdBackup(site: Judged): PlannedEtcdBackup | undefined {
  const { etcdBackup: backup } = site.talos;
  const hours = backupHours(site);
  if (!backup || hours === undefined) return undefined;
  const { s3, ageRecipient, image, namespace, retentionDays } = backup;
  return {
    name: ETCD_BACKUP,
    namespace,
    image,
    schedule: scheduleOf(site.metadata.name, hours),
    retentionDays,
    role: ETCD_BACKUP_ROLE,
    environment: {
      [AGE_VARIABLE]: ageRecipient,
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_REGION: s3.region,
      BUCKET: s3.bucket,
      CLUSTER_NAME: site.metadata.name,
      S3_PREFIX: prefixOf(site),
      ...(s3.endpoint === undefined ? {} : { [ENDPOINT_VARIABLE]: s3.endpoint, ...COMPATIBLE }),
    },
    secrets: [
      {
        name: `${ETCD_BACKUP}-s3`,
        secret: "etcdBackupSecretAccessKey",
        data: { AWS_SECRET_ACCESS_KEY: "<secret>" },
      },
    ],
  };
}

/** Stores other than Amazon's want the bucket in the path, and none of the checksums that its SDK adds by itself. */
const COMPATIBLE = {
  // v0.1.0-beta.3 compares with "false" to switch it on (its pkg/config/service.go); whatever comes after it does not read it.
  USE_PATH_STYLE: "false",
  AWS_REQUEST_CHECKSUM_CALCULATION: "when_required",
} as const;

/** A namespace is the job's own: who may speak with Talos is said by namespace, so that everything else in there may as well. */
export function judgeEtcdBackup({ talos: { etcdBackup }, externals, secrets, addons }: Site): UnplacedProblem[] {
  if (!etcdBackup) return [];
  const { namespace } = etcdBackup;
  const others = [
    ...Object.entries(addons).flatMap(([key, each]) =>
      typeof each === "object" && "namespace" in each && each.namespace === namespace ? [`addons.${key}`] : [],
    ),
    ...Object.entries(externals).flatMap(([name, each]) => (each.namespace === namespace ? [`externals.${name}`] : [])),
    ...(Object.hasOwn(secrets, namespace) ? [`what reads secrets.${namespace}`] : []),
    ...(SHARED.includes(namespace) ? ["Kubernetes"] : []),
  ];
  return others
    .slice(0, 1)
    .map((other) =>
      problem(
        "talos.etcdBackup.namespace",
        namespace,
        `also the namespace of ${other}, whose pods could read all of etcd then`,
        "a namespace of its own",
        namespace === ETCD_BACKUP ? "take another one of the two" : `take another one, for instance ${ETCD_BACKUP}`,
      ),
    );
}

const SHARED: readonly string[] = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** Folder of the snapshots in their bucket. */
export function prefixOf({ talos: { etcdBackup }, metadata }: Pick<Site, "talos" | "metadata">): string {
  return etcdBackup?.s3.prefix ?? metadata.name;
}

/** At a minute of the cluster's own: a store serves many. */
function scheduleOf(clusterName: string, hours: number): string {
  const minute = fnv1a(clusterName) % 60;
  return hours === 24 ? `${minute} 3 * * *` : `${minute} */${hours} * * *`;
}
